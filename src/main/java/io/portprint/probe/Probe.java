package io.portprint.probe;

import io.portprint.fingerprint.Bytes;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One protocol over one transport: how to provoke it, to recognise it, and to ask it for more.
 *
 * <p>Implementations are stateless, safe for use by many threads, and package-private Spring
 * components of {@code io.portprint.probe.protocol}. They never send credentials, a write, or
 * anything that changes the peer's state.
 */
public interface Probe {

  Description description();

  /**
   * What to say first, each on a connection (or from a socket) of its own. Empty for a protocol
   * whose server speaks first: every TCP endpoint is listened to anyway. Asked once per endpoint,
   * so identifiers in it can be fresh.
   */
  default List<Opening> openings(RandomGenerator random) {
    return List.of();
  }

  /**
   * Answers that servers of this protocol are known to give, for trials of what was learned; empty
   * where the probe carries none.
   *
   * @param request that they would be the answers to: what they repeat of a request is taken from
   *     the same places of this one
   */
  default List<Specimen> specimens(Bytes request) {
    return List.of();
  }

  /**
   * Whether an answer is of this protocol. Pure, total, and fast: it is asked about every answer
   * that the endpoint gives, also those to other probes' openings and to none, and again as more of
   * it arrives.
   */
  Recognition recognise(Answer answer);

  /**
   * Confirms or refutes a recognition, and asks what may be asked before login. Blocking.
   *
   * @throws ConversationException where a conversation failed in a way that leaves the question
   *     open; what was found before stays as it was
   */
  default Examination examine(Finding finding, Interview interview) throws ConversationException {
    return new Examination.Confirmed(finding);
  }
}
