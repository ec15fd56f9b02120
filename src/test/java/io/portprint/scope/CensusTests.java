package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import io.portprint.scope.Census.Share;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class CensusTests {

  private static final Scope SCOPE =
      new Scope(
          ScopeProperties.allowing(
              "0.0.0.0/0", "::/0", "ff00::/8", "255.255.255.255", "0.0.0.0/8", "::"),
          name ->
              List.of(
                  InetAddress.getByName("127.0.0.3"),
                  InetAddress.getByName("128.0.0.1"),
                  InetAddress.getByName("::1")));

  private static Census census(String ports, String... targets) {
    return SCOPE.approve(new Selection(List.of(targets), ports, List.of())).census();
  }

  @Test
  void tellsLoopbackFromTheRest() {
    assertThat(census("1-10,U:1-3", "126.255.255.0-128.0.0.255", "::1-::4"))
        .isEqualTo(
            new Census(
                512 + (1 << 24) + 4,
                new Share(10 * ((1L << 24) + 1), 3 * ((1L << 24) + 1), 10, 3),
                new Share(10 * 515, 3 * 515, 10, 3)));
  }

  @Test
  void countsAnAddressOnceAndItsPortsForEachName() {
    Selection selection =
        new Selection(
            List.of("a.example", "b.example", "127.0.0.3"),
            "1-10",
            List.of("127.0.0.3:80", "127.0.0.3:53/udp", "a.example:53/udp"));
    assertThat(SCOPE.approve(selection).census())
        .isEqualTo(new Census(1, new Share(31, 2, 31, 2), Share.NONE));
  }

  @Test
  void reachesBothEndsOfTheLine() {
    assertThat(census("1-3", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124"))
        .isEqualTo(new Census(17, Share.NONE, new Share(51, 0, 3, 0)));
  }

  /** Small random selections against counting one by one. */
  @Test
  void agreesWithBruteForce() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_128);
    for (int round = 0; round < 500; round++) {
      List<String> targets = new ArrayList<>();
      List<String> single = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        targets.add(
            switch (random.nextInt(4)) {
              case 0 -> "127.255.255.250-128.0.0." + random.nextInt(9);
              case 1 -> "128.0.0." + random.nextInt(9) + "/30";
              case 2 -> random.nextBoolean() ? "a.example" : "b.example";
              default -> "::/125";
            });
      }
      for (int i = random.nextInt(6) + (targets.isEmpty() ? 1 : 0); i > 0; i--) {
        single.add(
            List.of("127.0.0.3", "128.0.0.1", "a.example", "[::1]", "[ffff::1]")
                    .get(random.nextInt(5))
                + ":"
                + random.nextInt(1, 5)
                + (random.nextBoolean() ? "/tcp" : "/udp"));
      }
      ApprovedEndpoints endpoints =
          SCOPE.approve(
              new Selection(
                  targets,
                  targets.isEmpty() ? null : "1-3,U:2",
                  single,
                  List.of("128.0.0.3"),
                  random.nextBoolean()));
      Census counted = oneByOne(endpoints);
      assertThat(endpoints.census()).as("%s + %s", targets, single).isEqualTo(counted);
      assertThat(endpoints.size(Transport.TCP)).isEqualTo(counted.tcp());
      assertThat(endpoints.size(Transport.UDP)).isEqualTo(counted.udp());
    }
  }

  private static Census oneByOne(ApprovedEndpoints endpoints) {
    Map<InetAddress, int[]> counts = new HashMap<>();
    for (long i = 0; i < endpoints.size(); i++) {
      Endpoint endpoint = endpoints.get(i).endpoint();
      counts
          .computeIfAbsent(endpoint.address(), _ -> new int[2])[
          endpoint.transport() == Transport.TCP ? 0 : 1]++;
    }
    Share loopback = Share.NONE;
    Share beyond = Share.NONE;
    for (Map.Entry<InetAddress, int[]> one : counts.entrySet()) {
      if (one.getKey().isLoopbackAddress()) {
        loopback = loopback.plus(1, one.getValue()[0], one.getValue()[1]);
      } else {
        beyond = beyond.plus(1, one.getValue()[0], one.getValue()[1]);
      }
    }
    return new Census(counts.size(), loopback, beyond);
  }
}
