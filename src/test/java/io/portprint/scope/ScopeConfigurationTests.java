package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.portprint.fingerprint.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ScopeConfigurationTests {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(ScopeConfiguration.class);

  @Test
  void allowsLoopbackAloneByDefault() {
    runner.run(
        context -> {
          assertThat(context.getBean(ScopeProperties.class)).isEqualTo(ScopeProperties.defaults());
          Scope scope = context.getBean(Scope.class);
          assertThat(scope.approve("::1", 80, Transport.TCP)).isNotNull();
          assertThatExceptionOfType(OutOfScopeException.class)
              .isThrownBy(() -> scope.approve("192.0.2.1", 80, Transport.TCP));
        });
  }

  @Test
  void replacesTheDefaultByWhatIsConfigured() {
    runner
        .withPropertyValues(
            "portprint.scope.allow=192.0.2.0/24,2001:db8::/32", "portprint.scope.deny[0]=192.0.2.9")
        .run(
            context -> {
              Scope scope = context.getBean(Scope.class);
              assertThat(scope.approve("192.0.2.8", 80, Transport.TCP)).isNotNull();
              for (String outside : new String[] {"192.0.2.9", "127.0.0.1"}) {
                assertThatExceptionOfType(OutOfScopeException.class)
                    .isThrownBy(() -> scope.approve(outside, 80, Transport.TCP));
              }
            });
  }

  @Test
  void failsTheStartWithABadEntryAndNamesIt() {
    runner
        .withPropertyValues("portprint.scope.allow=127.0.0.1,010.0.0.1")
        .run(
            context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("010.0.0.1"));
    runner
        .withPropertyValues("portprint.scope.deny=lab.internal")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith(
                        "portprint.scope.deny[0] 'lab.internal' is a host name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resolve-timeout=0s", "resolve-timeout=2h", "resolve-all-timeout=-1s"})
  void failsTheStartWithATimeoutOutOfBounds(String setting) {
    runner
        .withPropertyValues("portprint.scope." + setting)
        .run(context -> assertThat(context).hasFailed());
  }
}
