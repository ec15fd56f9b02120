package io.portprint.probe.protocol;

import static io.portprint.probe.protocol.SkypeSamples.SENDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Set;

class SkypeFuzzTests {

  private final SkypeUdpProbe udp = new SkypeUdpProbe();
  private final SkypeTcpProbe tcp = new SkypeTcpProbe();

  /** A request and its answer, divided where the first byte says. */
  @FuzzTest
  void datagrams(byte[] content) {
    int split = content.length == 0 ? 0 : (content[0] & 0xff) % (content.length + 1);
    Bytes sent = Bytes.of(content, Math.min(1, split), split);
    Bytes received = Bytes.of(content, split, content.length);
    Answer answer = SkypeSamples.answer(sent, received, SENDER);
    if (udp.recognise(answer) instanceof Recognition.Suspected(Finding finding)) {
      assertThat(received.length()).isEqualTo(11);
      assertThat(received.u16(0)).isEqualTo(sent.u16(0));
      assertThat(received.at(2) & 0x80).isZero();
      assertThat(sent.indexOf(received.slice(3, 7))).isNegative();
      assertThat(finding.confidence()).isBetween(0.01, 0.95);
    }
    assertThat(new SkypeNacks(List.of(answer), answer).judge(Set.of(SENDER)))
        .isNotInstanceOf(SkypeNacks.Verdict.Node.class);
  }

  @FuzzTest
  void streams(byte[] content) {
    Bytes received = Bytes.of(content);
    for (Ending ending : Ending.values()) {
      Answer answer = new Answer("get", SkypeDisguise.GET, received, ending, SENDER, null);
      if (tcp.recognise(answer) instanceof Recognition.Suspected(Finding _)) {
        assertThat(received).isEqualTo(SkypeDisguise.NOT_FOUND);
      }
      SkypeDisguise disguise = new SkypeDisguise(answer, List.of(answer, answer));
      assertThat(disguise.judge()).isNotInstanceOf(SkypeDisguise.Verdict.Worn.class);
    }
    assertThat(SkypeDisguise.isNoise(received) && content.length < 14).isFalse();
  }
}
