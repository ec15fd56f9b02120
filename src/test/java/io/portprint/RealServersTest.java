package io.portprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Probe;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import io.portprint.testing.RealServer;
import io.portprint.testing.RealServerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Servers of Debian's packages on ports that suggest nothing, each told by all the probes together.
 *
 * <p>The table is {@code src/test/resources/servers}: a file per protocol, a list of entries in
 * each. A minimal entry:
 *
 * <pre>{@code
 * - name: tftpd-hpa
 *   packages: [tftpd-hpa]
 *   command: [/usr/sbin/in.tftpd, --foreground, --address, "127.0.0.1:${port}", --secure, "${dir}"]
 *   transport: udp
 *   expect: {protocol: tftp}
 * }</pre>
 *
 * <p>{@code .ci/servers} installs what the table names. {@link RealServerEntry} tells the rest
 * ({@code unpack}, {@code before}, {@code files}, {@code environment}, {@code within}; product and
 * version in {@code expect}, the version a pattern). A server that inetd would run goes behind
 * {@code socat}. {@code PORTPRINT_SERVERS} says which run: {@code all}, or names of files without
 * their ending, comma-separated.
 */
@EnabledIfEnvironmentVariable(
    named = "PORTPRINT_SERVERS",
    matches = ".+",
    disabledReason = "PORTPRINT_SERVERS names no table of real servers to run")
@Execution(ExecutionMode.CONCURRENT)
class RealServersTest {

  private final Probe[] probes = Probes.all();

  @TestFactory
  Stream<DynamicTest> servers() throws IOException {
    List<String> wanted = List.of(System.getenv("PORTPRINT_SERVERS").split(","));
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/servers"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replaceFirst("\\.yaml$", "");
        if (wanted.contains("all") || wanted.contains(name)) {
          for (RealServerEntry entry : RealServerEntry.read(file)) {
            tests.add(dynamicTest(name + ": " + entry.name(), () -> check(entry)));
          }
        }
      }
    }
    assertThat(tests).as("entries of %s", wanted).isNotEmpty();
    return tests.stream();
  }

  private void check(RealServerEntry entry) throws IOException, InterruptedException {
    assumeTrue(
        RealServer.isThere(entry),
        () -> "%s is not there: .ci/servers brings it".formatted(entry.command().getFirst()));
    Met first = meet(entry);
    check(entry.expect(), first.silentOn(entry.expect()) ? meet(entry) : first);
  }

  /**
   * What detection made of a server, which was started for it.
   *
   * @param log what the server printed
   */
  private record Met(Fingerprint verdict, String log) {

    /**
     * Whether something is missing, and nothing wrong: on a machine with much to do a server may
     * answer too late, so that is tried once more. A wrong name is not.
     */
    boolean silentOn(RealServerEntry.Expected expected) {
      Service service = verdict.service();
      String protocol = said(service, Service::protocol);
      boolean named = Objects.equals(protocol, expected.protocol());
      return (protocol == null && !named)
          || (named && expected.product() != null && said(service, Service::product) == null)
          || (named && expected.version() != null && said(service, Service::version) == null);
    }
  }

  private Met meet(RealServerEntry entry) throws IOException, InterruptedException {
    try (RealServer server = RealServer.start(entry)) {
      Fingerprint verdict =
          Probing.detect(
              server.port(), entry.transport(), entry.effort(), entry.effort().deadline(), probes);
      return new Met(verdict, server.log());
    }
  }

  private static void check(RealServerEntry.Expected expected, Met met) {
    Fingerprint verdict = met.verdict();
    Service service = verdict.service();
    assertThat(said(service, Service::protocol))
        .as("protocol, %s%n%s", verdict, met.log())
        .isEqualTo(expected.protocol());
    if (expected.product() != null) {
      assertThat(said(service, Service::product))
          .as("product of %s", verdict)
          .isEqualTo(expected.product());
    }
    if (expected.version() != null) {
      assertThat(Objects.requireNonNullElse(said(service, Service::version), ""))
          .as("version of %s", verdict)
          .matches(expected.version());
    }
    if (expected.tls() != null) {
      assertThat(service != null && service.tls()).as("tls").isEqualTo(expected.tls());
    }
  }

  private static @Nullable String said(
      @Nullable Service service, Function<Service, @Nullable String> field) {
    return service == null ? null : field.apply(service);
  }
}
