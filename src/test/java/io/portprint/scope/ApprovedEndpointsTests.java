package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From an endpoint back to its place, and from hosts to their endpoints. */
class ApprovedEndpointsTests {

  private static final Scope SCOPE =
      new Scope(
          ScopeProperties.allowing("127.0.0.0/8", "::1", "2001:db8::/32"),
          name ->
              List.of(
                  InetAddress.ofLiteral("127.0.0." + name.length()),
                  InetAddress.ofLiteral("2001:db8::" + name.length())));

  static List<Selection> selections() {
    List<String> targets =
        List.of("127.0.0.0/29", "a", "::1", "bb", "127.0.1.1-5", "2001:db8::/126");
    List<String> endpoints =
        List.of(
            "127.0.0.1:80/tcp",
            "127.0.0.1:81/tcp",
            "127.0.0.3:81/udp",
            "127.9.9.9:53/udp",
            "a:81/tcp",
            "cccc:80/tcp",
            "cccc:9/tcp",
            "[2001:db8::9]:443/tcp",
            "[::1]:65535/udp");
    return List.of(
        new Selection(targets, "1-3,80,U:53,U:80-81", List.of()),
        new Selection(List.of(), null, endpoints),
        new Selection(targets, "80,U:81,U:53", endpoints),
        new Selection(
            targets, "80,U:81", endpoints, List.of("127.0.0.2", "a", "2001:db8::4"), true),
        new Selection(List.of("bb", "a"), "80-81", List.of("bb:9", "cccc:9"), List.of(), true),
        new Selection(List.of("a"), "80", List.of("a:81", "127.0.0.1:80")));
  }

  @ParameterizedTest
  @MethodSource("selections")
  void everyEndpointIsFoundAtItsPlace(Selection selection) {
    ApprovedEndpoints endpoints = SCOPE.approve(selection);

    assertThat(LongStream.range(0, endpoints.size()))
        .isNotEmpty()
        .allSatisfy(
            index ->
                assertThat(endpoints.indexOf(endpoints.get(index).endpoint())).isEqualTo(index));
  }

  @ParameterizedTest
  @MethodSource("selections")
  void hostsHaveEveryEndpointOnce(Selection selection) {
    ApprovedEndpoints endpoints = SCOPE.approve(selection);
    ApprovedHosts hosts = endpoints.hosts();
    Map<List<Object>, Long> numbers = new HashMap<>();

    long[] all =
        LongStream.range(0, hosts.size())
            .flatMap(
                number ->
                    hosts
                        .endpointsOf(number)
                        .peek(
                            index -> {
                              Endpoint one = endpoints.get(index).endpoint();
                              assertThat(hosts.numberOf(one)).isEqualTo(number);
                              numbers.put(List.of(one.host(), one.address()), number);
                            }))
            .toArray();

    assertThat(Arrays.stream(all).sorted()).containsExactly(range(endpoints.size()));
    assertThat(numbers).hasSize((int) hosts.size());
  }

  private static Long[] range(long size) {
    return LongStream.range(0, size).boxed().toArray(Long[]::new);
  }

  @Test
  void portsAreThoseOfAnyHost() {
    ApprovedEndpoints endpoints =
        SCOPE.approve(
            new Selection(
                List.of("127.0.0.1"), "1-3,80,U:53", List.of("127.0.0.1:9/tcp", "127.0.0.2:80")));

    assertThat(endpoints.ports(Transport.TCP)).hasToString("{1, 2, 3, 9, 80}");
    assertThat(endpoints.ports(Transport.UDP)).hasToString("{53}");
  }

  @Test
  void whatIsNoneOfThemHasNoPlace() {
    ApprovedEndpoints endpoints =
        SCOPE.approve(
            new Selection(List.of("127.0.0.0/30", "a"), "80-90", List.of("127.0.0.9:99/udp")));

    assertThat(endpoints.indexOf(endpoint("127.0.0.3", "127.0.0.3", 80, Transport.TCP)))
        .isNotNegative();
    assertThat(
            List.of(
                endpoint("127.0.0.4", "127.0.0.4", 80, Transport.TCP),
                endpoint("127.0.0.3", "127.0.0.3", 79, Transport.TCP),
                endpoint("127.0.0.3", "127.0.0.3", 91, Transport.TCP),
                endpoint("127.0.0.3", "127.0.0.3", 80, Transport.UDP),
                endpoint("127.0.0.3", "127.0.0.3", 99, Transport.UDP),
                endpoint("127.0.0.9", "127.0.0.9", 99, Transport.TCP),
                endpoint("127.0.0.9", "127.0.0.9", 100, Transport.UDP),
                endpoint("a", "127.0.0.2", 80, Transport.TCP),
                endpoint("b", "127.0.0.1", 80, Transport.TCP)))
        .allSatisfy(one -> assertThat(endpoints.indexOf(one)).isEqualTo(-1));
    assertThat(endpoints.hosts().numberOf(endpoint("b", "127.0.0.1", 80, Transport.TCP)))
        .isEqualTo(-1);
  }

  private static Endpoint endpoint(String host, String address, int port, Transport transport) {
    return new Endpoint(host, InetAddress.ofLiteral(address), port, transport);
  }
}
