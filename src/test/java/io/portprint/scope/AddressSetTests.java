package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressSetTests {

  /**
   * Where a carry from the low word to the high one falls into the middle of the tested addresses.
   */
  private static final Ip BASE = new Ip(0x2001_0db8_0000_0000L, -16);

  private static final int UNIVERSE = 32;

  private static IpRange range(int first, int last) {
    return new IpRange(BASE.plus(first), BASE.plus(last));
  }

  @Test
  void agreesWithASetOfNumbers() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int round = 0; round < 2_000; round++) {
      TreeSet<Integer> plain = new TreeSet<>();
      TreeSet<Integer> other = new TreeSet<>();
      AddressSet left =
          AddressSet.of(some(random, plain)).minus(AddressSet.of(some(random, other)));
      plain.removeAll(other);
      List<Ip> expected = plain.stream().map(BASE::plus).toList();
      assertThat(left.size()).isEqualTo(expected.size());
      assertThat(LongStream.range(0, left.size()).mapToObj(left::get))
          .containsExactlyElementsOf(expected);
      int first = random.nextInt(UNIVERSE);
      int last = random.nextInt(first, UNIVERSE);
      Integer missing = first;
      while (missing <= last && plain.contains(missing)) {
        missing++;
      }
      assertThat(left.firstMissing(range(first, last)).map(Ip::text))
          .isEqualTo(missing > last ? Optional.empty() : Optional.of(BASE.plus(missing).text()));
    }
  }

  private static List<IpRange> some(RandomGenerator random, TreeSet<Integer> plain) {
    List<IpRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      int first = random.nextInt(UNIVERSE);
      int last = random.nextInt(first, Math.min(UNIVERSE, first + 8));
      ranges.add(range(first, last));
      for (int n = first; n <= last; n++) {
        plain.add(n);
      }
    }
    return ranges;
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8::7:8, 0, ::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::7:8, 32, 2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::7:8, 64, 2001:db8::, 2001:db8::ffff:ffff:ffff:ffff",
    "2001:db8::7:8, 65, 2001:db8::, 2001:db8::7fff:ffff:ffff:ffff",
    "2001:db8::7:8, 127, 2001:db8::7:8, 2001:db8::7:9",
    "2001:db8::7:8, 128, 2001:db8::7:8, 2001:db8::7:8",
  })
  void blocksHaveTheseEnds(String address, int prefix, String first, String last) throws Exception {
    IpRange block = IpRange.block(ip(address), prefix);
    assertThat(block.first().text()).isEqualTo(first);
    assertThat(block.last().text()).isEqualTo(last);
  }

  @Test
  void theWholeLineHasAnEnd() throws Exception {
    IpRange all = new IpRange(ip("::"), Ip.LAST);
    AddressSet line = AddressSet.of(List.of(all, all, IpRange.of(Ip.LAST)));
    assertThat(line.size()).isEqualTo(Long.MAX_VALUE);
    assertThat(line.firstMissing(all)).isEmpty();
    assertThat(line.minus(line).size()).isZero();
    assertThat(all.withoutMapped()).hasSize(2);
    assertThat(AddressSet.EMPTY.firstMissing(all)).contains(ip("::"));
  }

  private static Ip ip(String text) throws MalformedException {
    return ((Target.Addresses) Target.parseHost(text)).ranges().getFirst().first();
  }
}
