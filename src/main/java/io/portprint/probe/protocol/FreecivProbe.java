package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Description;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds servers of Freeciv by the refusal of a client that has no name and none of the capabilities
 * that it would need; the refusal tells the server's version.
 */
@Component
final class FreecivProbe implements Probe {

  private static final String PROTOCOL = "freeciv";
  private static final double A_REFUSAL = 0.97;

  /** A request to join: no name, no capabilities, no label, version 0.0.0. */
  private static final Bytes JOIN = Bytes.hex("0012 04 00 00 00 00000000 00000000 00000000");

  private static final String REFUSAL = "Server version: ";

  private final SignatureBook signatures;

  FreecivProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "freeciv",
        PROTOCOL,
        Transport.TCP,
        "Freeciv",
        "Asks to join without any capability, and requires the refusal that tells which the server"
            + " has.",
        List.of("Freeciv, common/networking/packets.def, server/connecthand.c"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("freeciv/join", JOIN, Set.of(5556), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (!answer.sent().equals(JOIN) || answer.received().length() < 16) {
      return Claims.notYet(answer, answer.sent().equals(JOIN));
    }
    Bytes refusal = refusal(answer.received());
    return refusal.isEmpty()
        ? Claims.notYet(answer, true)
        : Claims.recognised(
            Claims.named(PROTOCOL, signatures.match("freeciv.refusal", refusal)),
            A_REFUSAL,
            answer,
            "refuses who lacks its capabilities");
  }

  /** Its packets as they are or, after their length, compressed; empty without the refusal. */
  static Bytes refusal(Bytes received) {
    Bytes content =
        Inflated.zlib(received.slice(Math.min(2, received.length()), received.length()));
    for (Bytes one : List.of(content, received.head(1024))) {
      String text = one.latin1();
      if (text.contains("capability") && text.contains(REFUSAL)) {
        return one;
      }
    }
    return Bytes.EMPTY;
  }
}
