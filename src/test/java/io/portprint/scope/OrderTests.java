package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.portprint.fingerprint.Endpoint;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderTests {

  private static final CommonPorts PORTS = CommonPorts.load();

  private static final Scope SCOPE =
      new Scope(
          ScopeProperties.allowing("0.0.0.0/0", "2000::/3"),
          name ->
              List.of(
                  InetAddress.getByName("192.0.2.1"),
                  InetAddress.getByName("192.0.2.2"),
                  InetAddress.getByName("2001:db8::1")));

  private static void assertBijection(LongUnaryOperator order, int size) {
    BitSet seen = new BitSet(size);
    for (int place = 0; place < size; place++) {
      long index = order.applyAsLong(place);
      if (index < 0 || index >= size || seen.get((int) index)) {
        assertThat(index).as("place %d of %d", place, size).isBetween(0L, size - 1L);
        assertThat(seen.get((int) index)).as("%d comes twice", index).isFalse();
      }
      seen.set((int) index);
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> order.applyAsLong(size));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> order.applyAsLong(-1));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        255, 256, 257, 509, 1_021, 4_095, 4_096, 4_097, 65_521, 65_535, 65_536, 65_537, 1_000_003,
        1_048_575, 1_048_576, 1_048_577, 3_000_000
      })
  void everyIndexComesOnce(int size) {
    assertBijection(new Permutation(size, 20_261_128), size);
  }

  @Test
  void everyIndexComesOnceOfFew() {
    for (int size = 1; size < 200; size++) {
      for (int seed = 0; seed < 8; seed++) {
        assertBijection(new Permutation(size, seed), size);
      }
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> new Permutation(0, 1).applyAsLong(0));
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 40) + 7, 1L << 62, Long.MAX_VALUE})
  void whatIsTooManyToCountStaysWithin(long size) {
    Permutation order = new Permutation(size, 5);
    Set<Long> seen = new HashSet<>();
    for (long place : new long[] {0, 1, 2, size / 2, size - 2, size - 1}) {
      assertThat(order.applyAsLong(place)).isBetween(0L, size - 1);
      seen.add(order.applyAsLong(place));
    }
    assertThat(seen).hasSize(6);
  }

  @Test
  void theSeedIsTheOrder() {
    Permutation one = new Permutation(10_000, 1);
    Permutation same = new Permutation(10_000, 1);
    Permutation other = new Permutation(10_000, 2);
    assertThat(LongStream.range(0, 10_000))
        .allMatch(i -> one.applyAsLong(i) == same.applyAsLong(i));
    long alike =
        LongStream.range(0, 10_000).filter(i -> one.applyAsLong(i) == other.applyAsLong(i)).count();
    // 1 is to be expected; 20 don't come by chance
    assertThat(alike).isLessThan(20);
  }

  /** A stretch of the order holds its share of every host and of every part of the ports. */
  @Test
  void hostsAndPortsComeMixed() {
    ApprovedEndpoints endpoints =
        SCOPE.approve(new Selection(List.of("192.0.2.0/26"), "1-1024", List.of()));
    LongUnaryOperator order = endpoints.order(7, false);
    for (int begin = 0; begin < 64_000; begin += 6_400) {
      int[] hosts = new int[64];
      int[] ports = new int[64];
      for (int place = begin; place < begin + 6_400; place++) {
        Endpoint endpoint = endpoints.get(order.applyAsLong(place)).endpoint();
        hosts[endpoint.address().getAddress()[3]]++;
        ports[(endpoint.port() - 1) / 16]++;
      }
      // 100 of each are to be expected, give or take 10; five times that doesn't come by chance
      assertThat(IntStream.of(hosts)).allMatch(count -> count > 50 && count < 150);
      assertThat(IntStream.of(ports)).allMatch(count -> count > 50 && count < 150);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "192.0.2.1;80",
        "192.0.2.1;1",
        "192.0.2.1;-",
        "192.0.2.1;U:-,T:-",
        "192.0.2.0/28;top-1000,U:top-100",
        "192.0.2.0/28;top-100",
        "192.0.2.0/25,2001:db8::/121;1-1100,U:1-200,9100",
        "192.0.2.0/28,many.example,2001:db8::7;8000-9999",
        "192.0.2.0/30;40000-40100"
      })
  void commonPortsComeFirst(String targets, String ports) {
    assertCommonFirst(SCOPE.approve(new Selection(List.of(targets.split(",")), ports, List.of())));
  }

  @Test
  void commonPortsComeFirstOfSingleEndpointsToo() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_128);
    for (int round = 0; round < 100; round++) {
      List<String> single =
          random
              .ints(random.nextInt(1, 40), 1, 1_200)
              .mapToObj(
                  port ->
                      List.of("192.0.2.5:", "198.51.100.7:", "many.example:", "[2001:db8::3]:")
                              .get(port % 4)
                          + (port % 5 == 0 ? 55_000 + port : port)
                          + (port % 3 == 0 ? "/udp" : "/tcp"))
              .toList();
      boolean targets = random.nextBoolean();
      assertCommonFirst(
          SCOPE.approve(
              new Selection(
                  targets ? List.of("192.0.2.4/31", "many.example") : List.of(),
                  targets ? "1-30,80-600,U:50-70" : null,
                  single,
                  List.of(),
                  random.nextBoolean())));
    }
  }

  private static void assertCommonFirst(ApprovedEndpoints endpoints) {
    LongUnaryOperator order = endpoints.order(3, true);
    int size = (int) endpoints.size();
    assertBijection(order, size);
    int before = 0;
    for (int place = 0; place < size; place++) {
      Endpoint endpoint = endpoints.get(order.applyAsLong(place)).endpoint();
      int tier = PORTS.tier(PortSet.key(endpoint.transport(), endpoint.port()));
      if (tier < before) {
        assertThat(tier).as("%s at %d", endpoint, place).isGreaterThanOrEqualTo(before);
      }
      before = tier;
    }
  }

  @Test
  void aHugeOrderTakesLittleRoom() {
    ApprovedEndpoints endpoints =
        SCOPE.approve(new Selection(List.of("8.0.0.0/7", "2001:db8::/90"), "-,U:-", List.of()));
    LongUnaryOperator order = endpoints.order(9, true);
    long hosts = (1L << 25) + (1L << 38);
    assertThat(tier(endpoints, order, 0)).isZero();
    assertThat(tier(endpoints, order, 200 * hosts - 1)).isZero();
    assertThat(tier(endpoints, order, 200 * hosts)).isEqualTo(1);
    assertThat(tier(endpoints, order, 1_100 * hosts - 1)).isEqualTo(1);
    assertThat(tier(endpoints, order, 1_100 * hosts)).isEqualTo(2);
    assertThat(tier(endpoints, order, endpoints.size() - 1)).isEqualTo(2);
  }

  private static int tier(ApprovedEndpoints endpoints, LongUnaryOperator order, long place) {
    Endpoint endpoint = endpoints.get(order.applyAsLong(place)).endpoint();
    return PORTS.tier(PortSet.key(endpoint.transport(), endpoint.port()));
  }
}
