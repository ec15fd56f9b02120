package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** RDP. A connection request of X.224 that offers means of security; what was chosen is told. */
@Component
final class RdpProbe implements Probe {

  private static final String PROTOCOL = "ms-wbt-server";

  /** Offers TLS, CredSSP and early user authorisation. */
  private static final Bytes REQUEST = Bytes.hex("03000013 0ee00000000000 01000800 0b000000");

  private static final Bytes CREDSSP_ALONE = Bytes.hex("03000013 0ee00000000000 01000800 02000000");
  private static final int CHOSEN = 2;
  private static final int REFUSED = 3;
  private static final double FRAMED = 0.96;
  private static final double ASKED_TWICE = 0.98;

  @Override
  public Description description() {
    return new Description(
        "rdp",
        PROTOCOL,
        Transport.TCP,
        "Remote Desktop",
        "Asks for a connection, offering TLS and CredSSP, and then CredSSP alone, which xrdp does"
            + " not know. Goes no further.",
        List.of("MS-RDPBCGR 2.2.1.1", "MS-RDPBCGR 2.2.1.2", "ITU-T X.224"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("rdp/connect", REQUEST, Set.of(3389), 2));
  }

  /**
   * What a server chose.
   *
   * @param kind chosen or refused
   * @param flags what it supports besides
   * @param value the means chosen, or why it refused
   */
  record Choice(int kind, int flags, long value) {

    static Optional<Choice> read(Bytes received) {
      boolean fits =
          received.length() == 19
              && received.u32(0) == 0x03000013
              && received.u16(4) == 0x0ed0
              && received.at(10) == 0
              && (received.at(11) == CHOSEN || received.at(11) == REFUSED)
              && received.u16(13) == 0x0800
              && received.at(16) == 0
              && received.u16(17) == 0
              && received.at(15) <= 16;
      return fits
          ? Optional.of(new Choice(received.at(11), received.at(12), received.at(15)))
          : Optional.empty();
    }
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.sent().equals(REQUEST)) {
      return Recognition.MISMATCH;
    }
    return Choice.read(answer.received())
        .map(
            choice ->
                new Recognition.Recognised(
                    Claims.found(
                            Service.of(PROTOCOL),
                            FRAMED,
                            answer,
                            "a connection confirmed, with a choice of security")
                        .withDetail("security", means(choice))))
        .map(Recognition.class::cast)
        .orElse(Recognition.MISMATCH);
  }

  private static String means(Choice choice) {
    if (choice.kind() == REFUSED) {
      return "refused: " + choice.value();
    }
    return switch ((int) choice.value()) {
      case 0 -> "rdp";
      case 1 -> "tls";
      case 2 -> "credssp";
      case 8 -> "credssp-early-authorisation";
      default -> "other: " + choice.value();
    };
  }

  /**
   * What takes the offer of CredSSP alone and answers without it knows none: Windows always does.
   */
  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer answer = interview.ask("rdp/connect-credssp", CREDSSP_ALONE);
    Optional<Choice> second = Choice.read(answer.received());
    Optional<Choice> first = Choice.read(interview.first().received());
    if (second.isEmpty() || first.isEmpty()) {
      return new Examination.Confirmed(finding);
    }
    Finding sure =
        finding
            .withConfidence(second.equals(first) ? FRAMED : ASKED_TWICE)
            .withEvidence(answer.because("what it chooses where CredSSP is all", List.of()));
    boolean xrdp =
        first.get().equals(new Choice(CHOSEN, 1, 1))
            && second.get().equals(new Choice(CHOSEN, 1, 0));
    return new Examination.Confirmed(
        xrdp
            ? sure.withService(
                Claims.product(
                    PROTOCOL, "xrdp", null, List.of("cpe:2.3:a:neutrinolabs:xrdp:*:*:*:*:*:*:*:*")))
            : sure);
  }
}
