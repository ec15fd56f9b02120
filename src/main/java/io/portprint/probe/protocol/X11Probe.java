package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.Cursor.Malformed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * X11 by its refusal of a version that there is none of, which names the true one: who is refused
 * counts as no client, of whom the last to leave would make a server reset itself. Only what has
 * proven to be X11 is asked in its own version, without authorisation, and tells its vendor and
 * release then, or that it wants to be authorised.
 */
@Component
final class X11Probe implements Probe {

  private static final String PROTOCOL = "x11";
  private static final int MAJOR = 11;
  private static final Bytes OTHER_VERSION = request(MAJOR, 99);
  private static final Bytes OWN_VERSION = request(MAJOR, 0);
  private static final Set<Integer> PORTS =
      IntStream.rangeClosed(6000, 6063).boxed().collect(Collectors.toUnmodifiableSet());

  private static final int FAILED = 0;
  private static final int SUCCESS = 1;
  private static final int MORE_WANTED = 2;
  private static final int PREFIX = 8;
  private static final int FIXED = 32;

  private static final double REFUSAL = 0.97;
  private static final double SETUP = 0.9;

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "X Window System",
        "Asks for a version of the protocol that there is none of, and then, without authorisation,"
            + " for the one that the refusal names. Opens no window and asks for no resource.",
        List.of("X Window System Protocol, X Version 11, chapter 8"));
  }

  /** A request by one who has the least byte first, and names no protocol of authorisation. */
  private static Bytes request(int major, int minor) {
    return Bytes.of((byte) 'l', (byte) 0, (byte) major, (byte) 0, (byte) minor, (byte) 0)
        .plus(Bytes.of(new byte[6]));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("x11/other-version", OTHER_VERSION, PORTS, 4));
  }

  /**
   * The beginning of what a server answers to a request.
   *
   * @param outcome failed, success, or that more is wanted
   * @param reason why it failed; empty where it did not
   * @param vendor of the server that lets us in
   * @param release the vendor's own number
   */
  record Setup(int outcome, int minor, String reason, String vendor, long release) {

    /** Whole answers alone; of a success the strings, which may be all that has come so far. */
    static Optional<Setup> read(Bytes received) {
      Cursor in = Cursor.of(received);
      try {
        int outcome = in.u8();
        int reasonLength = in.u8();
        Cursor.require(in.u16LittleEndian() == MAJOR, "version 11");
        int minor = in.u16LittleEndian();
        int length = in.u16LittleEndian() * 4;
        return switch (outcome) {
          case FAILED -> {
            Cursor.require(
                reasonLength > 0 && length - reasonLength >= 0 && length - reasonLength < 4,
                "a padded reason");
            Cursor.require(in.remaining() == length, "all of the reason");
            yield Optional.of(new Setup(outcome, minor, in.take(reasonLength).latin1(), "", 0));
          }
          case SUCCESS -> {
            long release = in.u16LittleEndian() | (long) in.u16LittleEndian() << 16;
            in.skip(12);
            int vendor = in.u16LittleEndian();
            in.skip(2);
            int screens = in.u8();
            int formats = in.u8();
            in.skip(10);
            Cursor.require(
                screens > 0 && length >= FIXED + vendor + 8 * formats + 40 * screens,
                "room for the screens");
            yield Optional.of(new Setup(outcome, minor, "", in.take(vendor).latin1(), release));
          }
          case MORE_WANTED -> {
            Cursor.require(length > 0 && in.remaining() == length, "all of the reason");
            yield Optional.of(new Setup(outcome, minor, in.rest().latin1().strip(), "", 0));
          }
          default -> Optional.empty();
        };
      } catch (Malformed e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.sent().equals(OTHER_VERSION)) {
      return Recognition.MISMATCH;
    }
    Optional<Setup> refusal = Setup.read(answer.received()).filter(one -> one.minor() == 0);
    return refusal.isPresent()
        ? Claims.recognised(
            Service.of(PROTOCOL),
            REFUSAL,
            answer,
            "answers a request for version 11.99 with its own, 11.0")
        : Claims.notYet(
            answer,
            answer.received().length() < PREFIX
                || Bytes.hex("0b000000").equals(answer.received().slice(2, 6)));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer answer;
    try (Conversation conversation = interview.converse()) {
      answer = conversation.ask("x11/setup", OWN_VERSION, soFar -> Setup.read(soFar).isPresent());
    }
    Optional<Setup> read = Setup.read(answer.received());
    if (read.isEmpty()) {
      return new Examination.Confirmed(finding);
    }
    Setup setup = read.get();
    boolean allowed = setup.outcome() == SUCCESS;
    Finding told =
        finding
            .withConfidence(Confidence.combine(REFUSAL, SETUP))
            .withDetail("authorisationRequired", !allowed)
            .withEvidence(
                answer.because(
                    allowed ? "tells its vendor and release" : "turns us away in version 11.0",
                    List.of()));
    return new Examination.Confirmed(
        allowed
            ? told.withService(service(setup))
                .withDetail("vendor", Dossier.shown(setup.vendor()))
                .withDetail("release", setup.release())
            : told.withDetail("reason", Dossier.shown(setup.reason())));
  }

  private static Service service(Setup setup) {
    String version = version(setup.vendor(), setup.release());
    if (setup.vendor().contains("X.Org")) {
      return Claims.product(
          PROTOCOL,
          "X.Org X Server",
          version,
          List.of(
              "cpe:2.3:a:x.org:x_server:%s:*:*:*:*:*:*:*"
                  .formatted(version == null ? "*" : version)));
    }
    if (setup.vendor().contains("XFree86")) {
      return Claims.product(PROTOCOL, "XFree86", version, List.of());
    }
    return Service.of(PROTOCOL);
  }

  /**
   * The version that the vendor's number stands for: two digits each of X.Org's and of XFree86 4,
   * three of its patch level. X.Org left out the first of its server's numbers, 1, when the second
   * had come to 20.
   */
  static @Nullable String version(String vendor, long release) {
    long first = release / 10_000_000;
    long second = release / 100_000 % 100;
    long third = release / 1_000 % 100;
    long fourth = release % 1_000;
    if (vendor.contains("X.Org") && first == 1 && second > 20) {
      return "%d.%d.%d".formatted(second, third, fourth);
    }
    if (first > 0 && (vendor.contains("X.Org") || vendor.contains("XFree86"))) {
      return "%d.%d.%d".formatted(first, second, third) + (fourth == 0 ? "" : "." + fourth);
    }
    return vendor.contains("XFree86") && release >= 3_000 && release < 4_000
        ? "%d.%d.%d".formatted(release / 1_000, release / 100 % 10, release / 10 % 10)
        : null;
  }
}
