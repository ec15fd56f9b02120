package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever a client sends as the id of its last event is an id or refused. */
class LastEventIdFuzzTests {

  @FuzzTest
  void isReadOrRefused(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    LastEventId id;
    try {
      id = LastEventId.of(text, null);
    } catch (Refusal refused) {
      assertThat(refused.problem().status()).isEqualTo(400);
      return;
    }
    assertThat(id.position()).isNotNegative();
    assertThat(id.end()).isEqualTo(text.equals("end"));
    LastEventId parameter = LastEventId.of(null, text);
    assertThat(parameter.position()).isEqualTo(id.position());
    assertThat(parameter.end()).isEqualTo(id.end());
  }
}
