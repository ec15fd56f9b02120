package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import io.portprint.testing.Scopes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTests {

  private static final HostResolver NOBODY =
      name -> {
        throw new UnknownHostException(name);
      };

  private static Scope allowing(String... allow) {
    return new Scope(ScopeProperties.allowing(allow), NOBODY);
  }

  private static Scope everything() {
    return allowing("0.0.0.0/0", "::/0");
  }

  private static List<ApprovedEndpoint> all(ApprovedEndpoints endpoints) {
    return LongStream.range(0, endpoints.size()).mapToObj(endpoints::get).toList();
  }

  private static List<String> texts(ApprovedEndpoints endpoints) {
    return all(endpoints).stream().map(ApprovedEndpoint::toString).toList();
  }

  private static Selection targets(String ports, String... targets) {
    return new Selection(List.of(targets), ports, List.of());
  }

  private static Selection endpoints(String... endpoints) {
    return new Selection(List.of(), null, List.of(endpoints));
  }

  private static Selection excluding(Selection selection, String... entries) {
    return new Selection(
        selection.targets(),
        selection.ports(),
        selection.endpoints(),
        List.of(entries),
        selection.allAddresses());
  }

  private static Selection withAllAddresses(Selection selection) {
    return new Selection(
        selection.targets(), selection.ports(), selection.endpoints(), selection.exclude(), true);
  }

  /** A resolver that knows these names. */
  private static HostResolver knowing(Map<String, List<String>> names) {
    return name -> {
      List<InetAddress> found = new ArrayList<>();
      for (String address : names.getOrDefault(name, List.of())) {
        found.add(
            InetAddress.getByAddress("other.name", InetAddress.getByName(address).getAddress()));
      }
      if (found.isEmpty()) {
        throw new UnknownHostException(name);
      }
      return found;
    };
  }

  @Nested
  class OneEndpoint {

    @ParameterizedTest
    @CsvSource({
      "127.0.0.1, 127.0.0.1:80/tcp",
      "127.255.255.255, 127.255.255.255:80/tcp",
      "::1, [0:0:0:0:0:0:0:1]:80/tcp",
      "[::1], [0:0:0:0:0:0:0:1]:80/tcp",
      "0:0:0:0:0:0:0:1, [0:0:0:0:0:0:0:1]:80/tcp",
      "::ffff:127.0.0.1, 127.0.0.1:80/tcp",
      "::FFFF:7f00:1, 127.0.0.1:80/tcp",
      "[0:0:0:0:0:ffff:127.0.0.1], 127.0.0.1:80/tcp",
    })
    void approvesLoopbackByDefault(String host, String endpoint) {
      assertThat(Scopes.loopback().approve(host, 80, Transport.TCP)).hasToString(endpoint);
    }

    @Test
    void holdsTheAddressWithoutAName() {
      Endpoint endpoint = everything().approve("192.0.2.1", 53, Transport.UDP).endpoint();
      assertThat(endpoint.host()).isEqualTo("192.0.2.1");
      assertThat(endpoint.address().toString()).isEqualTo("/192.0.2.1");
      assertThat(endpoint.named()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "127.0.0.1/32",
          "127.0.0.1-2",
          "127.0.0.0/8",
          "",
          " ",
          "127.1",
          "2130706433",
          "0x7f000001",
          "0x7f.0.0.1",
          "0177.0.0.1",
          "127.0.0.01",
          "127.0.0.256",
          "127.0.0.1.",
          "127.0.0.1.5",
          "127.0.0.*",
          "fe80::1%eth0",
          "::1%1",
          "[127.0.0.1]",
          "[::1",
          "::1]",
          "[[::1]]",
          "::ffff:0177.0.0.1",
          "::ffff:127.1",
          ":::1",
          "1::2::3",
          "12345::1",
          "foo.123",
          "foo.0x7f",
          "http://127.0.0.1",
          "127.0.0.1:80",
          "bücher.example",
          "a b",
          "a\tb",
          "-a",
          "a-",
          "a..b",
          ".a",
          "a/b",
          "..",
          "user@host",
          "1e1.1"
        })
    void refusesWhatIsNotOneHost(String host) {
      InvalidTargetException refusal =
          catchThrowableOfType(
              InvalidTargetException.class, () -> everything().approve(host, 80, Transport.TCP));
      assertThat(refusal).isNotNull();
      assertThat(refusal.field()).isEqualTo("host");
      assertThat(refusal.reason()).isNotBlank();
      assertThat(refusal.remedy()).startsWith("write");
      assertThat(refusal.getMessage()).matches("\\p{Print}+");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void refusesAPortOutOfRange(int port) {
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> Scopes.loopback().approve("127.0.0.1", port, Transport.TCP))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("port"));
    }

    @Test
    void cutsAndEscapesWhatItShows() {
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(
              () -> Scopes.loopback().approve("\u001b[2J" + "x".repeat(200), 80, Transport.TCP))
          .satisfies(
              refusal ->
                  assertThat(refusal.target())
                      .startsWith("\\u001b[2Jxxx")
                      .endsWith("x...")
                      .hasSizeLessThan(100));
    }
  }

  @Nested
  class Names {

    @Test
    void approveTheFirstAddressUnderTheirName() {
      Scope scope =
          new Scope(
              ScopeProperties.defaults(),
              knowing(Map.of("lab.internal", List.of("::1", "127.0.0.5"))));
      Endpoint endpoint = scope.approve("Lab.Internal.", 443, Transport.TCP).endpoint();
      assertThat(endpoint.host()).isEqualTo("lab.internal");
      assertThat(endpoint.named()).isTrue();
      assertThat(endpoint.address().toString()).isEqualTo("/0:0:0:0:0:0:0:1");
    }

    @Test
    void needEveryAddressInScope() {
      Scope scope =
          new Scope(
              ScopeProperties.defaults(),
              knowing(Map.of("half.example", List.of("127.0.0.1", "192.0.2.7"))));
      OutOfScopeException refusal =
          catchThrowableOfType(
              OutOfScopeException.class, () -> scope.approve("half.example", 80, Transport.TCP));
      assertThat(refusal.target()).isEqualTo("half.example");
      assertThat(refusal.address().getHostAddress()).isEqualTo("192.0.2.7");
      assertThat(refusal.property()).isEqualTo("portprint.scope.allow");
    }

    @Test
    void areAskedForOncePerSelection() {
      AtomicInteger asked = new AtomicInteger();
      Scope scope =
          new Scope(
              ScopeProperties.defaults(),
              name -> {
                asked.incrementAndGet();
                return List.of(InetAddress.getByName("127.0.0." + asked));
              });
      ApprovedEndpoints approved =
          scope.approve(
              new Selection(
                  List.of("a_b.example", "A_B.example."), "1-3", List.of("a_b.example:9")));
      assertThat(texts(approved))
          .containsExactly(
              "127.0.0.1:1/tcp", "127.0.0.1:2/tcp", "127.0.0.1:3/tcp", "127.0.0.1:9/tcp");
      assertThat(asked).hasValue(1);
    }

    @Test
    void areRefusedWhereUnknown() {
      assertThatExceptionOfType(UnresolvableHostException.class)
          .isThrownBy(() -> everything().approve(targets("1", "127.0.0.1", "no.such.example")))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("targets[1]"));
    }

    @Test
    void areRefusedWhereTheResolverHasNoneOrFails() {
      Scope empty = new Scope(ScopeProperties.defaults(), name -> List.of());
      Scope broken =
          new Scope(
              ScopeProperties.defaults(),
              name -> {
                throw new IllegalStateException("secret");
              });
      for (Scope scope : List.of(empty, broken)) {
        assertThatExceptionOfType(UnresolvableHostException.class)
            .isThrownBy(() -> scope.approve("lab", 1, Transport.TCP))
            .withMessageNotContaining("secret");
      }
    }

    @Test
    void areRefusedWhereTheResolverHangs() {
      CountDownLatch never = new CountDownLatch(1);
      ScopeProperties properties =
          new ScopeProperties(
              List.of("127.0.0.1"), List.of(), Duration.ofMillis(20), Duration.ofMillis(40));
      Scope scope =
          new Scope(
              properties,
              name -> {
                // Deaf to interruption, as a native lookup is.
                while (never.getCount() > 0) {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.interrupted();
                  }
                }
                return List.of();
              });
      for (int i = 0; i <= Lookups.PLACES; i++) {
        String name = "hangs" + i;
        assertThatExceptionOfType(UnresolvableHostException.class)
            .isThrownBy(() -> scope.approve(name, 1, Transport.TCP))
            .withMessageContaining("in time");
      }
      never.countDown();
    }

    @Test
    void mayBeLongButNotTooLong() {
      String label = "a".repeat(63);
      String longest = String.join(".", label, label, label, "a".repeat(61));
      Scope scope =
          new Scope(ScopeProperties.defaults(), name -> List.of(InetAddress.getLoopbackAddress()));
      assertThat(longest).hasSize(253);
      assertThat(scope.approve(longest, 1, Transport.TCP).endpoint().host()).isEqualTo(longest);
      for (String tooLong : List.of("a" + longest, label + "a", "a".repeat(256))) {
        assertThatExceptionOfType(InvalidTargetException.class)
            .isThrownBy(() -> scope.approve(tooLong, 1, Transport.TCP));
      }
    }
  }

  @Nested
  class Lists {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "0.0.0.0",
          "0.1.2.3",
          "::",
          "224.0.0.1",
          "239.255.255.255",
          "ff02::1",
          "255.255.255.255",
          "169.254.169.254",
          "169.254.0.0",
          "fe80::1",
          "febf::1",
          "fd00:ec2::254",
          "::ffff:169.254.169.254",
          "::ffff:0.0.0.0"
        })
    void denySpecialAddressesInAWideBlock(String host) {
      OutOfScopeException refusal =
          catchThrowableOfType(
              OutOfScopeException.class, () -> everything().approve(host, 80, Transport.TCP));
      assertThat(refusal).isNotNull();
      assertThat(refusal.property()).isEqualTo("portprint.scope.allow");
      assertThat(refusal.reason()).contains("denied unless named exactly");
    }

    @ParameterizedTest
    @CsvSource({
      "169.254.169.254, 169.254.169.254, true",
      "169.254.169.254, 169.254.169.253, false",
      "::ffff:169.254.169.254, 169.254.169.254, true",
      "169.254.0.0/16, 169.254.7.7, true",
      "169.254.0.0/15, 169.254.7.7, false",
      "169.254.0.0/15, 169.255.7.7, true",
      "169.254.169.0/24, 169.254.169.1, true",
      "169.254.169.0/24, 169.254.170.1, false",
      "fd00:ec2::254, fd00:ec2::254, true",
      "fd00:ec2::/32, fd00:ec2::254, false",
      "fd00:ec2::/32, fd00:ec2::253, true",
      "0.0.0.0/8, 0.0.0.0, true",
      "255.255.255.255, 255.255.255.255, true",
      "240.0.0.0/4, 255.255.255.255, false",
      "240.0.0.0/4, 255.255.255.254, true",
      "::, ::, true",
      "::/1, ::1, true",
      "::/0, 127.0.0.1, false",
      "::/0, ::ffff:127.0.0.1, false",
      "::/0, 64:ff9b::7f00:1, true",
      "0.0.0.0/0, ::1, false",
      "0.0.0.0/0, 64:ff9b::7f00:1, false",
      "127.0.0.0/8, 2002:7f00:1::, false",
      "127.0.0.0/8, ::127.0.0.1, false",
      "::ffff:127.0.0.0/104, 127.0.0.1, true",
      "192.0.2.17/24, 192.0.2.1, true",
      "192.0.2.5-9, 192.0.2.9, true",
      "192.0.2.5-9, 192.0.2.10, false",
    })
    void allow(String entry, String host, boolean allowed) {
      Scope scope = allowing(entry);
      if (allowed) {
        assertThat(scope.approve(host, 80, Transport.TCP)).isNotNull();
      } else {
        assertThatExceptionOfType(OutOfScopeException.class)
            .isThrownBy(() -> scope.approve(host, 80, Transport.TCP));
      }
    }

    @Test
    void denyWinsEvenOverAnExactName() {
      Scope scope =
          new Scope(
              ScopeProperties.allowing("127.0.0.1", "127.0.0.0/8").denying("::ffff:127.0.0.1"),
              NOBODY);
      assertThatExceptionOfType(OutOfScopeException.class)
          .isThrownBy(() -> scope.approve("127.0.0.1", 80, Transport.TCP))
          .satisfies(refusal -> assertThat(refusal.property()).isEqualTo("portprint.scope.deny"));
      assertThat(scope.approve("127.0.0.2", 80, Transport.TCP)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
      "10.0.0.0/8, 10.20.30.40, portprint.scope.deny",
      "10.20.30.41-10.20.30.255, none, none",
      "10.20.30.40-41, 10.20.30.40, portprint.scope.deny",
      "0.0.0.0/0, 0.0.0.0, portprint.scope.allow",
      "10.0.0.0/7, 11.0.0.0, portprint.scope.allow",
      "9.255.255.255-10.0.0.1, 9.255.255.255, portprint.scope.allow",
      "2001:db8::/32, 2001:db8::, portprint.scope.allow",
    })
    void judgeABlockByItsFirstAddressOutside(String target, String first, String property) {
      Scope scope =
          new Scope(ScopeProperties.allowing("10.0.0.0/8").denying("10.20.30.40"), NOBODY);
      if (first.equals("none")) {
        assertThat(scope.approve(targets("80", target)).size()).isEqualTo(215);
        return;
      }
      Selection selection =
          first.startsWith("11.") ? targets("80", "10.20.30.41-11.0.0.9") : targets("80", target);
      OutOfScopeException refusal =
          catchThrowableOfType(OutOfScopeException.class, () -> scope.approve(selection));
      assertThat(Ip.of(refusal.address()).text()).isEqualTo(first);
      assertThat(refusal.property()).isEqualTo(property);
      assertThat(refusal.field()).isEqualTo("targets[0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"010.0.0.1", "localhost", "", "10.0.0.0/33", "*", "::ffff:10.0.0.0/8"})
    void failTheStartWithABadEntry(String entry) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> allowing("127.0.0.1", entry))
          .withMessageStartingWith("portprint.scope.allow[1] '" + entry + "' ");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Scope(ScopeProperties.defaults().denying(entry), NOBODY))
          .withMessageStartingWith("portprint.scope.deny[0] '" + entry + "' ");
    }
  }

  @Nested
  class Selections {

    @Test
    void goThroughHostsWithinPorts() {
      ApprovedEndpoints approved =
          everything()
              .approve(
                  new Selection(
                      List.of("10.0.0.8/31", "2001:db8::5"),
                      "U:53,T:80,22",
                      List.of(
                          "[2001:db8::5]:80",
                          "10.0.0.7:80/tcp",
                          "10.0.0.1:80/tcp",
                          "10.0.0.7:1/UDP",
                          "10.0.0.7:80")));
      assertThat(texts(approved))
          .containsExactly(
              "10.0.0.8:22/tcp",
              "10.0.0.9:22/tcp",
              "[2001:db8:0:0:0:0:0:5]:22/tcp",
              "10.0.0.8:80/tcp",
              "10.0.0.9:80/tcp",
              "[2001:db8:0:0:0:0:0:5]:80/tcp",
              "10.0.0.8:53/udp",
              "10.0.0.9:53/udp",
              "[2001:db8:0:0:0:0:0:5]:53/udp",
              "10.0.0.1:80/tcp",
              "10.0.0.7:80/tcp",
              "10.0.0.7:1/udp");
      assertThat(approved.get(2).endpoint().host()).isEqualTo("2001:db8::5");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "127.0.0.0/8;-;1099360632832",
          "127.0.0.0/8,127.0.0.1,127.3.0.0/16,::1;1;16777217",
          "127.0.0.1;-,U:-;131062",
          "127.0.0.1;9000-9200;193",
          "127.0.0.1;9000-9200,9100;194",
          "127.0.0.1;U:9000-9200;201",
          "127.0.0.1;9100,9107;2",
          "127.0.0.1;-1024,60000-,80,60000-60001;6560",
          "127.0.0.1;1,U:1,T:1-2;3",
          "127.0.0.1-127.0.0.9,127.0.0.5-12;1;12",
          "127.0.0.1,::ffff:127.0.0.1,::ffff:7f00:1;1;1",
          "127.255.255.250-127.255.255.255;65535;6",
          "127.0.0.1;top-100;100",
          "127.0.0.1;TOP-1000;1000",
          "127.0.0.1;top-100,top-1000,top-1000,T:top-100;1000",
          "127.0.0.1;U:top-100;100",
          "127.0.0.1;U:top-100,T:top-100;200",
          "127.0.0.1;all;65527",
          "127.0.0.1;U:all;65535",
          "127.0.0.1;all,U:all,T:9105;131063",
          "127.0.0.1;top-100,80,1,U:80,top-100,T:22;201",
          "127.0.0.1; top-100 , 8000-8100,U:top-100;290",
        })
    void countExactly(String targets, String ports, long size) {
      ApprovedEndpoints approved =
          Scopes.loopback().approve(new Selection(List.of(targets.split(",")), ports, List.of()));
      assertThat(approved.size()).isEqualTo(size);
      assertThat(approved.get(size - 1)).isNotNull();
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> approved.get(size));
      assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> approved.get(-1));
    }

    @ParameterizedTest
    @CsvSource({
      "2001:db8::/64, 1",
      "2001:db8::/65, 1",
      "2001:db8::/66, 1-2",
      "2001:db8::/80, -",
      "2000::/3, 1"
    })
    void refuseACountBeyondALong(String target, String ports) {
      Scope scope = allowing("2000::/3", "8.8.8.8");
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> scope.approve(targets(ports, target)));
      assertThat(scope.approve(targets("1", "2001:db8::/66")).size()).isEqualTo(1L << 62);
      assertThat(scope.approve(targets("1-9000", "2001:db8::/80", "8.8.8.8")).size())
          .isEqualTo(9_000L * ((1L << 48) + 1));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          " ",
          ",",
          "80,",
          "0",
          "65536",
          "080",
          "-0",
          "1-65536",
          "9-1",
          "1-2-3",
          "--",
          "U:",
          "T:,80",
          "S:1",
          "http",
          "[80]",
          "1 2",
          "80;81",
          "+1",
          "9100-9107",
          "9100-9100",
          "99999999999",
          "1-99999999999",
          "T:U:1",
          "\u0661",
          "top",
          "top-",
          "top-10",
          "top-0100",
          "top-100-200",
          "top-1000000000000",
          "U:top-1000",
          "T:U:top-100",
          "all-",
          "alle",
          "U:"
        })
    void refusePorts(String ports) {
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> Scopes.loopback().approve(targets(ports, "127.0.0.1")))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("ports"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:0", "127.0.0.1:080", "127.0.0.1:80-81",
              "127.0.0.0/8:80",
          "127.0.0.1:80/sctp", "127.0.0.1:80/", "127.0.0.1/tcp", "::1:80", "[::1]", "[::1]80",
              "[::1]:", "[127.0.0.1]:80",
          "[lab]:80", "127.0.0.1-2:80", "http://127.0.0.1:80", "127.0.0.1:80/tcp/tcp",
              "127.0.0.1::80", "[::1%1]:80"
        })
    void refuseEndpoints(String endpoint) {
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> Scopes.loopback().approve(endpoints("127.0.0.1:80", endpoint)))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("endpoints[1]"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "10.0.0.9-10.0.0.1",
          "10.0.0.9-1",
          "10.0.0.1-",
          "-10.0.0.1",
          "10.0.0.1-2-3",
          "10.0.0.1-0.2",
          "10.0.0.0/",
          "10.0.0.0/08",
          "10.0.0.0/+8",
          "10.0.0.0/8/8",
          "10.0.0.0/255.0.0.0",
          "10.0.0/8",
          "10/8",
          "lab/24",
          "::1/129",
          "[::1]/128",
          "::1-9",
          "::ffff:10.0.0.1-2001:db8::",
          "::ffff:10.0.0.1/64",
          "10.0.0.1-::1"
        })
    void refuseTargets(String target) {
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> everything().approve(targets("1", "127.0.0.1", target)))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("targets[1]"));
    }

    @Test
    void refuseWhatIsMissing() {
      List<String> withNull = Collections.singletonList(null);
      List<Selection> incomplete =
          List.of(
              new Selection(List.of(), null, List.of()),
              new Selection(List.of("127.0.0.1"), null, List.of("127.0.0.1:80")),
              new Selection(List.of(), "80", List.of("127.0.0.1:80")),
              new Selection(withNull, "80", List.of()),
              new Selection(List.of(), null, withNull));
      assertThat(incomplete)
          .allSatisfy(
              selection ->
                  assertThatExceptionOfType(InvalidTargetException.class)
                      .isThrownBy(() -> Scopes.loopback().approve(selection)));
    }

    @Test
    void refuseTooMuchWithTheFigure() {
      String ports = "1" + ",1".repeat(PortSet.MAX_ENTRIES);
      Map<Selection, String> tooMuch =
          Map.of(
              new Selection(Collections.nCopies(Scope.MAX_TARGETS + 1, "::1"), "1", List.of()),
              "65536",
              new Selection(
                  List.of(), null, Collections.nCopies(Scope.MAX_ENDPOINTS + 1, "[::1]:1")),
              "1048576",
              targets(ports, "::1"),
              "1024",
              targets(" ".repeat(8192) + "1", "::1"),
              "8192",
              targets("1", "a".repeat(256)),
              "255",
              endpoints("a".repeat(300) + ":1"),
              "272");
      tooMuch.forEach(
          (selection, figure) ->
              assertThatExceptionOfType(InvalidTargetException.class)
                  .isThrownBy(() -> Scopes.loopback().approve(selection))
                  .withMessageContaining(figure));
      String[] names =
          IntStream.rangeClosed(0, Scope.MAX_NAMES).mapToObj(i -> "n" + i).toArray(String[]::new);
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> Scopes.loopback().approve(targets("1", names)))
          .withMessageContaining("4096");
    }

    @Test
    void refuseAsAWhole() {
      assertThatExceptionOfType(OutOfScopeException.class)
          .isThrownBy(() -> Scopes.loopback().approve(endpoints("127.0.0.1:1", "192.0.2.1:1")))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("endpoints[1]"));
    }

    /** Small random selections against the plainest possible expansion. */
    @Test
    void agreeWithBruteForce() {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_122);
      Scope scope =
          new Scope(
              ScopeProperties.defaults(),
              knowing(Map.of("a", List.of("127.0.0.3"), "b", List.of("127.0.0.3"))));
      for (int round = 0; round < 500; round++) {
        Set<Integer> ports = new HashSet<>();
        Set<String> hosts = new HashSet<>();
        Set<String> expected = new LinkedHashSet<>();
        List<String> portTexts = new ArrayList<>();
        List<String> targets = new ArrayList<>();
        List<String> endpoints = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
          boolean udp = random.nextBoolean();
          int first = random.nextInt(9095, 9112);
          int last = random.nextInt(first, 9112);
          boolean single = random.nextBoolean();
          portTexts.add((udp ? "U:" : "T:") + (single ? first : first + "-" + last));
          for (int port = first; port <= (single ? first : last); port++) {
            if (single || udp || port < 9100 || port > 9107) {
              ports.add(udp ? -port : port);
            }
          }
        }
        portTexts.add("7");
        ports.add(portTexts.get(portTexts.size() - 2).startsWith("U:") ? -7 : 7);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
          int first = random.nextInt(16);
          int last = random.nextInt(first, 16);
          switch (random.nextInt(4)) {
            case 0 -> {
              targets.add("127.0.0." + first + "-" + last);
              IntStream.rangeClosed(first, last).forEach(n -> hosts.add("127.0.0." + n));
            }
            case 1 -> {
              targets.add("127.0.0." + first + "/30");
              IntStream.range(0, 4).forEach(n -> hosts.add("127.0.0." + ((first & ~3) + n)));
            }
            case 2 -> {
              targets.add("::1");
              hosts.add("::1");
            }
            default -> {
              String name = random.nextBoolean() ? "a" : "b";
              targets.add(name);
              hosts.add(name);
            }
          }
        }
        for (int port : ports) {
          for (String host : hosts) {
            expected.add(host + " " + port);
          }
        }
        for (int i = random.nextInt(6); i > 0; i--) {
          String host = List.of("127.0.0.3", "127.0.0.200", "a", "::1").get(random.nextInt(4));
          int port = random.nextBoolean() ? random.nextInt(9095, 9112) : 7;
          boolean udp = random.nextBoolean();
          endpoints.add(
              (host.equals("::1") ? "[::1]" : host) + ":" + port + (udp ? "/udp" : "/tcp"));
          expected.add(host + " " + (udp ? -port : port));
        }
        ApprovedEndpoints approved =
            scope.approve(new Selection(targets, String.join(",", portTexts), endpoints));
        List<String> found =
            all(approved).stream()
                .map(ApprovedEndpoint::endpoint)
                .map(e -> e.host() + " " + (e.transport() == Transport.UDP ? -e.port() : e.port()))
                .toList();
        assertThat(found)
            .as("%s x %s + %s", targets, portTexts, endpoints)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(all(approved).stream().map(one -> one.endpoint().address().getAddress().length))
            .allMatch(length -> length == 4 || length == 16);
      }
    }

    @Test
    void reachEveryCornerOfAHugeProduct() {
      ApprovedEndpoints approved = everything().approve(targets("-", "8.0.0.0/7"));
      assertThat(approved.size()).isEqualTo((1L << 25) * 65_527);
      assertThat(approved.get(0)).hasToString("8.0.0.0:1/tcp");
      assertThat(approved.get(1)).hasToString("8.0.0.1:1/tcp");
      assertThat(approved.get(1 << 25)).hasToString("8.0.0.0:2/tcp");
      assertThat(approved.get((1L << 25) * 9_099)).hasToString("8.0.0.0:9108/tcp");
      assertThat(approved.get(approved.size() - 1)).hasToString("9.255.255.255:65535/tcp");
      assertThat(approved.get(5).endpoint().address()).isInstanceOf(Inet4Address.class);
    }
  }

  @Nested
  class Exclusions {

    private static final HostResolver NAMES =
        knowing(
            Map.of(
                "a.example", List.of("127.0.0.3"),
                "many.example", List.of("127.0.0.4", "127.0.0.5", "::1"),
                "half.example", List.of("192.0.2.7", "127.0.0.6")));

    private static final Scope SCOPE = new Scope(ScopeProperties.defaults(), NAMES);

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "127.0.0.0/30;127.0.0.1;127.0.0.0,127.0.0.2,127.0.0.3",
          "127.0.0.0/30;127.0.0.1-2;127.0.0.0,127.0.0.3",
          "127.0.0.0/30;127.0.0.2/31;127.0.0.0,127.0.0.1",
          "127.0.0.0/30;::ffff:127.0.0.0/127;127.0.0.2,127.0.0.3",
          "127.0.0.0/30;a.example;127.0.0.0,127.0.0.1,127.0.0.2",
          "127.0.0.0/30;A.Example.;127.0.0.0,127.0.0.1,127.0.0.2",
          "127.0.0.4-6,::1;many.example;127.0.0.6",
          "127.0.0.4-6,::1;::/0;127.0.0.4,127.0.0.5,127.0.0.6",
          "127.0.0.4,::1;0.0.0.0/0;0:0:0:0:0:0:0:1",
          "a.example,127.0.0.9;127.0.0.3;127.0.0.9",
          "a.example,127.0.0.9;a.example;127.0.0.9",
          "many.example;127.0.0.4;127.0.0.5",
          "many.example;127.0.0.0/8;0:0:0:0:0:0:0:1",
          "half.example;192.0.2.7;127.0.0.6",
          "127.0.0.1,192.0.2.1;192.0.2.1;127.0.0.1",
          "127.0.0.0-127.0.0.255;127.0.0.1-254;127.0.0.0,127.0.0.255",
        })
    void leaveWhatIsNotExcluded(String targets, String excluded, String left) {
      ApprovedEndpoints approved =
          SCOPE.approve(excluding(targets("80", targets.split(",")), excluded.split(",")));
      assertThat(all(approved))
          .extracting(one -> one.endpoint().addressText())
          .containsExactly(left.split(","));
    }

    @Test
    void reachEndpointsOfEveryKind() {
      Selection selection =
          new Selection(
              List.of("127.0.0.1-4"),
              "80",
              List.of(
                  "127.0.0.2:81",
                  "[::ffff:127.0.0.2]:80",
                  "127.0.0.7:81",
                  "a.example:80",
                  "a.example:81",
                  "many.example:81"));
      assertThat(texts(SCOPE.approve(excluding(selection, "127.0.0.2-3", "many.example", "::1"))))
          .containsExactly("127.0.0.1:80/tcp", "127.0.0.7:81/tcp");
    }

    @Test
    void openABlockWhoseDeniedPartTheyTakeOut() {
      Scope scope =
          new Scope(ScopeProperties.allowing("10.0.0.0/8").denying("10.20.0.0/16"), NOBODY);
      Selection block = targets("80", "10.0.0.0/8");
      assertThat(scope.approve(excluding(block, "10.20.0.0/16")).size())
          .isEqualTo((1L << 24) - (1 << 16));
      assertThat(scope.approve(excluding(block, "10.20.0.0/17", "10.16.0.0/12")).size())
          .isEqualTo((1L << 24) - (1 << 20));
      for (String tooLittle : List.of("10.20.0.0/17", "10.20.0.1-10.20.255.255", "10.21.0.0/16")) {
        assertThatExceptionOfType(OutOfScopeException.class)
            .isThrownBy(() -> scope.approve(excluding(block, tooLittle)))
            .satisfies(
                refusal -> {
                  assertThat(refusal.property()).isEqualTo("portprint.scope.deny");
                  assertThat(refusal.field()).isEqualTo("targets[0]");
                });
      }
    }

    @Test
    void tellTheFirstAddressThatIsLeftOutside() {
      Scope scope = allowing("10.0.0.4/30");
      assertThatExceptionOfType(OutOfScopeException.class)
          .isThrownBy(() -> scope.approve(excluding(targets("80", "10.0.0.0/28"), "10.0.0.0-3")))
          .satisfies(
              refusal -> assertThat(refusal.address().getHostAddress()).isEqualTo("10.0.0.8"));
    }

    @Test
    void neverHideANamesAddressFromTheScope() {
      assertThatExceptionOfType(OutOfScopeException.class)
          .isThrownBy(() -> SCOPE.approve(excluding(targets("80", "half.example"), "127.0.0.6")))
          .satisfies(refusal -> assertThat(refusal.target()).isEqualTo("half.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.0/8", "127.0.0.3", "a.example"})
    void areRefusedWhereTheyLeaveNothing(String excluded) {
      Selection selection =
          new Selection(List.of("127.0.0.3", "a.example"), "1-9", List.of("a.example:80"));
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> SCOPE.approve(excluding(selection, excluded)))
          .withMessageContaining("no endpoint")
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("exclude"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.1", "127.0.0.1:80", "10.0.0.0/33", "*", "a b"})
    void areRefusedWhereNotUnderstood(String entry) {
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> SCOPE.approve(excluding(targets("1", "127.0.0.1"), "::1", entry)))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("exclude[1]"));
    }

    @Test
    void areRefusedWhereANameCanNotBeHonoured() {
      assertThatExceptionOfType(UnresolvableHostException.class)
          .isThrownBy(() -> SCOPE.approve(excluding(targets("1", "127.0.0.1"), "no.such.example")))
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("exclude[0]"));
    }

    @Test
    void areBounded() {
      String[] entries = Collections.nCopies(Scope.MAX_EXCLUDED + 1, "::1").toArray(String[]::new);
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> SCOPE.approve(excluding(targets("1", "127.0.0.1"), entries)))
          .withMessageContaining("65536");
      String[] names =
          IntStream.range(0, Scope.MAX_NAMES).mapToObj(i -> "n" + i).toArray(String[]::new);
      Scope scope =
          new Scope(ScopeProperties.defaults(), name -> List.of(InetAddress.getLoopbackAddress()));
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> scope.approve(excluding(targets("1", "one.more.example"), names)))
          .withMessageContaining("4096")
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("targets[0]"));
    }

    /** Small random blocks and lists on one line of 64 addresses, one by one. */
    @Test
    void agreeWithBruteForce() {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_128);
      int approvedRounds = 0;
      for (int round = 0; round < 2_000; round++) {
        BitSet allowed = new BitSet();
        BitSet denied = new BitSet();
        BitSet wanted = new BitSet();
        BitSet excluded = new BitSet();
        List<String> allow = randomRanges(random, 2, 6, allowed);
        List<String> deny = randomRanges(random, 0, 2, denied);
        List<String> targets = randomRanges(random, 1, 4, wanted);
        List<String> exclude = randomRanges(random, 0, 5, excluded);
        List<String> endpoints = new ArrayList<>();
        BitSet single = new BitSet();
        for (int i = random.nextInt(3); i > 0; i--) {
          int address = random.nextInt(64);
          single.set(address);
          endpoints.add("10.0.0." + address + ":80");
        }
        wanted.or(single);
        Scope scope =
            new Scope(
                ScopeProperties.allowing(allow.toArray(String[]::new))
                    .denying(deny.toArray(String[]::new)),
                NOBODY);
        Selection selection = new Selection(targets, "80", endpoints, exclude, false);
        allowed.andNot(denied);
        wanted.andNot(excluded);
        BitSet outside = (BitSet) wanted.clone();
        outside.andNot(allowed);
        String what = "%s - %s: %s + %s - %s".formatted(allow, deny, targets, endpoints, exclude);
        if (!outside.isEmpty()) {
          OutOfScopeException refusal =
              catchThrowableOfType(OutOfScopeException.class, () -> scope.approve(selection));
          assertThat(refusal).as(what).isNotNull();
          assertThat(outside.get(refusal.address().getAddress()[3])).as(what).isTrue();
        } else if (wanted.isEmpty()) {
          assertThatExceptionOfType(InvalidTargetException.class)
              .as(what)
              .isThrownBy(() -> scope.approve(selection));
        } else {
          approvedRounds++;
          List<Integer> found =
              all(scope.approve(selection)).stream()
                  .map(one -> (int) one.endpoint().address().getAddress()[3])
                  .toList();
          assertThat(found)
              .as(what)
              .containsExactlyInAnyOrderElementsOf(wanted.stream().boxed().toList());
        }
      }
      assertThat(approvedRounds).isGreaterThan(100);
    }

    private static List<String> randomRanges(
        RandomGenerator random, int least, int most, BitSet covered) {
      List<String> ranges = new ArrayList<>();
      for (int i = random.nextInt(least, most + 1); i > 0; i--) {
        int first = random.nextInt(64);
        int last = Math.min(63, first + random.nextInt(24));
        covered.set(first, last + 1);
        ranges.add("10.0.0." + first + "-" + last);
      }
      return ranges;
    }
  }

  @Nested
  class SeveralAddresses {

    private static final Scope SCOPE =
        new Scope(
            ScopeProperties.allowing("127.0.0.0/8", "::1", "2001:db8::/32"),
            knowing(
                Map.of(
                    "many.example",
                    List.of("127.0.0.4", "2001:db8::5", "::ffff:127.0.0.4", "127.0.0.4"),
                    "one.example",
                    List.of("127.0.0.4"))));

    @Test
    void areAllEndpointsOfTheirName() {
      ApprovedEndpoints approved =
          SCOPE.approve(withAllAddresses(targets("80,443", "many.example", "one.example")));
      assertThat(all(approved))
          .extracting(one -> one.endpoint().host() + " " + one)
          .containsExactly(
              "many.example 127.0.0.4:80/tcp",
              "many.example [2001:db8:0:0:0:0:0:5]:80/tcp",
              "one.example 127.0.0.4:80/tcp",
              "many.example 127.0.0.4:443/tcp",
              "many.example [2001:db8:0:0:0:0:0:5]:443/tcp",
              "one.example 127.0.0.4:443/tcp");
    }

    @Test
    void areOnlyTheFirstUnlessAskedFor() {
      assertThat(texts(SCOPE.approve(targets("80", "many.example"))))
          .containsExactly("127.0.0.4:80/tcp");
    }

    @Test
    void areNamedByEndpointToo() {
      assertThat(
              texts(SCOPE.approve(withAllAddresses(endpoints("many.example:53/udp", "[::1]:53")))))
          .containsExactly(
              "[0:0:0:0:0:0:0:1]:53/tcp", "127.0.0.4:53/udp", "[2001:db8:0:0:0:0:0:5]:53/udp");
    }

    @Test
    void areNotTakenTwice() {
      Selection selection =
          new Selection(
              List.of(
                  "many.example",
                  "MANY.example.",
                  "127.0.0.4",
                  "::ffff:127.0.0.4",
                  "127.0.0.3-127.0.0.5",
                  "127.0.0.4/31",
                  "2001:db8::4-2001:db8::6",
                  "2001:db8::5",
                  "[2001:DB8:0::5]"),
              "80,80,79-81,T:80",
              List.of(
                  "many.example:80",
                  "Many.Example:80/tcp",
                  "127.0.0.4:80",
                  "[::ffff:7f00:4]:80",
                  "[2001:db8::5]:80/TCP",
                  "many.example:82",
                  "many.example.:82",
                  "[2001:db8::5]:82",
                  "[2001:db8:0:0::5]:82"),
              List.of(),
              true);
      List<ApprovedEndpoint> found = all(SCOPE.approve(selection));
      // 2 of the name, 3 of version 4 and 3 of version 6 at three ports, and three at the fourth
      assertThat(found).doesNotHaveDuplicates().hasSize(8 * 3 + 3);
    }

    @Test
    void areJudgedOneAndAll() {
      Scope scope =
          new Scope(
              ScopeProperties.defaults(),
              knowing(Map.of("half.example", List.of("127.0.0.1", "192.0.2.7"))));
      Selection selection = withAllAddresses(targets("80", "half.example"));
      assertThatExceptionOfType(OutOfScopeException.class)
          .isThrownBy(() -> scope.approve(selection));
      assertThat(texts(scope.approve(excluding(selection, "192.0.2.7"))))
          .containsExactly("127.0.0.1:80/tcp");
    }

    @Test
    void areBounded() {
      HostResolver crowd =
          name ->
              IntStream.rangeClosed(0, Scope.MAX_ADDRESSES)
                  .mapToObj(i -> Ip.v4(0x7f00_0000L + i).toInetAddress())
                  .toList();
      Scope scope = new Scope(ScopeProperties.defaults(), crowd);
      Selection selection = targets("1", "crowd.example");
      assertThat(scope.approve(selection).size()).isEqualTo(1);
      assertThatExceptionOfType(InvalidTargetException.class)
          .isThrownBy(() -> scope.approve(withAllAddresses(selection)))
          .withMessageContaining("has 65 addresses")
          .satisfies(refusal -> assertThat(refusal.field()).isEqualTo("targets[0]"));
      assertThat(scope.approve(excluding(withAllAddresses(selection), "127.0.0.9")).size())
          .isEqualTo(64);
    }
  }
}
