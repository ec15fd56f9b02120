package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Transport;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** The lists of common ports, and whether they know what the probes know. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class CommonPortsTest {

  /** Ports that a probe suggests early, and that are rare all the same. */
  private static final Set<String> SELDOM =
      Set.of(
          // TLS on what IANA assigned to CORBA, shells and a management system
          "tcp 261",
          "tcp 614",
          "tcp 684",
          "tcp 695",
          // name servers beside their port
          "udp 1053",
          "udp 5300",
          "udp 8053",
          // agents beside their port
          "udp 1161",
          // single programs' choices for BitTorrent, and what follows their first port
          "udp 6883",
          "udp 6884",
          "udp 6885",
          "udp 6886",
          "udp 6887",
          "udp 6888",
          "udp 6889",
          "udp 8999",
          "udp 25401",
          "udp 49001");

  private static final CommonPorts PORTS = CommonPorts.load();

  @Autowired private List<Probe> probes;

  @Test
  void areAsManyAsTheirNamesSay() {
    assertThat(PORTS.top(Transport.TCP, 100)).hasSize(100).doesNotHaveDuplicates();
    assertThat(PORTS.top(Transport.TCP, 1000)).hasSize(1000).doesNotHaveDuplicates();
    assertThat(PORTS.top(Transport.UDP, 100)).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void longerListsHoldTheShorter() {
    assertThat(PORTS.top(Transport.TCP, 1000)).contains(PORTS.top(Transport.TCP, 100));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void arePortsWithoutPrinters(Transport transport) {
    assertThat(IntStream.of(PORTS.top(transport, 1000)).mapToObj(PortSet::port))
        .hasSizeGreaterThanOrEqualTo(100)
        .allMatch(port -> port >= 1 && port <= 65_535)
        .noneMatch(port -> port >= 9100 && port <= 9107);
  }

  @Test
  void tellTheListOfAPort() {
    assertThat(PORTS.tier(PortSet.key(Transport.TCP, 443))).isZero();
    assertThat(PORTS.tier(PortSet.key(Transport.TCP, 9418))).isEqualTo(1);
    assertThat(PORTS.tier(PortSet.key(Transport.TCP, 9101))).isEqualTo(2);
    assertThat(PORTS.tier(PortSet.key(Transport.UDP, 53))).isZero();
    assertThat(PORTS.tier(PortSet.key(Transport.UDP, 22))).isEqualTo(2);
    assertThat(PORTS.keys(0)).hasSize(200).isSorted();
    assertThat(PORTS.keys(1)).hasSize(900).isSorted();
  }

  @Test
  void holdWhatProbesSayEarly() {
    Set<String> early = new HashSet<>();
    for (Probe probe : probes) {
      Transport transport = probe.description().transport();
      for (Opening opening : probe.openings(new Random(1))) {
        if (opening.rarity() <= 3) {
          opening.ports().forEach(port -> early.add(transport.label() + " " + port));
        }
      }
    }
    Set<String> common = new HashSet<>();
    for (Transport transport : Transport.values()) {
      Arrays.stream(PORTS.top(transport, 1000))
          .forEach(key -> common.add(transport.label() + " " + PortSet.port(key)));
    }
    assertThat(early).hasSizeGreaterThan(100).containsAll(SELDOM);
    early.removeAll(SELDOM);
    assertThat(common).containsAll(early).doesNotContainAnyElementsOf(SELDOM);
  }
}
