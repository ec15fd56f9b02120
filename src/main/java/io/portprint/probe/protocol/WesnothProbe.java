package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds servers of The Battle for Wesnoth: after four bytes each they ask for the client's version,
 * in compressed WML, and tell which they let in where it is another.
 */
@Component
final class WesnothProbe implements Probe {

  private static final String PROTOCOL = "wesnoth";
  private static final double ASKS_VERSION = 0.97;
  private static final Bytes HANDSHAKE = Bytes.hex("00000000");

  /** {@code [version] version="0.0.1" [/version]}, compressed after its length. */
  private static final Bytes NO_VERSION =
      Bytes.hex(
          "0000002c1f8b08000000000002038b2e4b2d2acecccf8be582326c95"
              + "0cf40cf40c95b8a2f5e1520024a7af3e25000000");

  private final SignatureBook signatures;

  WesnothProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "wesnoth",
        PROTOCOL,
        Transport.TCP,
        "The Battle for Wesnoth",
        "Shakes hands and requires the question for our version; tells one that never was, and"
            + " reads which are let in.",
        List.of("The Battle for Wesnoth, src/server/common/server_base.cpp"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("wesnoth/handshake", HANDSHAKE, Set.of(15000), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.sent().equals(HANDSHAKE)) {
      return Recognition.MISMATCH;
    }
    Bytes received = answer.received();
    if (received.length() < 8 || received.length() < 8 + received.u32(4)) {
      return Claims.notYet(
          answer, received.length() < 8 || received.u16(0) == 0 && received.u32(4) < 64);
    }
    return asksVersion(received)
        ? Claims.recognised(
            Service.of(PROTOCOL), ASKS_VERSION, answer, "asks for our version in compressed WML")
        : Recognition.MISMATCH;
  }

  private static boolean asksVersion(Bytes received) {
    Bytes document = Inflated.gzip(received.slice(8, received.length()));
    return document.latin1().startsWith("[version]\n[/version]");
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Dossier dossier = new Dossier(signatures, finding);
    try (Conversation conversation = interview.converse()) {
      Answer asked =
          conversation.ask(
              "wesnoth/handshake",
              HANDSHAKE,
              soFar -> soFar.length() >= 8 && soFar.length() >= 8 + soFar.u32(4));
      if (asked.received().length() >= 8 && conversation.open()) {
        Answer rejected =
            conversation.ask(
                "wesnoth/version",
                NO_VERSION,
                soFar -> soFar.length() >= 4 && soFar.length() >= 4 + soFar.u32(0));
        if (rejected.received().length() > 4) {
          Bytes document =
              Inflated.gzip(rejected.received().slice(4, rejected.received().length()));
          dossier.learn(
              "wesnoth.versions", document, rejected, "tells the versions that it lets in");
        }
      }
    }
    return dossier.confirmed().orElseThrow();
  }
}
