package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.HttpMessage.Field;
import io.portprint.signature.SignatureBooks;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2Tests {

  /** What etcd, HAProxy and lighttpd say to the preface. */
  private static final String ETCD =
      "00000c0400000000000005 00004000 0003ffffffff 000000040100000000";

  private static final Bytes SETTINGS = Bytes.hex("000006040000000000 0003 00000064");
  private static final Bytes ACK = Bytes.hex("000000040100000000");
  private static final Bytes HEADERS = // :status 200, server: nginx/1.22.1 in Huffman code
      Bytes.hex("00000e0104 00000001 887689aa6355e580ae212e1f");

  private final Http2Probe probe = new Http2Probe(SignatureBooks.own());

  private static Answer answer(Bytes received, Ending ending) {
    return new Answer(
        "http2/preface",
        Http2Frame.PREFACE,
        received,
        ending,
        InetAddress.getLoopbackAddress(),
        Duration.ZERO);
  }

  private Finding finding() {
    Recognition recognition = probe.recognise(answer(SETTINGS.plus(ACK), Ending.SILENCE));
    assertThat(recognition).isInstanceOf(Recognition.Recognised.class);
    return ((Recognition.Recognised) recognition).finding();
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @ValueSource(
        strings = {
          ETCD,
          "00000c040000000000 000800000001 000300000064 000000040100000000",
          "00001e040000000000 000300000008 000400010000 00060000ffff 000800000001 000900000001"
              + " 000004080000000000 00030001 000000040100000000",
        })
    void settings(String hex) {
      assertThat(probe.recognise(answer(Bytes.hex(hex), Ending.OPEN)))
          .isInstanceOf(Recognition.Recognised.class);
    }

    @Test
    void everyBeginningIsIncomplete() {
      for (int length = 1; length < SETTINGS.length(); length++) {
        assertThat(probe.recognise(answer(SETTINGS.head(length), Ending.OPEN)))
            .isEqualTo(Recognition.INCOMPLETE);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "00",
          "485454502f312e31",
          "000005040000000000 0003000000",
          "000006040000000001 000300000064",
          "000006040100000000 000300000064",
          "000006000000000000 000300000064",
          "000006040000000000 000200000002",
          "000006040000000000 0005000000ff",
          "ffffff040000000000",
        })
    void others(String hex) {
      assertThat(probe.recognise(answer(Bytes.hex(hex), Ending.CLOSED)))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void emptySettingsAloneAreOnlySuspicious() {
      assertThat(probe.recognise(answer(Bytes.hex("000000040000000000"), Ending.SILENCE)))
          .isInstanceOf(Recognition.Suspected.class);
    }
  }

  @Nested
  class Judge {

    @Test
    void responseNamesTheServer() {
      Bytes headers =
          new Http2Frame(
                  Http2Frame.HEADERS,
                  0x5,
                  1,
                  Bytes.hex("887689aa6355e580ae212e1f5f87497ca589d34d1f"))
              .encoded();
      Examination judged =
          probe.judge(finding(), answer(SETTINGS.plus(ACK).plus(headers), Ending.COMPLETE));
      assertThat(judged).isInstanceOf(Examination.Confirmed.class);
      Finding confirmed = ((Examination.Confirmed) judged).finding();
      assertThat(confirmed.service().protocol()).isEqualTo("http");
      assertThat(confirmed.confidence()).isGreaterThan(0.95);
      assertThat(confirmed.details())
          .containsEntry("statusCode", 200)
          .containsEntry("versions", java.util.List.of("2"));
    }

    @Test
    void contentTypeOfGrpcNamesIt() {
      Bytes block = Bytes.hex("88 5f10 6170706c69636174696f6e2f67727063");
      Bytes headers =
          new Http2Frame(
                  Http2Frame.HEADERS, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, 1, block)
              .encoded();
      Examination judged =
          probe.judge(finding(), answer(SETTINGS.plus(ACK).plus(headers), Ending.COMPLETE));
      assertThat(judged).isInstanceOf(Examination.Confirmed.class);
      assertThat(((Examination.Confirmed) judged).finding().protocol()).isEqualTo("grpc");
    }

    @Test
    void settingsWithoutMoreAreRefuted() {
      assertThat(probe.judge(finding(), answer(SETTINGS, Ending.SILENCE)))
          .isInstanceOf(Examination.Refuted.class);
    }

    @Test
    void noiseIsRefuted() {
      assertThat(
              probe.judge(
                  finding(),
                  answer(Bytes.latin1("HTTP/1.1 400 Bad Request\r\n\r\n"), Ending.CLOSED)))
          .isInstanceOf(Examination.Refuted.class);
    }
  }

  @Nested
  class HeaderCompression {

    @Test
    void indexedAndHuffmanCoded() {
      assertThat(Hpack.decode(Bytes.hex("887689aa6355e580ae212e1f5f87497ca589d34d1f")))
          .containsExactly(
              new Field(":status", "200"),
              new Field("server", "nginx/1.22.1"),
              new Field("content-type", "text/html"));
    }

    /** RFC 7541, C.6.1 with the Huffman code and C.5.1 without. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
          "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e17687474707"
              + "33a2f2f7777772e6578616d706c652e636f6d",
        })
    void ofTheRfc(String hex) {
      assertThat(Hpack.decode(Bytes.hex(hex)))
          .containsExactly(
              new Field(":status", "302"),
              new Field("cache-control", "private"),
              new Field("date", "Mon, 21 Oct 2013 20:13:21 GMT"),
              new Field("location", "https://www.example.com"));
    }

    @Test
    void remembersWhatIsToBeIndexed() {
      assertThat(Hpack.decode(Bytes.hex("40 01 61 01 62 be")))
          .containsExactly(new Field("a", "b"), new Field("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"80", "be", "ff", "ffffffffff", "400161", "4081", "4001617f", "0081ff8100"})
    void whatIsBrokenIsNoField(String hex) {
      assertThat(Hpack.decode(Bytes.hex(hex))).isEmpty();
    }

    @Test
    void ourRequestReadsBack() {
      assertThat(Hpack.decode(Hpack.request("https", "[2001:db8::1]:8443", "/x")))
          .containsExactly(
              new Field(":method", "GET"),
              new Field(":scheme", "https"),
              new Field(":path", "/x"),
              new Field(":authority", "[2001:db8::1]:8443"),
              new Field("user-agent", "Portprint/1"),
              new Field("accept", "*/*"));
    }

    @Test
    void longTextsReadBack() {
      String path = "/" + "x".repeat(300);
      assertThat(Hpack.decode(Hpack.request("http", "a", path))).contains(new Field(":path", path));
    }
  }

  @Test
  void framesOfAnsweredStreamsEnd() {
    assertThat(Http2Frame.ended(Http2Frame.read(SETTINGS.plus(HEADERS)), 1)).isFalse();
    assertThat(Http2Frame.ended(Http2Frame.read(Bytes.hex("000000010500000001")), 1)).isTrue();
    assertThat(
            Http2Frame.ended(Http2Frame.read(Bytes.hex("0000080700000000000000000000000000")), 1))
        .isTrue();
  }
}
