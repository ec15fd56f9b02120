package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
class PortprintApplicationTests {

  @Autowired private BuildProperties build;

  @Test
  void startsAndKnowsItsOwnBuild() {
    assertThat(build.getArtifact()).isEqualTo("portprint");
    assertThat(build.getVersion()).isNotBlank();
  }
}
