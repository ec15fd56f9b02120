package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The two servers of the compose file's lab profile, in containers of their own, on ports that
 * suggest nothing. Skipped where there is no container engine.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainersTest {

  @Container
  private static final GenericContainer<?> FTP =
      new GenericContainer<>(image("ftp")).withExposedPorts(21);

  @Container
  private static final GenericContainer<?> HTTP =
      new GenericContainer<>(image("http")).withExposedPorts(2121);

  private static ImageFromDockerfile image(String name) {
    return new ImageFromDockerfile("portprint-lab-" + name, false)
        .withFileFromPath(".", Path.of("lab", name))
        .withBuildImageCmdModifier(build -> build.withNetworkMode("host"));
  }

  @Test
  void ftpIsFtp() {
    Fingerprint verdict = Probing.detect(FTP.getMappedPort(21), Transport.TCP, Probes.all());

    assertThat(verdict.state()).isEqualTo(State.OPEN);
    assertThat(verdict.service())
        .extracting(Service::protocol, Service::product)
        .containsExactly("ftp", "vsFTPd");
    assertThat(verdict.service().version()).matches("\\d+(\\.\\d+)+");
    assertThat(verdict.evidence()).anyMatch(one -> "ftp/vsftpd".equals(one.signature()));
    assertThat(verdict.details()).containsKey("features");
  }

  @Test
  void httpIsHttp() {
    Fingerprint verdict = Probing.detect(HTTP.getMappedPort(2121), Transport.TCP, Probes.all());

    assertThat(verdict.state()).isEqualTo(State.OPEN);
    assertThat(verdict.service())
        .extracting(Service::protocol, Service::product)
        .containsExactly("http", "nginx");
    assertThat(verdict.details()).containsEntry("title", "Welcome to nginx!");
  }
}
