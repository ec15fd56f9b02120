package io.portprint.capture.learning;

import io.portprint.fingerprint.Confidence;
import java.net.InetAddress;
import java.util.List;

/**
 * How many bits an answer that is right by accident would have to guess. Everything that is not
 * confirmed counts nothing or little, and nothing counts more than its length in bits.
 *
 * <ul>
 *   <li>constant: the bits of its mask; 0 where too few answers support it, or where it may be an
 *       address
 *   <li>echo: 8 a byte where it is confirmed, otherwise 0
 *   <li>address: 32, or 64 for IPv6; 8 for a loopback address, which is easily guessed
 *   <li>port: 16 where it is confirmed, otherwise 0
 *   <li>length in a field: 8 where it is confirmed, otherwise 4; length of the answer, where it is
 *       one or follows the request's: 3
 *   <li>time: 13, the bits of 32 that four days leave
 *   <li>text: 2 a letter or digit that is the same in all answers, 40 at most, for words are shared
 *       among servers; 4 for a version; 4 for each letter of an echo
 * </ul>
 *
 * Of three answers to fresh requests, only what depends on the request, and on a fresh port, counts
 * again each time: who has the rest right once can say it again. A value that differs in each
 * answer counts 1 for each answer after the first; a counter, and an address that we don't know but
 * stays the same, 2.
 */
final class Credit {

  static final double ADDRESS = 32;
  static final double ADDRESS_V6 = 64;
  static final double LOOPBACK = 8;
  static final double PORT = 16;
  static final double TIME = 13;
  static final double LENGTH = 3;
  static final double TEXT_SIGN = 2;
  static final double TEXT_MOST = 40;
  static final double VERSION = 4;
  static final double LETTER = 4;

  /** One answer alone never proves more: a server may have a bad day. */
  private static final double ONE_ANSWER = 0.95;

  private static final double NOTHING_OF_OURS = 0.8;
  private static final double FEW_SAMPLES = 0.6;

  private Credit() {}

  static double ofAddress(List<InetAddress> addresses) {
    double least = ADDRESS_V6;
    for (InetAddress one : addresses) {
      double bits = one.getAddress().length == 4 ? ADDRESS : ADDRESS_V6;
      least = Math.min(least, one.isLoopbackAddress() ? LOOPBACK : bits);
    }
    return least;
  }

  static double ofLength(boolean confirmed) {
    return confirmed ? 8 : 4;
  }

  static double one(List<Field> fields, LengthRule length, double text) {
    double bits = length instanceof LengthRule.Between ? 0 : LENGTH;
    for (Field field : fields) {
      bits += field.bits();
    }
    return bits + Math.min(text, TEXT_MOST);
  }

  /** What two more answers add. */
  static double more(List<Field> fields, double textEcho) {
    double bits = 2 * textEcho;
    for (Field field : fields) {
      bits +=
          switch (field.explanation()) {
            case Explanation.Echo _, Explanation.Port _ -> 2 * field.bits();
            case Explanation.MustVary _, Explanation.Counter _ -> 2;
            case Explanation.Constant(_, _, _, boolean maybeAddress) -> maybeAddress ? 2 : 0;
            case Explanation.Address _,
                Explanation.LengthOf _,
                Explanation.Time _,
                Explanation.Varying _,
                Explanation.TooFewSamples _ ->
                0;
          };
    }
    return bits;
  }

  /** What of three answers depends on the requests, or on the ports from which they came. */
  static double fresh(List<Field> fields, double textEcho) {
    double bits = 3 * textEcho;
    for (Field field : fields) {
      bits +=
          switch (field.explanation()) {
            case Explanation.Echo _, Explanation.Port _ -> 3 * field.bits();
            case Explanation.MustVary _, Explanation.Counter _ -> 2;
            case Explanation.Constant _,
                Explanation.Address _,
                Explanation.LengthOf _,
                Explanation.Time _,
                Explanation.Varying _,
                Explanation.TooFewSamples _ ->
                0;
          };
    }
    return bits;
  }

  /**
   * How sure a candidate is of an answer.
   *
   * @param ours whether the answers prove to depend on what we said or who we are; otherwise they
   *     may be what the peer says to everybody
   */
  static double confidence(double bits, int samples, boolean ours, boolean single) {
    double most = single ? ONE_ANSWER : Confidence.MOST;
    if (!ours) {
      most = Math.min(most, NOTHING_OF_OURS);
    }
    if (samples < MutationPlan.REPEATS) {
      most = Math.min(most, FEW_SAMPLES);
    }
    return Math.min(most, Confidence.ofBits(bits));
  }
}
