package io.portprint.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Traffic that nobody here made. */
class SharedCapturesTest {

  @TestFactory
  Stream<DynamicTest> everyFileIsReadWhole() {
    return SharedCaptures.all().stream()
        .map(
            file ->
                dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      Capture.Content content = SharedCaptures.read(file);

                      // two of the payloads of garbage are no segments at all
                      boolean garbage = file.endsWith("ip_fragmented_garbage.pcap");
                      assertThat(content.damage()).hasSize(garbage ? 1 : 0);
                      assertThat(content.flows()).isNotEmpty();
                      assertThat(content.unread().malformed()).isEqualTo(garbage ? 2 : 0);
                      assertThat(content.unread().incomplete()).isZero();
                    }));
  }

  /** The acknowledgements that the capture is known for: they echo two bytes of the question. */
  @Test
  void skypesAnswersAreFound() {
    List<Bytes> answers = new ArrayList<>();
    int lowNibble5 = 0;
    for (Flow flow : SharedCaptures.read("SkypeIRC.cap").flows()) {
      Set<Bytes> asked = new HashSet<>();
      for (Turn turn : flow.transport() == Transport.UDP ? flow.turns() : List.<Turn>of()) {
        Bytes payload = turn.payload();
        if (payload.length() == 11
            && (payload.at(2) & 0x80) == 0
            && asked.contains(payload.head(2))) {
          answers.add(payload);
          lowNibble5 += (payload.at(2) & 0xf) == 5 ? 1 : 0;
        }
        asked.add(payload.head(2));
      }
    }

    assertThat(answers).hasSize(37);
    assertThat(lowNibble5).isEqualTo(35);
    assertThat(answers)
        .filteredOn(answer -> answer.slice(3, 7).equals(Bytes.hex("5680f573")))
        .hasSize(34);
  }
}
