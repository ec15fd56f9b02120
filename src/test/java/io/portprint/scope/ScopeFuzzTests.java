package io.portprint.scope;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whatever a client writes: it is refused in the declared ways, or what is approved is in scope.
 */
class ScopeFuzzTests {

  /**
   * A wide scope with a hole; names resolve to addresses that their length picks, in scope and out.
   */
  private static final Scope SCOPE =
      new Scope(
          ScopeProperties.allowing("127.0.0.0/8", "::1", "10.0.0.0/8", "2001:db8::/32")
              .denying("10.1.0.0/16"),
          name ->
              List.of(
                  InetAddress.getByAddress(
                      "surprise", new byte[] {10, (byte) (name.length() % 3), 0, 1})));

  @FuzzTest
  void target(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      check(SCOPE.approve(new Selection(List.of(text), "80", List.of())));
    } catch (ScopeException refusal) {
      check(refusal, "targets[0]", "targets");
    }
    try {
      checkAddress(SCOPE.approve(text, 80, Transport.UDP).endpoint());
    } catch (ScopeException refusal) {
      check(refusal, "host");
    }
  }

  @FuzzTest
  void ports(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      ApprovedEndpoints approved =
          SCOPE.approve(new Selection(List.of("127.0.0.1"), text, List.of()));
      assertThat(approved.size()).isBetween(1L, 2L * 65_535);
      Set<Integer> written = new HashSet<>();
      for (String entry : text.split(",", -1)) {
        String number = entry.strip().replaceFirst("^[TUtu]:", "");
        if (number.matches("[0-9]{1,5}")) {
          written.add(Integer.valueOf(number));
        }
      }
      Set<ApprovedEndpoint> seen = new HashSet<>();
      for (long i = 0; i < approved.size(); i++) {
        ApprovedEndpoint one = approved.get(i);
        int port = one.endpoint().port();
        assertThat(seen.add(one)).isTrue();
        if (one.endpoint().transport() == Transport.TCP && port >= 9100 && port <= 9107) {
          assertThat(written).contains(port);
        }
      }
    } catch (ScopeException refusal) {
      check(refusal, "ports");
    }
  }

  @FuzzTest
  void endpoint(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      ApprovedEndpoints approved = SCOPE.approve(new Selection(List.of(), null, List.of(text)));
      assertThat(approved.size()).isEqualTo(1);
      check(approved);
    } catch (ScopeException refusal) {
      check(refusal, "endpoints[0]");
    }
  }

  /** The block reaches into what is denied, so that it is approved only without that part. */
  @FuzzTest
  void exclude(byte[] input) {
    List<String> entries = List.of(new String(input, StandardCharsets.UTF_8).split("\n", -1));
    Selection selection =
        new Selection(
            List.of("10.0.255.252-10.1.0.3", "::1", "lab.internal", "127.0.0.0/29"),
            "80",
            List.of("127.0.0.9:81", "other.internal:80"),
            entries,
            true);
    try {
      ApprovedEndpoints approved = SCOPE.approve(selection);
      assertThat(approved.size()).isBetween(1L, 17L);
      for (long index = 0; index < approved.size(); index++) {
        Endpoint endpoint = approved.get(index).endpoint();
        checkAddress(endpoint);
        assertThat(entries).doesNotContain(endpoint.host(), endpoint.addressText());
      }
    } catch (ScopeException refusal) {
      assertThat(refusal.field())
          .matches("targets\\[[02]\\]|endpoints\\[1\\]|exclude(\\[[0-9]+\\])?");
      check(refusal, refusal.field());
    }
  }

  private static void check(ApprovedEndpoints approved) {
    long last = approved.size() - 1;
    for (long index : new long[] {0, last / 3, last / 2, last}) {
      checkAddress(approved.get(index).endpoint());
    }
  }

  /** On raw bytes, without any code of the room under test. */
  private static void checkAddress(Endpoint endpoint) {
    byte[] b = endpoint.address().getAddress();
    boolean inside =
        b.length == 4
            ? b[0] == 127 || b[0] == 10 && b[1] != 1
            : endpoint.address().isLoopbackAddress()
                || b[0] == 0x20 && b[1] == 1 && b[2] == 0x0d && b[3] == (byte) 0xb8;
    assertThat(inside).as("%s", endpoint).isTrue();
    assertThat(endpoint.address().toString()).startsWith("/");
    assertThat(endpoint.host()).matches("[\\x21-\\x7e]{1,253}");
  }

  private static void check(ScopeException refusal, String... fields) {
    assertThat(refusal.field()).isIn((Object[]) fields);
    assertThat(refusal.getMessage()).matches("[\\x20-\\x7e]{1,600}");
    assertThat(refusal.remedy()).isNotBlank();
  }
}
