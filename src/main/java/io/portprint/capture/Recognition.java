package io.portprint.capture;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for known protocols in what servers said, and not for ever. */
final class Recognition {

  /** Answers of one flow: a protocol shows early, or not at all. */
  private static final int ANSWERS = 4;

  /** Datagrams that an answer may be to, for several may be asked at once. */
  private static final int QUESTIONS = 3;

  /** In one capture; each costs some microseconds for every probe there is. */
  static final int MOST_JUDGED = 20_000;

  private static final int LONGEST = 65_536;

  private final Recogniser recogniser;

  Recognition(Recogniser recogniser) {
    this.recogniser = recogniser;
  }

  Capture.Content of(Capture.Content content) {
    List<Flow> flows = new ArrayList<>(content.flows().size());
    List<Damage> damage = new ArrayList<>(content.damage());
    int left = MOST_JUDGED;
    for (Flow flow : content.flows()) {
      Search search = new Search(flow, left);
      flows.add(search.protocol().map(flow::recognised).orElse(flow));
      left = search.left;
    }
    if (left == 0) {
      damage.add(
          new Damage(
              "protocols were looked for in the first %,d answers only".formatted(MOST_JUDGED),
              content.size(),
              1));
    }
    return new Capture.Content(
        content.format(),
        content.linkTypes(),
        content.size(),
        content.packets(),
        content.bytes(),
        content.length(),
        content.from(),
        content.to(),
        content.unread(),
        damage,
        flows);
  }

  /** Through one flow. */
  private final class Search {

    private final Flow flow;
    private int left;

    Search(Flow flow, int left) {
      this.flow = flow;
      this.left = left;
    }

    Optional<String> protocol() {
      List<Bytes> asked = new ArrayList<>(); // the last first
      int questions = flow.transport() == Transport.UDP ? QUESTIONS : 1;
      int answers = 0;
      for (Turn turn : flow.turns()) {
        Bytes said = turn.payload().head(LONGEST);
        if (turn.speaker() == Speaker.CLIENT) {
          asked.addFirst(said);
          if (asked.size() > questions) {
            asked.removeLast();
          }
        } else if (!said.isEmpty()) {
          for (Bytes question : asked.isEmpty() ? List.of(Bytes.EMPTY) : asked) {
            if (left == 0) {
              return Optional.empty();
            }
            left--;
            Optional<String> found =
                recogniser.protocol(flow.transport(), flow.client().address(), question, said);
            if (found.isPresent()) {
              return found;
            }
          }
          if (++answers == ANSWERS) {
            break;
          }
        }
      }
      return Optional.empty();
    }
  }
}
