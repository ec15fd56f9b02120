package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A client's hard reset and a server's answer to it, the same over both transports but for the
 * length that goes before a packet in a stream. Servers with tls-auth or tls-crypt say nothing to
 * whoever lacks their key.
 *
 * @param framed whether the packets go over a stream
 */
record OpenVpnExchange(boolean framed) {

  static final String PROTOCOL = "openvpn";
  static final List<String> REFERENCES =
      List.of("OpenVPN wire protocol, draft-openvpn-wire-protocol");

  private static final int CLIENT_RESET = 0x38;
  private static final int SERVER_RESET = 0x40;
  private static final int SESSION = 8;
  private static final double REPEATS_64_BITS = 0.99;

  List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("openvpn/hard-reset", reset(random, 0), Set.of(1194), 5));
  }

  private Bytes reset(RandomGenerator random, int key) {
    Bytes packet =
        Bytes.of((byte) (CLIENT_RESET | key))
            .plus(Claims.random(random, SESSION))
            .plus(Bytes.hex("00 00000000"));
    return framed ? Bytes.of((byte) 0, (byte) packet.length()).plus(packet) : packet;
  }

  Recognition recognise(Answer answer) {
    if (!isReset(answer.sent())) {
      return Recognition.MISMATCH;
    }
    Bytes received = answer.received();
    int head = framed ? 2 : 0;
    if (received.length() < head + 26) {
      boolean begun = received.length() <= head || received.at(head) == SERVER_RESET;
      return Claims.notYet(answer, begun);
    }
    return acknowledges(answer.sent(), received, 0)
        ? Claims.recognised(
            Service.of(PROTOCOL),
            REPEATS_64_BITS,
            answer,
            "a server's hard reset that acknowledges our session's 64 random bits")
        : Recognition.MISMATCH;
  }

  private boolean isReset(Bytes sent) {
    int head = framed ? 2 : 0;
    return sent.length() == head + 14
        && sent.at(head) == CLIENT_RESET
        && (!framed || sent.u16(0) == 14)
        && sent.slice(head + 9, sent.length()).equals(Bytes.hex("0000000000"));
  }

  /** Whether this is a server's hard reset with one acknowledgement, of our session. */
  private boolean acknowledges(Bytes sent, Bytes received, int key) {
    int head = framed ? 2 : 0;
    return received.length() >= head + 26
        && received.at(head) == (SERVER_RESET | key)
        && received.at(head + 9) == 1
        && received.slice(head + 14, head + 22).equals(sent.slice(head + 1, head + 9));
  }

  /**
   * A session begins with key 0. OpenVPN drops a first packet with another; SoftEther, which also
   * answers to clients of OpenVPN, takes whatever comes.
   */
  Examination examine(Finding finding, Interview interview) throws ConversationException {
    Bytes reset = reset(interview.random(), 1);
    try (Conversation conversation = interview.converse()) {
      Answer answer =
          conversation.ask("openvpn/key-1", reset, soFar -> acknowledges(reset, soFar, 1));
      if (answer.silent()) {
        return new Examination.Confirmed(
            named(finding, "OpenVPN", "cpe:2.3:a:openvpn:openvpn:*:*:*:*:*:*:*:*")
                .withEvidence(
                    answer.because("drops a session that does not begin with key 0", List.of())));
      }
      return new Examination.Confirmed(
          acknowledges(reset, answer.received(), 1)
              ? named(finding, "SoftEther VPN Server", "cpe:2.3:a:softether:vpn:*:*:*:*:*:*:*:*")
                  .withEvidence(
                      answer.because("lets a session begin with another key than 0", List.of()))
              : finding);
    }
  }

  private static Finding named(Finding finding, String product, String cpe) {
    return finding.withService(Claims.product(PROTOCOL, product, null, List.of(cpe)));
  }
}
