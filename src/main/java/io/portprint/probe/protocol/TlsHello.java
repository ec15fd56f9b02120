package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ClientHello that we send, and the reading of what servers say to it: the record layer and the
 * handshake header of TLS 1.0 to 1.3 (RFC 8446, RFC 5246), as far as the first message. Every
 * length is checked before it is followed; nothing is decrypted.
 */
final class TlsHello {

  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int SERVER_HELLO = 2;
  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE_HEADER = 4;
  private static final int LONGEST_RECORD = 1 << 14;
  private static final int LONGEST_SERVER_HELLO = 4096;
  private static final int SUPPORTED_VERSIONS = 43;

  /**
   * What stands for the server's random in a request for another ClientHello: the SHA-256 of its
   * name.
   */
  static final Bytes RETRY =
      Bytes.hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

  /** The versions by their code on the wire, under the names that Java gives them. */
  private static final Map<Integer, String> VERSIONS =
      Map.of(
          0x0300, "SSLv3", 0x0301, "TLSv1", 0x0302, "TLSv1.1", 0x0303, "TLSv1.2", 0x0304,
          "TLSv1.3");

  /** The suites that we offer, by their code on the wire, under their IANA names. */
  private static final Map<Integer, String> SUITES = suites();

  /** The descriptions of alerts in IANA's registry, of those that a server can send first. */
  private static final Map<Integer, String> ALERTS =
      Map.ofEntries(
          Map.entry(0, "close_notify"),
          Map.entry(10, "unexpected_message"),
          Map.entry(20, "bad_record_mac"),
          Map.entry(21, "decryption_failed"),
          Map.entry(22, "record_overflow"),
          Map.entry(30, "decompression_failure"),
          Map.entry(40, "handshake_failure"),
          Map.entry(47, "illegal_parameter"),
          Map.entry(48, "unknown_ca"),
          Map.entry(49, "access_denied"),
          Map.entry(50, "decode_error"),
          Map.entry(51, "decrypt_error"),
          Map.entry(70, "protocol_version"),
          Map.entry(71, "insufficient_security"),
          Map.entry(80, "internal_error"),
          Map.entry(86, "inappropriate_fallback"),
          Map.entry(90, "user_canceled"),
          Map.entry(109, "missing_extension"),
          Map.entry(110, "unsupported_extension"),
          Map.entry(112, "unrecognized_name"),
          Map.entry(113, "bad_certificate_status_response"),
          Map.entry(115, "unknown_psk_identity"),
          Map.entry(116, "certificate_required"),
          Map.entry(120, "no_application_protocol"));

  private TlsHello() {}

  /**
   * What a ClientHello offers.
   *
   * @param session the legacy session id, which a server of TLS 1.3 repeats
   */
  record Offer(Bytes session, List<Integer> suites) {}

  /** What a server's bytes begin with. */
  sealed interface Reply {

    /**
     * A whole ServerHello that fits the offer.
     *
     * @param random fresh for each connection, unless the server asks for another ClientHello
     * @param retry whether it does
     * @param repeatsSession whether our session id stands in it
     * @param end how far it was read: the end of the record that it ends in, or of what is there of
     *     that
     */
    record ServerHello(
        String version, String cipher, Bytes random, boolean retry, boolean repeatsSession, int end)
        implements Reply {}

    /** An alert, and nothing but an alert so far. */
    record Alert(boolean fatal, String description) implements Reply {}

    /** A message of SSL 2.0. */
    record Ssl2() implements Reply {}

    /** The beginning of one of the others. */
    record Unfinished() implements Reply {}

    /** None of the others. */
    record Foreign(String reason) implements Reply {}
  }

  /**
   * A fresh ClientHello for TLS 1.0 to 1.3, without a server name and without an application
   * protocol. Its key share (RFC 7748) is random: any 32 bytes are a public key, and we never need
   * the private one.
   */
  static Bytes client(RandomGenerator random) {
    Writer extensions = new Writer();
    extensions.extension(0xff01, new Writer().u8(0)); // renegotiation_info, RFC 5746
    extensions.extension(
        10, new Writer().u16(10).u16(0x001d).u16(0x0017).u16(0x0018).u16(0x0019).u16(0x0100));
    extensions.extension(11, new Writer().u8(1).u8(0)); // ec_point_formats, RFC 8422
    extensions.extension(35, new Writer()); // session_ticket, RFC 5077
    extensions.extension(13, signatureAlgorithms());
    extensions.extension(
        SUPPORTED_VERSIONS, new Writer().u8(8).u16(0x0304).u16(0x0303).u16(0x0302).u16(0x0301));
    extensions.extension(45, new Writer().u8(1).u8(1)); // psk_key_exchange_modes
    extensions.extension(
        51, new Writer().u16(36).u16(0x001d).u16(32).bytes(fresh(random, 32))); // key_share
    Writer suites = new Writer();
    SUITES.keySet().stream().sorted(TlsHello::preferred).forEach(suites::u16);
    Writer body =
        new Writer()
            .u16(0x0303)
            .bytes(fresh(random, 32))
            .u8(32)
            .bytes(fresh(random, 32))
            .block(suites)
            .u8(1)
            .u8(0)
            .block(extensions);
    Writer message = new Writer().u8(CLIENT_HELLO).u8(0).block(body);
    return new Writer().u8(HANDSHAKE).u16(0x0301).block(message).toBytes();
  }

  private static Writer signatureAlgorithms() {
    int[] schemes = {
      0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
      0x0203, 0x0201, 0x0202
    };
    Writer list = new Writer();
    for (int scheme : schemes) {
      list.u16(scheme);
    }
    return new Writer().block(list);
  }

  private static byte[] fresh(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** TLS 1.3 first, then elliptic curves, then the rest. */
  private static int preferred(int one, int other) {
    int byFamily = Integer.compare(family(one), family(other));
    return byFamily != 0 ? byFamily : Integer.compare(one, other);
  }

  private static int family(int suite) {
    return switch (suite >> 8) {
      case 0x13 -> 0;
      case 0xcc -> 1;
      case 0xc0 -> 2;
      default -> 3;
    };
  }

  /** What a ClientHello in one record offers; empty where the bytes are none. */
  static Optional<Offer> offer(Bytes sent) {
    Cursor in = new Cursor(sent, 0, sent.length());
    if (in.u8() != HANDSHAKE || in.u8() != 3 || in.skip(1).u16() != in.left()) {
      return Optional.empty();
    }
    if (in.u8() != CLIENT_HELLO || in.u24() != in.left() || in.u8() != 3) {
      return Optional.empty();
    }
    Bytes session = in.skip(33).take(in.u8());
    int length = in.u16();
    List<Integer> suites = new ArrayList<>();
    for (int at = 0; at + 1 < length && !in.broken(); at += 2) {
      suites.add(in.u16());
    }
    return in.broken() ? Optional.empty() : Optional.of(new Offer(session, List.copyOf(suites)));
  }

  /**
   * Reads what a server sent.
   *
   * @param offer what was offered to it; null where we said something that is no ClientHello
   */
  static Reply read(Bytes received, @Nullable Offer offer) {
    if (received.isEmpty()) {
      return new Reply.Unfinished();
    }
    return switch (received.at(0)) {
      case HANDSHAKE -> handshake(received, offer);
      case ALERT -> alert(received);
      default -> ssl2(received);
    };
  }

  private static Reply handshake(Bytes received, @Nullable Offer offer) {
    Bytes message = Bytes.EMPTY;
    int at = 0;
    while (at < received.length()) {
      Cursor record = new Cursor(received, at, received.length());
      if (record.left() >= 1 && record.u8() != HANDSHAKE) {
        return new Reply.Foreign("a handshake message is interrupted by another record");
      }
      if (record.left() >= 1 && record.u8() != 3) {
        return new Reply.Foreign("no version of TLS in the record");
      }
      if (record.left() >= 1 && record.u8() > 4) {
        return new Reply.Foreign("no known version of TLS in the record");
      }
      if (record.left() < 2) {
        break;
      }
      int length = record.u16();
      if (length == 0 || length > LONGEST_RECORD) {
        return new Reply.Foreign("a record of " + length + " bytes");
      }
      int end = Math.min(at + RECORD_HEADER + length, received.length());
      message = message.plus(received.slice(at + RECORD_HEADER, end));
      at += RECORD_HEADER + length;
      Reply reply = serverHello(message, offer, end);
      if (!(reply instanceof Reply.Unfinished)) {
        return reply;
      }
    }
    return new Reply.Unfinished();
  }

  private static Reply serverHello(Bytes message, @Nullable Offer offer, int end) {
    if (message.isEmpty()) {
      return new Reply.Unfinished();
    }
    if (message.at(0) != SERVER_HELLO) {
      return new Reply.Foreign("handshake message " + message.at(0) + " where ServerHello belongs");
    }
    if (offer == null) {
      return new Reply.Foreign("a ServerHello that nobody asked for");
    }
    if (message.length() < HANDSHAKE_HEADER) {
      return new Reply.Unfinished();
    }
    int length = (int) (message.u32(0) & 0xffffff);
    if (length < 38 || length > LONGEST_SERVER_HELLO) {
      return new Reply.Foreign("a ServerHello of " + length + " bytes");
    }
    if (message.length() < HANDSHAKE_HEADER + length) {
      return new Reply.Unfinished();
    }
    return serverHello(
        new Cursor(message, HANDSHAKE_HEADER, HANDSHAKE_HEADER + length), offer, end);
  }

  private static Reply serverHello(Cursor in, Offer offer, int end) {
    int version = in.u16();
    Bytes random = in.take(32);
    int sessionLength = in.u8();
    if (sessionLength > 32) {
      return new Reply.Foreign("a session id of " + sessionLength + " bytes");
    }
    Bytes session = in.take(sessionLength);
    int suite = in.u16();
    int compression = in.u8();
    if (in.left() > 0) {
      int extensions = in.u16();
      if (extensions != in.left()) {
        return new Reply.Foreign(
            "extensions of " + extensions + " bytes where " + in.left() + " follow");
      }
      while (in.left() > 0) {
        int type = in.u16();
        Cursor extension = in.part(in.u16());
        if (type == SUPPORTED_VERSIONS) {
          version = extension.u16();
          if (version != 0x0304 || extension.left() != 0) {
            return new Reply.Foreign("a selected version that is not to be selected so");
          }
        }
        if (extension.broken()) {
          return new Reply.Foreign("an extension that is cut short");
        }
      }
    }
    String name = VERSIONS.get(version);
    String cipher =
        offer.suites().contains(suite)
            ? SUITES.getOrDefault(suite, "0x%04X".formatted(suite))
            : null;
    if (in.broken() || name == null) {
      return new Reply.Foreign("a ServerHello that is cut short, or of no known version");
    }
    if (cipher == null) {
      return new Reply.Foreign("the cipher suite 0x%04x was not offered".formatted(suite));
    }
    if (compression != 0) {
      return new Reply.Foreign("a compression that was not offered");
    }
    boolean newest = version == 0x0304;
    if (newest && !session.equals(offer.session())) {
      return new Reply.Foreign("TLS 1.3 without our session id");
    }
    if (newest != (suite >> 8 == 0x13)) {
      return new Reply.Foreign(cipher + " does not belong to " + name);
    }
    boolean repeats = !session.isEmpty() && session.equals(offer.session());
    return new Reply.ServerHello(
        name, cipher, random, newest && random.equals(RETRY), repeats, end);
  }

  private static Reply alert(Bytes received) {
    Bytes shape = Bytes.hex("1503"); // then minor version, length 2, level, description
    if (!received.startsWith(shape.head(received.length()))) {
      return new Reply.Foreign("no version of TLS in the record");
    }
    if (received.length() > 2 && received.at(2) > 4
        || received.length() > 3 && received.at(3) != 0
        || received.length() > 4 && received.at(4) != 2
        || received.length() > 5 && (received.at(5) < 1 || received.at(5) > 2)) {
      return new Reply.Foreign("no alert of TLS");
    }
    if (received.length() < RECORD_HEADER + 2) {
      return new Reply.Unfinished();
    }
    String description = ALERTS.get(received.at(6));
    if (description == null) {
      return new Reply.Foreign("no known alert: " + received.at(6));
    }
    if (received.length() > RECORD_HEADER + 2 && !followsAlert(received)) {
      return new Reply.Foreign("something other than TLS after an alert");
    }
    return new Reply.Alert(received.at(5) == 2, description);
  }

  /** Whether another alert, such as close_notify, comes after the first. */
  private static boolean followsAlert(Bytes received) {
    Bytes rest = received.slice(RECORD_HEADER + 2, received.length());
    return rest.length() <= RECORD_HEADER + 2
        && rest.startsWith(received.head(Math.min(5, rest.length())));
  }

  /**
   * ServerHello or error of SSL 2.0 (the Netscape draft of 1995): a length with its highest bit
   * set, then 4 and a version 2 further on, or 0 and one of four errors.
   */
  private static Reply ssl2(Bytes received) {
    if ((received.at(0) & 0x80) == 0) {
      return new Reply.Foreign("no record of TLS");
    }
    if (received.length() >= 5 && received.u16(0) == 0x8003 && received.at(2) == 0) {
      int error = received.u16(3);
      boolean known = error == 1 || error == 2 || error == 4 || error == 6;
      return known && received.length() == 5
          ? new Reply.Ssl2()
          : new Reply.Foreign("no error of SSL 2.0");
    }
    if (received.length() >= 3 && received.at(2) == 4) {
      if (received.length() < 13) {
        return new Reply.Unfinished();
      }
      int length = received.u16(0) & 0x7fff;
      int parts = received.u16(7) + received.u16(9) + received.u16(11);
      boolean fits =
          received.at(3) <= 1
              && received.at(4) <= 1
              && received.u16(5) == 2
              && length == 11 + parts;
      return fits ? new Reply.Ssl2() : new Reply.Foreign("no ServerHello of SSL 2.0");
    }
    return received.length() < 3
            || received.u16(0) == 0x8003 && received.length() < 5 && received.at(2) == 0
        ? new Reply.Unfinished()
        : new Reply.Foreign("no record of TLS");
  }

  private static Map<Integer, String> suites() {
    Map<Integer, String> suites = new TreeMap<>();
    suites.put(0x1301, "TLS_AES_128_GCM_SHA256");
    suites.put(0x1302, "TLS_AES_256_GCM_SHA384");
    suites.put(0x1303, "TLS_CHACHA20_POLY1305_SHA256");
    suites.put(0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    suites.put(0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    suites.put(0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    suites.put(0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    suites.put(0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    suites.put(0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    suites.put(0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    suites.put(0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
    suites.put(0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA");
    suites.put(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
    suites.put(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
    suites.put(0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256");
    suites.put(0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");
    suites.put(0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256");
    suites.put(0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384");
    suites.put(0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA");
    suites.put(0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA");
    suites.put(0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256");
    suites.put(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384");
    suites.put(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA");
    suites.put(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA");
    suites.put(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256");
    suites.put(0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256");
    suites.put(0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
    suites.put(0x0005, "TLS_RSA_WITH_RC4_128_SHA");
    return Map.copyOf(suites);
  }

  /** Reads big-endian numbers; reading past the end yields zeros and is remembered. */
  private static final class Cursor {

    private final Bytes content;
    private final int end;
    private int at;
    private boolean broken;

    Cursor(Bytes content, int from, int end) {
      this.content = content;
      this.at = from;
      this.end = end;
    }

    int left() {
      return end - at;
    }

    boolean broken() {
      return broken;
    }

    int u8() {
      if (left() < 1) {
        broken = true;
        return 0;
      }
      return content.at(at++);
    }

    int u16() {
      return u8() << 8 | u8();
    }

    int u24() {
      return u16() << 8 | u8();
    }

    Cursor skip(int count) {
      take(count);
      return this;
    }

    Bytes take(int count) {
      Cursor part = part(count);
      return content.slice(part.at, part.end);
    }

    /** The next so many bytes, on their own; if there are fewer, all that are left. */
    Cursor part(int count) {
      int length = Math.min(count, left());
      Cursor part = new Cursor(content, at, at + length);
      at += length;
      broken |= length < count;
      part.broken = broken;
      return part;
    }
  }

  /** Writes big-endian numbers, and blocks with their length before them. */
  private static final class Writer {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Writer u8(int value) {
      out.write(value);
      return this;
    }

    Writer u16(int value) {
      return u8(value >> 8).u8(value);
    }

    Writer bytes(byte[] content) {
      out.writeBytes(content);
      return this;
    }

    /** A length of two bytes, and so many bytes. */
    Writer block(Writer content) {
      return u16(content.out.size()).bytes(content.out.toByteArray());
    }

    Writer extension(int type, Writer content) {
      return u16(type).block(content);
    }

    Bytes toBytes() {
      return Bytes.of(out.toByteArray());
    }
  }
}
