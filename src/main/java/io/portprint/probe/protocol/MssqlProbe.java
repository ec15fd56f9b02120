package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Microsoft SQL Server by the answer to a PRELOGIN (MS-TDS, 2.2.6.5): a table of options, every
 * offset of which has to be right, with the version of the server in the first.
 */
@Component
final class MssqlProbe implements Probe {

  private static final String PROTOCOL = "ms-sql-s";

  /** Version, encryption (none offered), instance, thread and MARS, then what they are. */
  private static final Bytes PRELOGIN =
      Bytes.hex(
          "12 01 002f 0000 01 00 00 001a 0006 01 0020 0001 02 0021 0001 03 0022 0004 04 0026 0001"
              + " ff 11000000 0000 02 00 00000000 00");

  private static final int TABULAR_RESULT = 4;
  private static final int HEADER = 8;
  private static final int VERSION = 0;
  private static final int ENCRYPTION = 1;
  private static final int END = 0xFF;
  private static final int OLDEST = 8;
  private static final int NEWEST = 30;
  private static final double OPTIONS = 0.97;

  /** A version as the server tells it, and what it says of encryption. */
  record Prelogin(String version, int encryption) {}

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Microsoft SQL Server",
        "Sends a PRELOGIN and reads the version out of the options of the answer. Never logs in.",
        List.of("https://learn.microsoft.com/openspecs/windows_protocols/ms-tds"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("ms-sql-s/prelogin", PRELOGIN, Set.of(1433, 1434, 2433), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.sent().equals(PRELOGIN)) {
      return Recognition.MISMATCH;
    }
    return read(answer.received())
        .map(
            prelogin ->
                new Recognition.Recognised(
                    Claims.found(
                            Claims.product(
                                PROTOCOL,
                                "Microsoft SQL Server",
                                prelogin.version(),
                                List.of(
                                    "cpe:2.3:a:microsoft:sql_server:%s:*:*:*:*:*:*:*"
                                        .formatted(prelogin.version()))),
                            OPTIONS,
                            answer,
                            "the options of a server, every one where it should be")
                        .withDetail("encryption", prelogin.encryption())))
        .<Recognition>map(recognised -> recognised)
        .orElse(Recognition.MISMATCH);
  }

  /** The options of a server that are all there is, one after the other; or nothing. */
  static Optional<Prelogin> read(Bytes received) {
    try {
      Cursor stream = Cursor.of(received);
      Cursor.require(stream.u8() == TABULAR_RESULT && stream.u8() == 1, "a last packet");
      Cursor.require(stream.u16() == received.length(), "that is all there is");
      stream.skip(HEADER - 4L);
      TreeMap<Integer, Bytes> options = new TreeMap<>();
      int data = -1;
      int next = -1;
      for (int type = stream.u8(); type != END; type = stream.u8()) {
        int offset = stream.u16();
        int length = stream.u16();
        data = data < 0 ? offset : data;
        Cursor.require(next < 0 || offset == next, "one option after the other");
        next = offset + length;
        Cursor.require(HEADER + next <= received.length(), "within the packet");
        options.put(type, received.slice(HEADER + offset, HEADER + next));
      }
      Cursor.require(stream.at() == HEADER + data, "nothing between table and data");
      Cursor.require(HEADER + next == received.length(), "nothing after the data");
      Bytes version = options.getOrDefault(VERSION, Bytes.EMPTY);
      Bytes encryption = options.getOrDefault(ENCRYPTION, Bytes.EMPTY);
      Cursor.require(version.length() == 6 && encryption.length() == 1, "version and encryption");
      Cursor.require(version.at(0) >= OLDEST && version.at(0) <= NEWEST, "a version of the server");
      Cursor.require(encryption.at(0) <= 3, "a choice of encryption");
      return Optional.of(
          new Prelogin(
              "%d.%02d.%d".formatted(version.at(0), version.at(1), version.u16(2)),
              encryption.at(0)));
    } catch (Malformed e) {
      return Optional.empty();
    }
  }
}
