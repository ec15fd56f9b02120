package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.springframework.stereotype.Component;

/**
 * The remote control of Deluge 2, inside TLS. A message is a byte for the version of the protocol,
 * four for the length, and a list in rencode, compressed. {@code daemon.info} is what a client asks
 * before it logs in, and the answer is the version. IANA has no name for the protocol.
 */
@Component
final class DelugeProbe implements Probe {

  private static final String PROTOCOL = "deluge-rpc";
  private static final int VERSION = 1;
  private static final int HEAD = 5;
  private static final int LONGEST = 4096;

  /** A list of one list of four: an identifier, the method, no arguments, no named ones. */
  private static final Pattern CALL =
      Pattern.compile("\\xc1\\xc4(.)\\x8bdaemon\\.info\\xc0\\x66", Pattern.DOTALL);

  /** A list of three: that it is a response, the identifier, and a short string. */
  private static final Pattern RESPONSE =
      Pattern.compile("\\xc3\\x01(.)[\\x80-\\xbf](\\d[\\w.+-]{0,60})", Pattern.DOTALL);

  private static final double ANSWERED = 0.98;

  @Override
  public Description description() {
    return new Description(
        "deluge",
        PROTOCOL,
        Transport.TCP,
        "Deluge daemon",
        "Asks for the version as a client does before it logs in. Does not log in.",
        List.of("https://github.com/deluge-torrent/deluge/blob/develop/deluge/core/rpcserver.py"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes identifier = Bytes.of((byte) random.nextInt(44));
    Bytes call =
        Bytes.hex("c1c4").plus(identifier).plus(Bytes.latin1("\u008bdaemon.info\u00c0\u0066"));
    Bytes packed = deflated(call);
    Bytes head = Bytes.of((byte) VERSION, (byte) 0, (byte) 0, (byte) 0, (byte) packed.length());
    return List.of(new Opening("deluge/daemon-info", head.plus(packed), Set.of(58846), 4));
  }

  private static Bytes deflated(Bytes content) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(content.toArray());
      deflater.finish();
      byte[] packed = new byte[LONGEST];
      return Bytes.of(packed, 0, deflater.deflate(packed));
    }
  }

  /** What a whole message holds; empty where it is none, or is longer than it need be. */
  static Optional<Bytes> unpacked(Bytes message) {
    if (message.length() < HEAD
        || message.at(0) != VERSION
        || message.u32(1) != message.length() - HEAD) {
      return Optional.empty();
    }
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(message.slice(HEAD, message.length()).toArray());
      byte[] content = new byte[LONGEST];
      int length = inflater.inflate(content);
      return inflater.finished() ? Optional.of(Bytes.of(content, 0, length)) : Optional.empty();
    } catch (DataFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<Bytes> call = unpacked(answer.sent());
    if (call.isEmpty()) {
      return Recognition.MISMATCH;
    }
    Matcher asked = CALL.matcher(call.get().latin1());
    Matcher told = RESPONSE.matcher(unpacked(answer.received()).map(Bytes::latin1).orElse(""));
    if (!asked.matches() || !told.matches() || !asked.group(1).equals(told.group(1))) {
      return Claims.notYet(
          answer, !answer.received().isEmpty() && answer.received().at(0) == VERSION);
    }
    String version = told.group(2);
    return Claims.recognised(
        Claims.product(
            PROTOCOL,
            "Deluge",
            version,
            List.of("cpe:2.3:a:deluge-torrent:deluge:%s:*:*:*:*:*:*:*".formatted(version))),
        ANSWERED,
        answer,
        "its version, to the question of our number");
  }
}
