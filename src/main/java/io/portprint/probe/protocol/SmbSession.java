package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Span;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.protocol.Cursor.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a server of SMB 2 and 3 tells before anybody has logged in: the newest dialect that it
 * shares with us, and, in the challenge of NTLM, what it calls itself. The challenge is never
 * answered.
 */
final class SmbSession {

  private static final String PREFIX = "smb/";
  private static final Bytes HEADER = Bytes.hex("fe534d42 4000");
  private static final Bytes DIALECTS = Bytes.hex("0202 1002 0003 0203 1103");
  private static final Set<Integer> OFFERED = Set.of(0x0202, 0x0210, 0x0300, 0x0302, 0x0311);
  private static final int NEGOTIATE = 0;
  private static final int SESSION_SETUP = 1;
  private static final Bytes NTLM = Bytes.latin1("NTLMSSP\0");
  private static final Bytes NTLM_NEGOTIATE =
      NTLM.plus(Bytes.hex("01000000 05820862 0000000000000000 0000000000000000 0a0000000000000f"));
  private static final int VERSION_TOLD = 0x0200_0000;

  private SmbSession() {}

  /** Adds what the server tells in a conversation of its own. */
  static Finding describe(Finding finding, Interview interview) throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      return describe(finding, conversation, interview.random());
    }
  }

  /** Adds what the server tells in a conversation in which nothing of SMB was said yet. */
  static Finding describe(Finding finding, Conversation conversation, RandomGenerator random)
      throws ConversationException {
    Answer negotiated =
        conversation.ask(PREFIX + "negotiate-3.1.1", negotiate(random), SmbSession::isWhole);
    Optional<Integer> dialect = dialect(negotiated.received());
    if (dialect.isEmpty()) {
      return finding;
    }
    Finding described =
        finding
            .withDetail("dialect", shown(dialect.get()))
            .withEvidence(
                negotiated.because("the newest dialect that it knows", List.of(new Span(72, 2))));
    if (!conversation.open()) {
      return described;
    }
    Answer challenged =
        conversation.ask(PREFIX + "session-setup", sessionSetup(), SmbSession::isWhole);
    Map<String, Object> told = challenge(challenged.received());
    for (Map.Entry<String, Object> one : told.entrySet()) {
      described = described.withDetail(one.getKey(), one.getValue());
    }
    return told.isEmpty()
        ? described
        : described.withEvidence(
            challenged.because("a challenge that names the server", List.of()));
  }

  static String shown(int dialect) {
    return "%x.%x.%x".formatted(dialect >> 8, dialect >> 4 & 15, dialect & 15);
  }

  private static Bytes negotiate(RandomGenerator random) {
    Bytes context = Bytes.hex("0100 2600 00000000 0100 2000 0100").plus(Claims.random(random, 32));
    Bytes body =
        Bytes.hex("2400 0500 0100 0000 7f000000")
            .plus(Claims.random(random, 16))
            .plus(Bytes.hex("70000000 0100 0000"))
            .plus(DIALECTS)
            .plus(Bytes.hex("0000"))
            .plus(context);
    return message(NEGOTIATE, body);
  }

  private static Bytes sessionSetup() {
    int length = NTLM_NEGOTIATE.length();
    return message(
        SESSION_SETUP,
        Bytes.hex("1900 00 01 01000000 00000000 5800")
            .plus(Bytes.of((byte) length, (byte) 0))
            .plus(Bytes.hex("0000000000000000"))
            .plus(NTLM_NEGOTIATE));
  }

  /** A message of SMB 2 in its frame; the number of the message is that of the command. */
  private static Bytes message(int command, Bytes body) {
    Bytes message =
        HEADER
            .plus(Bytes.hex("0100 00000000"))
            .plus(Bytes.of((byte) command, (byte) 0))
            .plus(Bytes.hex("1f00 00000000 00000000"))
            .plus(Bytes.of((byte) command))
            .plus(Bytes.of(new byte[7 + 4 + 4 + 8 + 16]))
            .plus(body);
    int length = message.length();
    return Bytes.of((byte) 0, (byte) 0, (byte) (length >> 8), (byte) length).plus(message);
  }

  static boolean isWhole(Bytes soFar) {
    return soFar.length() >= 4 && soFar.length() >= 4 + (soFar.u32(0) & 0xff_ffff);
  }

  /** The dialect that the response to a negotiation chooses of ours. */
  static Optional<Integer> dialect(Bytes received) {
    Cursor in = Cursor.of(received);
    try {
      in.skip(4);
      Cursor.require(in.take(HEADER.length()).equals(HEADER), "a header");
      in.skip(2);
      Cursor.require(in.u32() == 0, "success");
      Cursor.require(in.u16LittleEndian() == NEGOTIATE, "a negotiation");
      in.skip(50);
      Cursor.require(in.u16LittleEndian() == 65, "the size of a negotiation");
      in.skip(2);
      int dialect = in.u16LittleEndian();
      return OFFERED.contains(dialect) ? Optional.of(dialect) : Optional.empty();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  /** What the challenge of NTLM in an answer tells (MS-NLMP 2.2.1.2), by what it is called. */
  static Map<String, Object> challenge(Bytes received) {
    Map<String, Object> told = new LinkedHashMap<>();
    int at = received.indexOf(NTLM);
    if (at < 0) {
      return told;
    }
    Bytes message = received.slice(at, received.length());
    Cursor in = Cursor.of(message);
    try {
      in.skip(NTLM.length());
      Cursor.require(in.u16LittleEndian() == 2 && in.u16LittleEndian() == 0, "a challenge");
      in.skip(8);
      long flags = in.u16LittleEndian() | (long) in.u16LittleEndian() << 16;
      in.skip(16);
      int length = in.u16LittleEndian();
      in.skip(2);
      int offset = in.u16LittleEndian();
      in.skip(2);
      if ((flags & VERSION_TOLD) != 0) {
        told.put("ntlmVersion", "%d.%d.%d".formatted(in.u8(), in.u8(), in.u16LittleEndian()));
      }
      Cursor pairs = Cursor.of(message);
      pairs.skip(offset);
      names(pairs.within(length), told);
    } catch (Malformed e) {
      // what was read before stands
    }
    return told;
  }

  private static void names(Cursor pairs, Map<String, Object> told) throws Malformed {
    while (pairs.remaining() >= 4) {
      int kind = pairs.u16LittleEndian();
      Bytes value = pairs.take(pairs.u16LittleEndian());
      String name =
          switch (kind) {
            case 1 -> "netbiosName";
            case 2 -> "netbiosDomain";
            case 3 -> "dnsName";
            case 4 -> "dnsDomain";
            case 5 -> "dnsForest";
            default -> "";
          };
      if (kind == 0) {
        return;
      }
      if (!name.isEmpty() && !value.isEmpty()) {
        told.put(name, text(value));
      }
    }
  }

  private static String text(Bytes unicode) {
    String text = new String(unicode.toArray(), StandardCharsets.UTF_16LE);
    return Dossier.shown(text.replaceAll("[^\\x20-\\x7e]", "?"));
  }
}
