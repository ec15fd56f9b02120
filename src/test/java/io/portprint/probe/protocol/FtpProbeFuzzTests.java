package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.FtpProbe.Reading;
import io.portprint.signature.SignatureBooks;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever a peer says, the probe comes to an end and takes nothing else for FTP. */
class FtpProbeFuzzTests {

  private static final FtpProbe PROBE = new FtpProbe(SignatureBooks.own());

  @FuzzTest
  void readerIsTotal(byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at < text.length() && FtpProbe.read(text, at) instanceof Reading.Whole whole) {
      assertThat(whole.end()).isGreaterThan(at + 3).isLessThanOrEqualTo(text.length());
      assertThat(whole.text()).isEqualTo(text.substring(at, whole.end()));
      assertThat(text.substring(at, at + 3)).isEqualTo(String.valueOf(whole.code()));
      at = whole.end();
    }
  }

  @FuzzTest
  void recogniserIsTotal(FuzzedDataProvider data) {
    Answer.Ending ending = data.pickValue(Answer.Ending.values());
    Bytes sent = Bytes.of(data.consumeBytes(data.consumeInt(0, 8)));
    Bytes received = Bytes.of(data.consumeRemainingAsBytes());
    Answer like = ScriptedInterview.greeted("");
    Answer answer = new Answer(like.name(), sent, received, ending, like.local(), like.roundTrip());
    switch (PROBE.recognise(answer)) {
      case Recognition.Recognised(Finding finding) -> {
        assertThat(received.latin1()).containsPattern("(?:^|\n)(?:220|500)[ \r\n-]");
        assertThat(finding.protocol()).isEqualTo("ftp");
      }
      case Recognition.Suspected(Finding finding) ->
          assertThat(finding.confidence()).isLessThanOrEqualTo(0.5);
      case Recognition.Incomplete _ -> assertThat(ending).isEqualTo(Answer.Ending.OPEN);
      case Recognition.Mismatch _ -> assertThat(received.latin1()).doesNotMatch("220 FTP\r\n");
    }
  }

  /** The input is a greeting and the answers to one command after the other, parted by zeros. */
  @FuzzTest
  void examinationIsTotal(byte[] answers) throws ConversationException {
    String[] parts = new String(answers, StandardCharsets.ISO_8859_1).split("\0", -1);
    int[] next = {1};
    ScriptedInterview interview =
        ScriptedInterview.ongoing(
            parts[0],
            line -> next[0] < parts.length ? parts[next[0]++] : ScriptedInterview.HANG_UP);
    Finding finding = Finding.of(Service.of("ftp"), 0.3, interview.first().because("", List.of()));
    try {
      if (PROBE.examine(finding, interview)
          instanceof Examination.Confirmed(Finding confirmed, _)) {
        assertThat(confirmed.confidence()).isBetween(0.3, 0.99);
        assertThat(confirmed.evidence()).hasSizeGreaterThan(1);
      }
    } catch (ConversationException leftOpen) {
      assertThat(leftOpen.failure()).isEqualTo(ConversationException.Failure.RESET);
    }
    assertThat(interview.everyConversationIsClosed()).isTrue();
    assertThat(interview.heard()).noneMatch(line -> line.startsWith("USER"));
  }
}
