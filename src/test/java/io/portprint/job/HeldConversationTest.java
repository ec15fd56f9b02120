package io.portprint.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.learning.Mutation;
import io.portprint.capture.learning.Party;
import io.portprint.capture.learning.Trial;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldConversationTest {

  private static final Trial TRIAL =
      new Trial(Mutation.NONE, Bytes.EMPTY, List.of(), Party.UNKNOWN, Party.UNKNOWN, Instant.EPOCH);

  private static Answer heard(int bytes) {
    return new Answer(
        "exchange",
        Bytes.EMPTY,
        Bytes.of(new byte[bytes]),
        Answer.Ending.SILENCE,
        InetAddress.getLoopbackAddress(),
        Duration.ofMillis(1));
  }

  private static List<Integer> kept(int... lengths) {
    List<Answer> turns = Arrays.stream(lengths).mapToObj(HeldConversationTest::heard).toList();
    return new HeldConversation(TRIAL, 4, turns)
        .turns().stream().map(turn -> turn.received().length()).toList();
  }

  @Test
  void whatIsShortIsKeptWhole() {
    List<Answer> turns = List.of(heard(10), heard(0), heard(2_048));

    assertThat(new HeldConversation(TRIAL, 4, turns).turns()).isEqualTo(turns);
  }

  @Test
  void ofWhatIsLongTheLastTurnsAreKept() {
    assertThat(kept(3_000, 3_000)).containsExactly(2_048, 2_048);
    assertThat(kept(3_000, 100, 3_000)).containsExactly(1_948, 100, 2_048);
    assertThat(kept(5, 3_000, 3_000, 3_000)).containsExactly(0, 0, 2_048, 2_048);
  }

  @Test
  void whatIsCutSaysSo() {
    assertThat(new HeldConversation(TRIAL, 1, List.of(heard(2_049))).turns().getFirst().ending())
        .isEqualTo(Answer.Ending.LIMIT);
  }
}
