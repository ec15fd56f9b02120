package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.scope.ApprovedEndpoints;
import io.portprint.scope.HostResolver;
import io.portprint.scope.Scope;
import io.portprint.scope.ScopeProperties;
import io.portprint.scope.Selection;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SurveyTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final HostResolver RESOLVER = _ -> List.of(InetAddress.ofLiteral("127.0.0.2"));

  private final ApprovedEndpoints endpoints =
      new Scope(ScopeProperties.allowing("127.0.0.0/8"), RESOLVER)
          .approve(
              new Selection(
                  List.of("127.0.0.1-3", "lab"),
                  "21-23,U:53",
                  List.of("127.0.0.3:80/tcp", "127.0.0.9:81/tcp")));
  private final Results results =
      new Results(endpoints, new ResultBudget(1_000_000, new SimpleMeterRegistry()), NOW);

  private void add(String endpoint, State state) {
    for (long i = 0; i < endpoints.size(); i++) {
      String name =
          endpoints.get(i).endpoint().host()
              + endpoints.get(i).toString().replaceFirst("^[^:]*", "");
      if (name.equals(endpoint)) {
        results.add(
            i, Fingerprint.without(endpoints.get(i).endpoint(), state, NOW, Duration.ofSeconds(2)));
        return;
      }
    }
    throw new IllegalArgumentException(endpoint);
  }

  private List<HostReport> reports() {
    List<HostReport> reports = new ArrayList<>();
    survey().forEachHost(reports::add);
    return reports;
  }

  private Survey survey() {
    UUID id = new UUID(0, 1);
    Job job =
        new Job(
            id,
            "client",
            JobState.RUNNING,
            NOW,
            NOW,
            null,
            null,
            null,
            null,
            null,
            null,
            results.counts());
    return new Survey(job, new Verdicts(id, endpoints, results, true));
  }

  @Test
  void gathersEveryVerdictUnderItsHost() {
    add("127.0.0.3:22/tcp", State.OPEN);
    add("127.0.0.1:21/tcp", State.CLOSED);
    add("127.0.0.3:53/udp", State.OPEN_OR_FILTERED);
    add("lab:21/tcp", State.OPEN);
    add("127.0.0.3:80/tcp", State.CLOSED);
    add("127.0.0.3:21/tcp", State.CLOSED);
    add("127.0.0.9:81/tcp", State.FILTERED);
    add("127.0.0.3:23/tcp", State.NOT_PROBED);

    List<HostReport> reports = reports();

    assertThat(reports)
        .extracting(HostReport::host)
        .containsExactly("lab", "127.0.0.1", "127.0.0.3", "127.0.0.9");
    assertThat(reports).extracting(HostReport::named).containsExactly(true, false, false, false);
    assertThat(reports.get(0).address().getHostAddress()).isEqualTo("127.0.0.2");
    assertThat(reports.get(1).ports())
        .hasToString(Map.of(State.CLOSED, Map.of(Transport.TCP, "{21}")).toString());
    assertThat(reports.get(1).from()).isNull();
    assertThat(reports.get(2).ports())
        .hasToString(
            "{OPEN={TCP={22}}, CLOSED={TCP={21, 80}}, OPEN_OR_FILTERED={UDP={53}},"
                + " NOT_PROBED={TCP={23}}}");
    assertThat(reports.get(2).count(State.CLOSED)).isEqualTo(2);
    assertThat(reports.get(2).from()).isEqualTo(NOW.minusSeconds(2));
    assertThat(reports.get(2).to()).isEqualTo(NOW);
    assertThat(reports.get(3).open()).isEmpty();
    assertThat(survey().hosts()).isEqualTo(5);
    assertThat(survey().ports(Transport.TCP)).hasToString("{21, 22, 23, 80, 81}");
  }

  @Test
  void openOnesAreReadByPort() {
    add("127.0.0.1:53/udp", State.OPEN);
    add("127.0.0.1:23/tcp", State.OPEN);
    add("127.0.0.1:21/tcp", State.OPEN);

    HostReport report = reports().getFirst();

    for (int times = 0; times < 2; times++) {
      assertThat(report.open())
          .extracting(one -> one.endpoint().toString())
          .containsExactly("127.0.0.1:21/tcp", "127.0.0.1:23/tcp", "127.0.0.1:53/udp");
    }
  }

  @Test
  void nothingIsToldOfHostsWithoutVerdicts() {
    assertThat(reports()).isEmpty();
  }

  @Test
  void aForgottenJobIsNotToldInPart() {
    add("127.0.0.1:21/tcp", State.OPEN);
    Survey survey = survey();
    results.forget();

    assertThatExceptionOfType(JobNotFoundException.class)
        .isThrownBy(() -> survey.forEachHost(_ -> {}));
  }
}
