package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The two servers of the compose file's lab profile, in containers of their own, on ports that
 * suggest nothing. Skipped where there is no container engine.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainersTest {

  private static final int FTP_PORT = 21;
  private static final int HTTP_PORT = 2121;

  @Container private static final GenericContainer<?> FTP = server("ftp", FTP_PORT);

  @Container private static final GenericContainer<?> HTTP = server("http", HTTP_PORT);

  private static ImageFromDockerfile image(String name) {
    return new ImageFromDockerfile("portprint-lab-" + name, false)
        .withFileFromPath(".", Path.of("lab", name))
        .withBuildImageCmdModifier(build -> build.withNetworkMode("host"));
  }

  /** Published on 127.0.0.1, and ready when the kernel has its socket in the state LISTEN (0A). */
  private static GenericContainer<?> server(String name, int port) {
    String listening = "grep -q ':%04X 00000000:0000 0A' /proc/net/tcp".formatted(port);
    return new GenericContainer<>(image(name))
        .withExposedPorts(port)
        .withCreateContainerCmdModifier(
            create ->
                Objects.requireNonNull(create.getHostConfig())
                    .withPortBindings(
                        new PortBinding(Binding.bindIp("127.0.0.1"), ExposedPort.tcp(port))))
        .waitingFor(Wait.forSuccessfulCommand(listening));
  }

  /**
   * The engine's proxy takes connections from the start, and closes them for as long as it does not
   * reach the container: until then there is nothing to be known.
   */
  private static Fingerprint detect(int port) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Probing.detect(port, Transport.TCP, Probes.all()), Fingerprint::identified);
  }

  @Test
  void ftpIsFtp() {
    Fingerprint verdict = detect(FTP.getMappedPort(FTP_PORT));

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
    Fingerprint verdict = detect(HTTP.getMappedPort(HTTP_PORT));

    assertThat(verdict.state()).isEqualTo(State.OPEN);
    assertThat(verdict.service())
        .extracting(Service::protocol, Service::product)
        .containsExactly("http", "nginx");
    assertThat(verdict.details()).containsEntry("title", "Welcome to nginx!");
  }
}
