package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Opening;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SayingsTest {

  private final Sayings sayings = new Sayings();

  private static Opening says(String name, String payload) {
    return new Opening(name, Bytes.latin1(payload), Set.of(7), 1);
  }

  @Test
  void whatIsTheSameIsSharedAndWhatIsNotIsLeftAlone() {
    Opening first = says("a", "one");
    Opening random = says("a", "two");

    assertThat(sayings.shared(first)).isSameAs(first);
    assertThat(sayings.shared(says("a", "one"))).isSameAs(first);
    assertThat(sayings.shared(random)).isSameAs(random);
    assertThat(sayings.shared(says("b", "one"))).isNotSameAs(first).isEqualTo(says("b", "one"));
  }
}
