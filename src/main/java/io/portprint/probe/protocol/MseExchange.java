package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Interview;
import java.time.Duration;
import java.util.Optional;

/**
 * Two key exchanges with what may be a BitTorrent client that expects its peers in disguise
 * (Message Stream Encryption), and what they prove.
 *
 * <p>In the first, all but the last byte of our key must be met with silence, and the last byte
 * with a key and padding that look random. Then we say the hash that only the holder of the shared
 * secret can recognise, and name no torrent that anybody has: a client hangs up. In the second,
 * with another key, we say as many random bytes in place of the hash: a client goes on looking for
 * it, and does not hang up. So a peer that tells the two apart has computed the secret.
 *
 * @param early the answer to all of the key but a byte
 * @param key the answer to the whole key
 * @param right the answer to the hash of the shared secret
 * @param otherKey the answer to another key
 * @param wrong the answer to random bytes in place of the hash
 */
record MseExchange(Answer early, Answer key, Answer right, Answer otherKey, Answer wrong) {

  static final int LONGEST_PADDING = 512;

  private static final Duration BEFORE_THE_KEY = Duration.ofMillis(500);
  private static final Duration FOR_THE_KEY = Duration.ofMillis(1500);
  private static final Duration FOR_A_HANGUP = Duration.ofMillis(1000);

  /**
   * Obfuscated hash of a torrent (20), and the encrypted verification constant, methods and length
   * of padding (8, 4, 2).
   */
  private static final int REST = 34;

  private static final int HASH = 20;
  private static final int ATTEMPTS = 3;

  /** What the exchanges prove. */
  sealed interface Verdict {

    /** It has computed the secret that we share. */
    record Proven() implements Verdict {}

    /** It answers whole keys with keys, and has not shown that it computes anything. */
    record Likely() implements Verdict {}

    record Not(String reason) implements Verdict {}
  }

  /** Talks to the peer; empty where it hangs up on us before it has our key. */
  static Optional<MseExchange> with(Interview interview) throws ConversationException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<MseExchange> exchange = attempt(interview);
      if (exchange.isPresent()) {
        return exchange;
      }
    }
    return Optional.empty();
  }

  private static Optional<MseExchange> attempt(Interview interview) throws ConversationException {
    MseKey ours = MseKey.generate(interview.random());
    Bytes publicKey = ours.publicKey();
    Answer early;
    Answer key;
    Answer right;
    try (Conversation conversation = interview.converse()) {
      conversation.send(publicKey.head(MseKey.LENGTH - 1));
      early = conversation.receive("bittorrent-mse/95-bytes", _ -> false, BEFORE_THE_KEY);
      if (early.ending() != Ending.SILENCE || !early.silent()) {
        return early.silent()
            ? Optional.empty()
            : Optional.of(new MseExchange(early, early, early, early, early));
      }
      conversation.send(publicKey.slice(MseKey.LENGTH - 1, MseKey.LENGTH));
      key = conversation.receive("bittorrent-mse/96th-byte", _ -> false, FOR_THE_KEY);
      if (key.received().length() < MseKey.LENGTH || !conversation.open()) {
        return Optional.of(new MseExchange(early, key, key, key, key));
      }
      conversation.send(
          ours.synchronisation(key.received())
              .plus(DhtReply.randomBytes(interview.random(), REST)));
      right = conversation.receive("bittorrent-mse/secret", _ -> false, FOR_A_HANGUP);
    }
    try (Conversation conversation = interview.converse()) {
      conversation.send(MseKey.generate(interview.random()).publicKey());
      Answer otherKey = conversation.receive("bittorrent-mse/other-key", _ -> false, FOR_THE_KEY);
      if (otherKey.received().length() < MseKey.LENGTH || !conversation.open()) {
        return Optional.of(new MseExchange(early, key, right, otherKey, otherKey));
      }
      conversation.send(DhtReply.randomBytes(interview.random(), HASH + REST));
      Answer wrong = conversation.receive("bittorrent-mse/no-secret", _ -> false, FOR_A_HANGUP);
      return Optional.of(new MseExchange(early, key, right, otherKey, wrong));
    }
  }

  /** Judges the answers. Pure. */
  Verdict judge() {
    if (!early.silent()) {
      return new Verdict.Not("answers before it has the whole key");
    }
    if (!isKey(key.received()) || !isKey(otherKey.received())) {
      return new Verdict.Not("does not answer a key with a key and padding that look random");
    }
    if (commonBytes(key.received(), otherKey.received()) > MseKey.LENGTH / 8) {
      return new Verdict.Not("answers two keys with much the same bytes");
    }
    if (!right.silent() || !wrong.silent()) {
      return new Verdict.Not("talks on without a torrent in common");
    }
    return hungUp(right) && wrong.ending() == Ending.SILENCE
        ? new Verdict.Proven()
        : new Verdict.Likely();
  }

  private static boolean hungUp(Answer answer) {
    return answer.ending() == Ending.CLOSED || answer.ending() == Ending.RESET;
  }

  /** Whether bytes may be a public key and its padding: of the right length, and without order. */
  static boolean isKey(Bytes received) {
    int length = received.length();
    if (length < MseKey.LENGTH || length > MseKey.LENGTH + LONGEST_PADDING) {
      return false;
    }
    int high = 0;
    int[] counts = new int[256];
    int most = 0;
    for (int at = 0; at < length; at++) {
      int value = received.at(at);
      high += value >> 7;
      most = Math.max(most, ++counts[value]);
    }
    // of random bytes, half are above 127: 5 standard deviations of the shortest are a quarter
    return high * 4 >= length
        && high * 4 <= length * 3
        && most <= 8 + length / 64
        && SkypeDisguise.isNoise(received);
  }

  private static int commonBytes(Bytes one, Bytes other) {
    int common = 0;
    for (int at = 0; at < Math.min(one.length(), other.length()); at++) {
      if (one.at(at) == other.at(at)) {
        common++;
      }
    }
    return common;
  }
}
