package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.PortprintApplication;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

/** What the service refuses to start with. */
class StartTest {

  private static final String HASH = "sha256:" + "0a".repeat(32);

  private static ApiKeys keys(Map<String, String> keys) {
    return new ApiKeys(new ApiProperties(keys, DataSize.ofMegabytes(8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2hunter2",
        "sha256:",
        "sha256:0a0a",
        "sha256:${PORTPRINT_KEY}",
        "sha512:0a"
      })
  void aKeyInTheClearIsRefusedAndNotShown(String value) {
    assertThatThrownBy(() -> keys(Map.of("ci", value)))
        .isInstanceOfSatisfying(
            RefusedStartException.class,
            e -> {
              assertThat(e).hasMessageContaining("portprint.api.keys.ci");
              assertThat(e.getMessage() + e.remedy()).doesNotContain("hunter2");
              assertThat(e.remedy()).contains("sha256sum");
            });
  }

  @Test
  void anIdThatCanNotStandInALogIsRefused() {
    assertThatThrownBy(() -> keys(Map.of("a b\n", HASH)))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageContaining("'a b\\n'");
  }

  @ParameterizedTest
  @CsvSource({
    "server.address=0.0.0.0, server.address",
    "server.address=::, server.address",
    "server.address=192.0.2.1, server.address",
    "server.port=8080, server.address",
    "server.address=127.0.0.1;management.server.port=9090, management.server.address",
    "server.address=127.0.0.1;management.server.port=0;management.server.address=0.0.0.0,"
        + " management.server.address"
  })
  void listeningBeyondLoopbackNeedsKeys(String settings, String property) {
    MockEnvironment environment = environment(settings);

    assertThatThrownBy(() -> new ExposureCheck(keys(Map.of()), environment))
        .isInstanceOf(RefusedStartException.class)
        .hasMessageStartingWith(property + " is ");
    assertThatCode(() -> new ExposureCheck(keys(Map.of("ci", HASH)), environment))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.address=127.0.0.1",
        "server.address=::1",
        "server.address=127.0.0.1;server.port=9090;management.server.port=9090",
        "server.address=127.0.0.1;management.server.port=-1",
        "server.address=127.0.0.1;management.server.port=1;management.server.address=::1"
      })
  void onLoopbackNoneAreNeeded(String settings) {
    assertThatCode(() -> new ExposureCheck(keys(Map.of()), environment(settings)))
        .doesNotThrowAnyException();
  }

  private static MockEnvironment environment(String settings) {
    MockEnvironment environment = new MockEnvironment();
    for (String setting : settings.split(";", -1)) {
      int equals = setting.indexOf('=');
      environment.setProperty(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return environment;
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void theReasonIsSaidWithoutAStackTrace(CapturedOutput output) {
    assertThatThrownBy(
            () ->
                SpringApplication.run(
                    PortprintApplication.class, "--server.address=0.0.0.0", "--server.port=0"))
        .hasRootCauseInstanceOf(RefusedStartException.class);

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("server.address is 0.0.0.0, which other machines can reach")
        .contains("portprint.api.keys.<client>=sha256:")
        .contains("(printf %s \"$KEY\" | sha256sum)")
        .doesNotContain("\tat io.portprint", "generated security password");
  }
}
