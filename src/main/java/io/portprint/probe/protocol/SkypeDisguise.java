package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Interview;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web server that the TCP port of a classic Skype node pretends to be, and what gives it away:
 * it answers a GET with a bare 404, and ASCII garbage with bytes that look random and are others on
 * the next connection. Either alone proves nothing; a BitTorrent tracker (XBT) answers the same
 * 404.
 *
 * @param get the answer to a GET
 * @param garbage the answers to different lots of ASCII garbage, each on a connection of its own
 */
record SkypeDisguise(Answer get, List<Answer> garbage) {

  static final Bytes GET = Bytes.latin1("GET / HTTP/1.0\r\n\r\n");

  /** All that a node says to a GET: no header, no body. */
  static final Bytes NOT_FOUND = Bytes.latin1("HTTP/1.0 404 Not Found\r\n\r\n");

  /** What the disguise, seen through, is worth without a word from the UDP port. */
  static final double ALONE = 0.70;

  private static final double BOTH_TRANSPORTS = 0.99;
  private static final int SHORTEST_NOISE = 14;
  private static final int FEWEST_BINARY = 3;
  private static final double LEAST_ENTROPY = 0.8;
  private static final int LONGEST_COPY = 6;
  private static final Logger log = LoggerFactory.getLogger(SkypeDisguise.class);

  SkypeDisguise {
    garbage = List.copyOf(garbage);
  }

  /** What the answers prove. */
  sealed interface Verdict {

    /** It is the disguise of a node. */
    record Worn() implements Verdict {}

    /** Nothing shows it. */
    record NotShown(String reason) implements Verdict {}

    /** It answers as neither a web server nor a node does. */
    record Caught(String reason, Answer answer) implements Verdict {}
  }

  static boolean isGet(Bytes request) {
    return request.startsWith(Bytes.latin1("GET "));
  }

  /** What the verdicts on both transports of one port are worth together. */
  static double together(SkypeNacks.Verdict.Node node) {
    return switch (node.form()) {
      case NACK -> BOTH_TRANSPORTS;
      case OTHER -> Math.max(ALONE, node.confidence());
    };
  }

  /**
   * Asks the TCP port with the number of the interview's endpoint.
   *
   * @return empty where that port can't be spoken with: it is not needed for anything
   */
  static Optional<SkypeDisguise> ask(Interview interview) {
    try {
      Answer get = askOnce(interview, "skype/get", GET);
      if (!get.received().equals(NOT_FOUND)) {
        return Optional.of(new SkypeDisguise(get, List.of()));
      }
      List<Answer> garbage = new ArrayList<>();
      for (int lot = 0; lot < 2; lot++) {
        garbage.add(askOnce(interview, "skype/garbage", garbage(interview.random())));
      }
      return Optional.of(new SkypeDisguise(get, garbage));
    } catch (ConversationException failed) {
      log.atDebug()
          .addKeyValue("endpoint", interview.endpoint())
          .addKeyValue("failure", failed.failure())
          .log("TCP port beside a Skype node's UDP port can't be asked");
      return Optional.empty();
    }
  }

  private static Answer askOnce(Interview interview, String name, Bytes payload)
      throws ConversationException {
    try (Conversation conversation = interview.converse(Transport.TCP)) {
      return conversation.ask(name, payload, received -> received.length() > NOT_FOUND.length());
    }
  }

  private static Bytes garbage(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    random.ints(24, 'a', 'z' + 1).forEach(letter -> text.append((char) letter));
    return Bytes.latin1(text.append("\r\n\r\n").toString());
  }

  /** Judges the answers. Pure. */
  Verdict judge() {
    if (!isGet(get.sent()) || !get.received().equals(NOT_FOUND)) {
      return new Verdict.NotShown("a GET is not answered with a bare 404");
    }
    if (garbage.size() < 2) {
      return new Verdict.NotShown("there are no two answers to garbage to compare");
    }
    for (Answer answer : garbage) {
      Bytes received = answer.received();
      if (answer.silent()) {
        return new Verdict.NotShown("garbage is not answered");
      }
      if (received.equals(NOT_FOUND)) {
        return new Verdict.Caught("it answers garbage with the same 404 as a GET", answer);
      }
      if (copies(answer.sent(), received)) {
        return new Verdict.Caught("it sends garbage back", answer);
      }
      if (!isNoise(received)) {
        return new Verdict.NotShown(
            "the answer to garbage does not look random: " + received.head(32).escaped());
      }
    }
    Bytes one = garbage.get(0).received();
    Bytes other = garbage.get(1).received();
    if (garbage.get(0).sent().equals(garbage.get(1).sent())) {
      return new Verdict.NotShown("the same garbage was sent twice");
    }
    if (alike(one, other)) {
      return new Verdict.Caught(
          "it answers different garbage with much the same bytes", garbage.get(1));
    }
    return new Verdict.Worn();
  }

  /** The turns, where they show a node. */
  List<Evidence> evidence() {
    List<Evidence> evidence = new ArrayList<>();
    evidence.add(
        get.because(
            "answers a GET with a bare 404, without any header",
            List.of(new Span(0, NOT_FOUND.length()))));
    for (Answer answer : garbage) {
      evidence.add(
          answer.because(
              "answers ASCII garbage with bytes that look random, others on each connection",
              List.of(new Span(0, answer.received().length()))));
    }
    return evidence;
  }

  /**
   * Whether bytes are long enough to tell, are no text, and repeat themselves no more than random
   * ones would.
   */
  static boolean isNoise(Bytes bytes) {
    if (bytes.length() < SHORTEST_NOISE) {
      return false;
    }
    int[] counts = new int[256];
    int binary = 0;
    for (int at = 0; at < bytes.length(); at++) {
      counts[bytes.at(at)]++;
      if (!isText(bytes.at(at))) {
        binary++;
      }
    }
    double entropy = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / bytes.length();
        entropy -= share * Math.log(share);
      }
    }
    double most = Math.log(Math.min(256, bytes.length()));
    return binary >= FEWEST_BINARY && entropy >= LEAST_ENTROPY * most;
  }

  private static boolean isText(int value) {
    return value >= 0x20 && value <= 0x7e || value >= '\t' && value <= '\r';
  }

  /**
   * Whether a stretch of what was sent stands in what came back: longer than chance would have it.
   */
  private static boolean copies(Bytes sent, Bytes received) {
    int length = Math.min(LONGEST_COPY, sent.length());
    for (int at = 0; at + length <= sent.length(); at++) {
      if (received.indexOf(sent.slice(at, at + length)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether a quarter of the bytes that both have is the same: random ones agree in one of 256. */
  private static boolean alike(Bytes one, Bytes other) {
    int common = Math.min(one.length(), other.length());
    int same = 0;
    for (int at = 0; at < common; at++) {
      if (one.at(at) == other.at(at)) {
        same++;
      }
    }
    return same * 4 >= common;
  }
}
