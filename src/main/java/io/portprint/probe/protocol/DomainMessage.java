package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A response of DNS (RFC 1035, section 4) to a question of ours, as far as a fingerprint needs it.
 *
 * @param flags the second word of the header
 * @param texts the strings of TXT records of class CHAOS in the answer section
 * @param answers how many records the answer section claims
 * @param authorities how many records the authority section claims
 */
record DomainMessage(int flags, List<Bytes> texts, int answers, int authorities) {

  static final Bytes VERSION = chaos("version", "bind");
  static final Bytes AUTHORS = chaos("authors", "bind");
  static final Bytes HOSTNAME = chaos("hostname", "bind");
  static final Bytes SERVER_ID = chaos("id", "server");

  private static final List<Bytes> QUESTIONS = List.of(VERSION, AUTHORS, HOSTNAME, SERVER_ID);
  private static final int HEADER = 12;
  private static final int MOST_RECORDS = 64;
  private static final int TXT = 16;
  private static final int CHAOS = 3;
  private static final int MOST_KNOWN_RCODE = 10;

  DomainMessage {
    texts = List.copyOf(texts);
  }

  /** A TXT question of class CHAOS (RFC 4892). */
  private static Bytes chaos(String first, String second) {
    return Bytes.of((byte) first.length())
        .plus(Bytes.latin1(first))
        .plus(Bytes.of((byte) second.length()))
        .plus(Bytes.latin1(second))
        .plus(Bytes.hex("00 0010 0003"));
  }

  /** A query of one question, with a fresh identifier. */
  static Bytes query(RandomGenerator random, Bytes question) {
    return Claims.random(random, 2).plus(Bytes.hex("0100 0001 0000 0000 0000")).plus(question);
  }

  /** A message as it goes over a stream: after its length. */
  static Bytes framed(Bytes message) {
    return Bytes.of((byte) (message.length() >> 8), (byte) message.length()).plus(message);
  }

  /** Whether this is a query as {@link #query} makes them. */
  static boolean isQuery(Bytes sent) {
    return sent.length() > HEADER
        && sent.slice(2, HEADER).equals(Bytes.hex("0100 0001 0000 0000 0000"))
        && QUESTIONS.contains(sent.slice(HEADER, sent.length()));
  }

  /** Reads the response to a query; empty where it is none. */
  static Optional<DomainMessage> read(Bytes query, Bytes response) {
    if (!isQuery(query)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(query, Cursor.of(response)));
    } catch (Cursor.Malformed notDns) {
      return Optional.empty();
    }
  }

  private static DomainMessage parse(Bytes query, Cursor cursor) throws Cursor.Malformed {
    Cursor.require(cursor.u16() == query.u16(0), "the identifier is repeated");
    int flags = cursor.u16();
    Cursor.require((flags & 0xf800) == 0x8000, "a response to a standard query");
    Cursor.require((flags & 0x0040) == 0, "a reserved bit is zero");
    Cursor.require((flags & 0x000f) <= MOST_KNOWN_RCODE, "a known response code");
    Cursor.require(cursor.u16() == 1, "one question");
    int answers = cursor.u16();
    int authorities = cursor.u16();
    int additional = cursor.u16();
    Cursor.require(answers + authorities + additional <= MOST_RECORDS, "few records");
    Bytes question = query.slice(HEADER, query.length());
    Cursor.require(cursor.take(question.length()).equals(question), "the question is repeated");
    List<Bytes> texts = new ArrayList<>();
    for (int i = 0; i < answers + authorities + additional; i++) {
      record(cursor, texts, i < answers);
    }
    Cursor.require(cursor.atEnd(), "nothing follows the records");
    return new DomainMessage(flags, texts, answers, authorities);
  }

  private static void record(Cursor cursor, List<Bytes> texts, boolean answer)
      throws Cursor.Malformed {
    name(cursor);
    int type = cursor.u16();
    int kind = cursor.u16();
    cursor.skip(4);
    Cursor data = cursor.within(cursor.u16());
    while (answer && type == TXT && kind == CHAOS && !data.atEnd()) {
      texts.add(data.take(data.u8()));
    }
  }

  /** Goes past a name: labels, and at most one pointer, which ends it. */
  private static void name(Cursor cursor) throws Cursor.Malformed {
    int length = cursor.u8();
    while (length != 0) {
      if ((length & 0xc0) == 0xc0) {
        cursor.skip(1);
        return;
      }
      Cursor.require(length < 64, "a label or a pointer");
      cursor.skip(length);
      length = cursor.u8();
    }
  }

  /** The response code; 0 where all went well. */
  int code() {
    return flags & 0x000f;
  }

  /**
   * Whether a server must have made this: records, or an error. A query sent back with one bit
   * turned over has neither.
   */
  boolean tells() {
    return !texts.isEmpty() || authorities > 0 || code() != 0;
  }

  boolean recursionAvailable() {
    return (flags & 0x0080) != 0;
  }

  /** The response code's name in IANA's registry. */
  String codeName() {
    return switch (code()) {
      case 0 -> "NOERROR";
      case 1 -> "FORMERR";
      case 2 -> "SERVFAIL";
      case 3 -> "NXDOMAIN";
      case 4 -> "NOTIMP";
      case 5 -> "REFUSED";
      case 9 -> "NOTAUTH";
      default -> "RCODE" + code();
    };
  }
}
