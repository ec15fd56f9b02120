package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.signature.SignatureBooks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** Whatever a peer sends is read without an exception, and within bounds. */
class HttpFuzzTests {

  private static final HttpProbe PROBE = new HttpProbe(SignatureBooks.own());
  private static final Http2Probe PROBE2 = new Http2Probe(SignatureBooks.own());

  private static Answer answer(Bytes received, Ending ending) {
    return new Answer(
        "http/get",
        HttpProbe.GET,
        received,
        ending,
        InetAddress.getLoopbackAddress(),
        Duration.ZERO);
  }

  @FuzzTest
  void message(byte[] content) {
    Bytes received = Bytes.of(content);
    HttpMessage.parse(received)
        .ifPresent(
            message -> {
              assertThat(message.fields()).hasSizeLessThanOrEqualTo(256);
              assertThat(message.body().length()).isLessThanOrEqualTo(content.length);
              HttpProbe.details(message);
              HttpInquiries.own().after(message, null);
            });
    HttpMessage.parseHead(received);
    PROBE.recognise(answer(received, Ending.OPEN));
    PROBE.recognise(answer(received, Ending.CLOSED));
    Answer answer = answer(received, Ending.CLOSED);
    HttpJudge.judge(
        List.of(answer, answer), List.of(answer), new HttpJudge.Further(answer, answer));
  }

  @FuzzTest
  void page(byte[] content) {
    Bytes page = Bytes.of(content);
    HtmlHead.title(page).ifPresent(title -> assertThat(title).hasSizeLessThanOrEqualTo(400));
    HtmlHead.iconPath(page)
        .ifPresent(path -> assertThat(path).startsWith("/").doesNotContain("\r", "\n", " "));
  }

  @FuzzTest
  void frames(byte[] content) {
    Bytes received = Bytes.of(content);
    List<Http2Frame> frames = Http2Frame.read(received);
    Http2Frame.headerBlock(frames, 1).ifPresent(Hpack::decode);
    Http2Frame.data(frames, 1);
    assertThat(Hpack.decode(received)).hasSizeLessThanOrEqualTo(128);
    PROBE2.recognise(answer(received, Ending.OPEN));
    PROBE2.recognise(answer(received, Ending.SILENCE));
  }
}
