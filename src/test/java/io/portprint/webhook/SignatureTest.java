package io.portprint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SignatureTest {

  private static final byte[] BODY = "{\"type\":\"job.ended\"}".getBytes(StandardCharsets.UTF_8);

  private final Signature signature = new Signature("0123456789abcdef0123456789abcdef");

  /** The value was made by the two commands of HELP.md. */
  @Test
  void isTheOneThatOpensslMakes() {
    assertThat(signature.of("ci", "0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f", 1_767_323_045L, BODY))
        .isEqualTo("v1,vjovMl7diBclA218eHbupTRLxd9AHXLi9/QhVcz8HnE=");
  }

  @Test
  void dependsOnEverything() {
    byte[] other = "{\"type\":\"job.ender\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(
            java.util.List.of(
                signature.of("ci", "id", 1, BODY),
                signature.of("other", "id", 1, BODY),
                signature.of("ci", "other", 1, BODY),
                signature.of("ci", "id", 2, BODY),
                signature.of("ci", "id", 1, other),
                new Signature("0123456789abcdef0123456789abcdeF").of("ci", "id", 1, BODY)))
        .doesNotHaveDuplicates();
  }
}
