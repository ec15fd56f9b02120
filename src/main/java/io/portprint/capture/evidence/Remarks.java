package io.portprint.capture.evidence;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The comments in a capture: printable ASCII and line feeds, for what they quote may be a peer's
 * own words. Cut so that they fit into an option.
 */
final class Remarks {

  private static final int LONGEST_REASON = 2_000;
  private static final int LONGEST_NAME = 300;
  private static final int MOST_SPANS = 32;
  private static final int MOST_SERVERS = 16;

  private Remarks() {}

  /**
   * What holds for the whole capture.
   *
   * @param shown how many pieces of evidence have packets, or would have, had they bytes
   * @param bare how many of them have none
   */
  static String section(Fingerprint fingerprint, InetAddress client, int shown, int bare) {
    Service service = fingerprint.service();
    String protocol = service == null ? null : service.protocol();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Evidence on %s, asked for as %s, observed at %s."
            .formatted(
                fingerprint.endpoint(),
                escaped(fingerprint.endpoint().host(), LONGEST_NAME),
                fingerprint.observedAt()));
    lines.add(
        "Verdict: %s."
            .formatted(protocol == null ? "no known protocol" : escaped(protocol, LONGEST_NAME)));
    lines.add("Payload bytes are what was said and heard, as far as it was kept.");
    lines.add(
        "All headers are synthetic: the client's address "
            + client.getHostAddress()
            + " (a documentation address; the true one is not kept), its ports, sequence numbers,"
            + " how connections begin and end, and where segments and datagrams are cut.");
    lines.add(
        "Each piece of evidence is a stream of its own, in order, from client port "
            + EvidenceCapture.FIRST_PORT
            + " up. Some may have been turns of the same conversation.");
    lines.add(
        "Times are laid out one after the other from the beginning of the examination; only the"
            + " round trips were measured.");
    if (bare > 0) {
      lines.add("%d of %d have no packets, for no bytes are kept of them.".formatted(bare, shown));
    }
    if (shown < fingerprint.evidence().size()) {
      lines.add(
          "Only the first %d of %d are shown.".formatted(shown, fingerprint.evidence().size()));
    }
    return String.join("\n", lines);
  }

  /**
   * What holds for one piece of evidence.
   *
   * @param number from 1
   * @param cut whether fewer bytes are shown than it has
   */
  static String turn(Fingerprint fingerprint, int number, Evidence evidence, boolean cut) {
    List<String> lines = new ArrayList<>();
    lines.add("Evidence %d: %s".formatted(number, escaped(evidence.probe(), LONGEST_NAME)));
    lines.add("Reason: " + escaped(evidence.reason(), LONGEST_REASON));
    String signature = evidence.signature();
    if (signature != null) {
      lines.add("Signature: " + escaped(signature, LONGEST_NAME));
    }
    if (!evidence.matched().isEmpty()) {
      lines.add("Rests on, of the answer: " + spans(evidence.matched()));
    }
    Duration roundTrip = evidence.roundTrip();
    if (roundTrip != null) {
      lines.add("Round trip: " + millis(roundTrip) + " ms");
    } else if (evidence.received().isEmpty()) {
      lines.add("Nothing was heard.");
    }
    if (evidence.truncated() || cut) {
      lines.add("Truncated: more was said or heard than is shown here.");
    }
    tls(fingerprint, evidence, lines);
    return String.join("\n", lines);
  }

  /**
   * What holds for the capture of a whole replay.
   *
   * @param shown conversations that have packets, or would have, had they bytes
   * @param bare how many of them have none
   * @param guessed whether an address stands for one that isn't known
   */
  static String replay(ReplayCapture.Recording replay, int shown, int bare, boolean guessed) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Replay %s at %s, asked for as %s, begun at %s."
            .formatted(
                escaped(replay.name(), LONGEST_NAME),
                replay.endpoint(),
                escaped(replay.endpoint().host(), LONGEST_NAME),
                replay.begun()));
    List<String> servers =
        replay.conversations().stream()
            .map(
                one ->
                    "%s:%d"
                        .formatted(
                            one.server().getAddress().getHostAddress(), one.server().getPort()))
            .distinct()
            .toList();
    if (servers.size() > 1) {
      lines.add(
          "With %d servers in turn: %s%s."
              .formatted(
                  servers.size(),
                  String.join(", ", servers.subList(0, Math.min(MOST_SERVERS, servers.size()))),
                  servers.size() > MOST_SERVERS ? " and more" : ""));
    }
    lines.add(
        "%d of %d conversations had been held when this was written."
            .formatted(replay.conversations().size(), replay.planned()));
    lines.add(
        "Payload bytes are what was said and heard, as far as it was kept; datagrams that came in"
            + " one turn are one here.");
    lines.add(
        "Addresses and ports are those of the sockets. All else in the headers is synthetic:"
            + " sequence numbers, how connections begin and end, and where segments and datagrams"
            + " are cut.");
    if (guessed) {
      lines.add(
          "Where the client's address is not known, "
              + EvidenceCapture.clientOf(replay.endpoint().address()).getHostAddress()
              + " or the like stands for it, a documentation address.");
    }
    lines.add(
        "Conversations follow one another as they were held. Within one, only the round trips were"
            + " measured.");
    if (bare > 0) {
      lines.add(
          "%d of %d have no packets: no connection came about, or not one datagram was sent."
              .formatted(bare, shown));
    }
    if (shown < replay.conversations().size()) {
      lines.add(
          "Only the first %d of %d are shown.".formatted(shown, replay.conversations().size()));
    }
    return String.join("\n", lines);
  }

  /**
   * What holds for one turn of a replay.
   *
   * @param number of the conversation, from 1
   * @param turn from 0
   * @param cut whether fewer bytes are shown than it has
   */
  static String turn(int number, ReplayCapture.Conversation conversation, int turn, boolean cut) {
    ReplayCapture.Said said = conversation.turns().get(turn);
    List<String> lines = new ArrayList<>();
    boolean last = turn == conversation.planned() - 1;
    lines.add("Conversation %d, turn %d of %d".formatted(number, turn + 1, conversation.planned()));
    lines.add(
        last
            ? "Changed in the request: " + escaped(conversation.change(), LONGEST_NAME)
            : "Said before the request, never changed.");
    Duration roundTrip = said.roundTrip();
    lines.add(
        said.received().isEmpty() || roundTrip == null
            ? "Nothing was heard."
            : "Round trip: " + millis(roundTrip) + " ms");
    lines.add("Ended by: " + escaped(said.ending(), LONGEST_NAME));
    if (cut) {
      lines.add("Truncated: more was said or heard than is shown here.");
    }
    if (turn == conversation.turns().size() - 1 && !last) {
      lines.add("The turns after it were not come to.");
    }
    return String.join("\n", lines);
  }

  /** What holds for a connection in which no turn was come to. */
  static String bare(int number, ReplayCapture.Conversation conversation) {
    return "Conversation %d\nConnected, and then no turn of %d was come to."
        .formatted(number, conversation.planned());
  }

  /** Several comments as one; what is too long for an option is left out at the end. */
  static String joined(List<String> comments) {
    String joined = String.join("\n\n", comments);
    return joined.length() <= PcapngWriter.LONGEST_TEXT
        ? joined
        : joined.substring(0, PcapngWriter.LONGEST_TEXT);
  }

  private static String spans(List<Span> spans) {
    String text =
        spans.stream()
            .limit(MOST_SPANS)
            .map(span -> "%d bytes from %d".formatted(span.length(), span.offset()))
            .collect(Collectors.joining(", "));
    return spans.size() > MOST_SPANS ? text + ", and more" : text;
  }

  private static String millis(Duration duration) {
    return String.format(
        Locale.ROOT, "%.3f", duration.getSeconds() * 1e3 + duration.getNano() / 1e6);
  }

  /**
   * Evidence doesn't say whether it was inside TLS, but what can be read off says it in most cases.
   */
  private static void tls(Fingerprint fingerprint, Evidence evidence, List<String> lines) {
    Service service = fingerprint.service();
    Tls tls = fingerprint.tls();
    if (fingerprint.endpoint().transport() == Transport.UDP || ofTls(evidence)) {
      return;
    }
    if (service != null && service.tls()) {
      lines.add("Plaintext: this was inside TLS, whose own records are not kept.");
    } else if (tls != null) {
      String command = tls.startTls();
      lines.add(
          "TLS was begun here%s. Whether this was said inside it, as plaintext, is not kept."
              .formatted(
                  command == null
                      ? ""
                      : " in a conversation, by " + escaped(command, LONGEST_NAME)));
    }
  }

  /** Whether these are records of TLS themselves (RFC 8446, 5.1). */
  private static boolean ofTls(Evidence evidence) {
    return isRecord(evidence.sent()) || isRecord(evidence.received());
  }

  private static boolean isRecord(Bytes bytes) {
    return bytes.length() >= 5 && bytes.at(0) >= 20 && bytes.at(0) <= 23 && bytes.at(1) == 3;
  }

  private static String escaped(String text, int most) {
    String head = text.length() <= most ? text : text.substring(0, most);
    String shown = Bytes.of(head.getBytes(StandardCharsets.UTF_8)).escaped();
    return text.length() <= most ? shown : shown + " ...";
  }
}
