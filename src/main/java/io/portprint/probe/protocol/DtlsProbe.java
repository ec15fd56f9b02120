package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds DTLS servers (RFC 6347) by their answer to a ClientHello without a cookie: a request to
 * repeat it with one, a ServerHello, or an alert. No more of the handshake is gone through.
 */
@Component
final class DtlsProbe implements Probe {

  private static final String PROTOCOL = "dtls";
  private static final Service SERVICE = Service.of(PROTOCOL).withTls(true);

  private static final int RECORD = 13;
  private static final int MESSAGE = 12;
  private static final int HANDSHAKE = 22;
  private static final int ALERT = 21;
  private static final int SERVER_HELLO = 2;
  private static final int VERIFY_REQUEST = 3;

  private static final Bytes CIPHERS =
      Bytes.hex("c02bc02fc02cc030cca9cca8c009c013c00ac014009c009d002f0035c0a8c0aec0ac00ff");
  private static final Bytes EXTENSIONS =
      Bytes.hex(
          // groups, point formats, signature algorithms, extended master secret
          "000a00080006001d00170018"
              + "000b00020100"
              + "000d00140012040308040401050308050501080606010201"
              + "00170000");

  private static final double HELLO = 0.99;
  private static final double REFUSAL = 0.9;

  @Override
  public Description description() {
    return new Description(
        "dtls",
        PROTOCOL,
        Transport.UDP,
        "DTLS",
        "Sends a ClientHello and requires the request for a cookie, a ServerHello that chooses from"
            + " our offer, or an alert.",
        List.of("RFC 6347", "RFC 9147"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "dtls/client-hello",
            clientHello(random),
            Set.of(443, 2221, 4433, 4740, 5061, 5684),
            6));
  }

  static Bytes clientHello(RandomGenerator random) {
    Bytes body =
        Bytes.hex("fefd")
            .plus(Claims.random(random, 32))
            .plus(Bytes.hex("0000"))
            .plus(sized(CIPHERS))
            .plus(Bytes.hex("0100"))
            .plus(sized(EXTENSIONS));
    Bytes length = Bytes.of((byte) 0).plus(u16(body.length()));
    Bytes message =
        Bytes.hex("01").plus(length).plus(Bytes.hex("0000 000000")).plus(length).plus(body);
    return Bytes.hex("16 feff 0000 000000000000").plus(sized(message));
  }

  private static Bytes sized(Bytes content) {
    return u16(content.length()).plus(content);
  }

  private static Bytes u16(int value) {
    return Bytes.of((byte) (value >> 8), (byte) value);
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    boolean asked = sent.length() > RECORD + MESSAGE && sent.startsWith(Bytes.hex("16feff0000"));
    return asked
        ? read(answer.received())
            .map(reply -> Claims.recognised(SERVICE, reply.confidence(), answer, reply.reason()))
            .orElse(Recognition.MISMATCH)
        : Recognition.MISMATCH;
  }

  /** What an answer is, and how much it proves. */
  record Reply(double confidence, String reason) {}

  /** What the first record of an answer says; empty where it is none of a server's. */
  static Optional<Reply> read(Bytes received) {
    boolean record =
        received.length() >= RECORD
            && received.at(1) == 0xfe
            && (received.at(2) == 0xff || received.at(2) == 0xfd)
            && received.u16(3) == 0
            && received.length() >= RECORD + received.u16(11);
    if (!record) {
      return Optional.empty();
    }
    Bytes content = received.slice(RECORD, RECORD + received.u16(11));
    return switch (received.at(0)) {
      case HANDSHAKE -> hello(content);
      case ALERT -> alert(content);
      default -> Optional.empty();
    };
  }

  private static Optional<Reply> alert(Bytes content) {
    boolean sound =
        content.length() == 2 && (content.at(0) == 1 || content.at(0) == 2) && content.at(1) <= 120;
    return sound
        ? Optional.of(new Reply(REFUSAL, "an alert of DTLS, number " + content.at(1)))
        : Optional.empty();
  }

  private static Optional<Reply> hello(Bytes content) {
    if (content.length() < MESSAGE + 3 || content.u16(6) != 0 || content.at(8) != 0) {
      return Optional.empty();
    }
    int whole = content.at(1) << 16 | content.u16(2);
    int part = content.at(9) << 16 | content.u16(10);
    boolean version = content.at(12) == 0xfe && (content.at(13) == 0xff || content.at(13) == 0xfd);
    if (!version || part > whole || content.length() < MESSAGE + part) {
      return Optional.empty();
    }
    Bytes body = content.slice(MESSAGE, MESSAGE + part);
    return switch (content.at(0)) {
      case VERIFY_REQUEST ->
          whole == part && whole == 3 + body.at(2)
              ? Optional.of(new Reply(HELLO, "a request to say hello again with a cookie"))
              : Optional.empty();
      case SERVER_HELLO ->
          chooses(body)
              ? Optional.of(new Reply(HELLO, "a ServerHello that chooses from our offer"))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Whether a ServerHello has a cipher suite that was offered, and no compression. */
  private static boolean chooses(Bytes body) {
    int session = 34;
    if (body.length() <= session || body.at(session) > 32) {
      return false;
    }
    int cipher = session + 1 + body.at(session);
    if (body.length() < cipher + 3 || body.at(cipher + 2) != 0) {
      return false;
    }
    for (int at = 0; at < CIPHERS.length(); at += 2) {
      if (CIPHERS.u16(at) == body.u16(cipher)) {
        return true;
      }
    }
    return false;
  }
}
