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
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds OpenVPN over UDP by its answer to a client's hard reset, which acknowledges our session.
 * Servers with tls-auth or tls-crypt say nothing to whoever lacks their key.
 */
@Component
final class OpenVpnProbe implements Probe {

  private static final String PROTOCOL = "openvpn";
  private static final int REQUEST = 14;
  private static final int ANSWER = 26;
  private static final int SESSION = 1;
  private static final double REPEATS_64_BITS = 0.99;

  @Override
  public Description description() {
    return new Description(
        "openvpn-udp",
        PROTOCOL,
        Transport.UDP,
        "OpenVPN",
        "Sends a client's hard reset and requires a server's that acknowledges our session.",
        List.of("OpenVPN wire protocol, draft-openvpn-wire-protocol"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    Bytes reset = Bytes.hex("38").plus(Claims.random(random, 8)).plus(Bytes.hex("00 00000000"));
    return List.of(new Opening("openvpn/hard-reset", reset, Set.of(1194), 7));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    Bytes received = answer.received();
    if (sent.length() != REQUEST
        || sent.at(SESSION - 1) != 0x38
        || !sent.slice(SESSION + 8, REQUEST).equals(Bytes.hex("0000000000"))) {
      return Recognition.MISMATCH;
    }
    if (received.length() < ANSWER) {
      return Claims.notYet(answer, true);
    }
    int packets = received.at(SESSION + 8);
    boolean answers =
        received.at(SESSION - 1) == 0x40
            && packets == 1
            && received.slice(SESSION + 13, SESSION + 21).equals(sent.slice(SESSION, SESSION + 8));
    return answers
        ? Claims.recognised(
            Service.of(PROTOCOL),
            REPEATS_64_BITS,
            answer,
            "a server's hard reset that acknowledges our session's 64 random bits")
        : Recognition.MISMATCH;
  }
}
