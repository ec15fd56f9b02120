package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The general challenge to whoever makes a claim: ASCII garbage, twice, in different words. A true
 * server of a text protocol calls it an error or hangs up; an echo repeats it, a fixed answer stays
 * the same, and a Skype node shows its cipher. Asked once per layer and only when a probe wants to
 * know.
 */
final class Challenge {

  private static final int TIMES = 2;

  private final Layer layer;
  private final RandomGenerator random;
  private @Nullable List<Answer> answers;

  Challenge(Layer layer, RandomGenerator random) {
    this.layer = layer;
    this.random = random;
  }

  synchronized List<Answer> answers() throws ConversationException {
    List<Answer> known = answers;
    if (known == null) {
      Answer[] both = new Answer[TIMES];
      for (int i = 0; i < TIMES; i++) {
        both[i] = layer.ask("challenge/garbage", garbage(random));
      }
      known = List.of(both);
      answers = known;
    }
    return known;
  }

  /**
   * Two words of random letters and an empty line: no request of any protocol, and pure ASCII, so
   * no echo is binary.
   */
  static Bytes garbage(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    random.ints(9, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    text.append(' ');
    random.ints(7, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return Bytes.latin1(text + "\r\n\r\n");
  }
}
