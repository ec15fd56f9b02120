package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.Cursor.Malformed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Oracle's listener (TNS) by its answer to the ping of {@code tnsping}: a refusal that names no
 * error, with the number of its version.
 */
@Component
final class OracleProbe implements Probe {

  private static final String PROTOCOL = "oracle-tns";
  private static final String PING = "(CONNECT_DATA=(COMMAND=PING))";
  private static final int CONNECT_HEADER = 58;
  private static final int REFUSE = 4;
  private static final int REDIRECT = 5;
  private static final double DESCRIBED = 0.95;

  /** CONNECT of version 3.13 for one of 3.0 or later, with small units and no options. */
  private static final Bytes CONNECT =
      packet(
          Bytes.hex("0139 012c 0000 0800 7fff 7f08 0000 0001")
              .plus(u16(PING.length()))
              .plus(u16(CONNECT_HEADER))
              .plus(Bytes.hex("00000000 00 00"))
              .plus(Bytes.of(new byte[CONNECT_HEADER - 8 - 26]))
              .plus(Bytes.latin1(PING)));

  private static final Pattern DESCRIPTION =
      Pattern.compile("^\\(DESCRIPTION=\\((?:TMP|ERR|VSNNUM)=[ -~]{0,400}\\)$");
  private static final Pattern VERSION = Pattern.compile("\\(VSNNUM=(\\d{6,10})\\)");

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Oracle TNS listener",
        "Pings the listener, which names the number of its version. Asks for no database.",
        List.of("Oracle Database Net Services Reference, tnsping"));
  }

  private static Bytes packet(Bytes body) {
    return u16(8 + body.length()).plus(Bytes.hex("0000 01 00 0000")).plus(body);
  }

  private static Bytes u16(int value) {
    return Bytes.of((byte) (value >> 8), (byte) value);
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("oracle-tns/ping", CONNECT, Set.of(1521, 1522, 1526), 8));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Optional<String> read =
        answer.sent().equals(CONNECT) ? description(answer.received()) : Optional.empty();
    if (read.isEmpty()) {
      return Recognition.MISMATCH;
    }
    Matcher number = VERSION.matcher(read.get());
    String version = number.find() ? version(Long.parseLong(number.group(1))) : null;
    return Claims.recognised(service(version), DESCRIBED, answer, "a listener's answer to a ping");
  }

  private static Service service(@Nullable String version) {
    return version == null
        ? Service.of(PROTOCOL)
        : Claims.product(
            PROTOCOL,
            "Oracle TNS listener",
            version,
            List.of("cpe:2.3:a:oracle:database_server:%s:*:*:*:*:*:*:*".formatted(version)));
  }

  /** What a refusal or a redirection describes, which must be all that there is. */
  static Optional<String> description(Bytes received) {
    try {
      Cursor stream = Cursor.of(received);
      Cursor.require(stream.u16() == received.length(), "all that there is");
      Cursor.require(stream.u16() == 0, "no checksum");
      int type = stream.u8();
      stream.skip(3);
      Cursor.require(type == REFUSE || type == REDIRECT, "a refusal");
      stream.skip(type == REFUSE ? 2 : 0);
      Cursor text = stream.within(stream.u16());
      Cursor.require(stream.atEnd(), "nothing after the text");
      String described = text.rest().latin1();
      Cursor.require(DESCRIPTION.matcher(described).matches(), "a description");
      return Optional.of(described);
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  /** The version behind its number: the parts are of 8, 4, 8, 4 and 8 bits, from 18 on others. */
  static String version(long number) {
    int major = (int) (number >> 24) & 0xff;
    return major >= 18
        ? "%d.%d.%d.%d.%d"
            .formatted(
                major, number >> 16 & 0xff, number >> 12 & 0xf, number >> 4 & 0xff, number & 0xf)
        : "%d.%d.%d.%d.%d"
            .formatted(
                major, number >> 20 & 0xf, number >> 12 & 0xff, number >> 8 & 0xf, number & 0xff);
  }
}
