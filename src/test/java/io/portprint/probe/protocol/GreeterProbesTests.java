package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The probes of protocols whose servers greet with a line of their own: MPD, NATS, rsync, RFB. */
class GreeterProbesTests {

  private static final SignatureBook BOOK = SignatureBooks.own();
  private static final String NATS =
      "INFO {\"server_id\":\"NDEQ\",\"server_name\":\"NDEQ\",\"version\":\"2.9.10\",\"proto\":1,"
          + "\"go\":\"go1.19.8\",\"headers\":true,\"max_payload\":1048576} \r\n";

  private static void catches(Probe probe, String greeting, UnaryOperator<String> answers) {
    Fingerprint print = LineServer.detect(probe, greeting, answers);
    assertThat(print.identified()).isFalse();
    assertThat(print.impostor()).isNotNull();
  }

  private static void refuses(Probe probe, String text) {
    assertThat(probe.recognise(LineServer.greeting(text, Ending.SILENCE)))
        .isEqualTo(Recognition.MISMATCH);
  }

  @Nested
  class Mpd {

    private final MpdProbe probe = new MpdProbe(BOOK);

    @Test
    void identifiesAServer() {
      Fingerprint print =
          LineServer.detect(
              probe,
              "OK MPD 0.23.5\n",
              line ->
                  line.equals("ping") ? "OK\n" : "ACK [5@0] {} unknown command \"" + line + "\"\n");
      assertThat(print.service().protocol()).isEqualTo("mpd");
      assertThat(print.service().version()).isEqualTo("0.23.5");
      assertThat(print.confidence()).isEqualTo(0.99);
    }

    @Test
    void leavesTheProductOpenWhereOthersSayTheSame() {
      Fingerprint print =
          LineServer.detect(
              probe, "OK MPD 0.19.0\n", line -> "ACK [5@0] {} unknown command \"" + line + "\"\n");
      assertThat(print.service().protocol()).isEqualTo("mpd");
      assertThat(print.service().product()).isNull();
    }

    @Test
    void catchesAFixedAnswerAndAnEcho() {
      catches(probe, "OK MPD 0.23.5\n", line -> "ACK [5@0] {} unknown command \"\"\n");
      catches(probe, "OK MPD 0.23.5\n", line -> line + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "OK MPD", "OK MPD x\n", "+OK MPD 0.23.5\n", "OK\n"})
    void refusesTheRest(String text) {
      refuses(probe, text);
    }
  }

  @Nested
  class Nats {

    private final NatsProbe probe = new NatsProbe(BOOK);

    @Test
    void identifiesAServer() {
      Fingerprint print =
          LineServer.detect(probe, NATS, line -> line.equals("PING") ? "PONG\r\n" : "-ERR 'x'\r\n");
      assertThat(print.service().protocol()).isEqualTo("nats");
      assertThat(print.service().version()).isEqualTo("2.9.10");
      assertThat(print.details()).containsEntry("headers", true).containsEntry("go", "go1.19.8");
      assertThat(print.confidence()).isGreaterThan(0.95);
    }

    @Test
    void catchesASilentGreeterAndAnEcho() {
      catches(probe, NATS, line -> null);
      catches(probe, NATS, line -> line + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "INFO {", "INFO {\"a\":1}\r\n", "INFO hello\r\n", "+OK\r\n"})
    void refusesTheRest(String text) {
      refuses(probe, text);
    }
  }

  @Nested
  class Rsync {

    private final RsyncProbe probe = new RsyncProbe(BOOK);

    @Test
    void identifiesAServer() {
      Fingerprint print =
          LineServer.detect(
              probe,
              "@RSYNCD: 32.0 sha512 md5\n",
              line ->
                  line.equals("#list") ? "files          \tall of them\n@RSYNCD: EXIT\n" : null);
      assertThat(print.service().protocol()).isEqualTo("rsync");
      assertThat(print.details())
          .containsEntry("modules", List.of("files"))
          .containsEntry("digests", List.of("sha512", "md5"))
          .containsEntry("protocolVersion", 32);
    }

    @Test
    void catchesASilentGreeterAndAnEcho() {
      catches(probe, "@RSYNCD: 31.0\n", line -> null);
      catches(probe, "@RSYNCD: 31.0\n", line -> line + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@RSYNCD:", "@RSYNCD: x\n", " @RSYNCD: 31.0\n"})
    void refusesTheRest(String text) {
      refuses(probe, text);
    }
  }

  @Nested
  class Rfb {

    private final RfbProbe probe = new RfbProbe(BOOK);

    @Test
    void identifiesAServer() {
      Fingerprint print = LineServer.detect(probe, "RFB 003.008\n", line -> "\2\2\23");
      assertThat(print.service().protocol()).isEqualTo("rfb");
      assertThat(print.details())
          .containsEntry("security", List.of("VNC Authentication", "VeNCrypt"))
          .containsEntry("protocolVersion", "003.008");
    }

    @Test
    void takesARefusalAtOnce() {
      Fingerprint print =
          LineServer.detect(probe, "RFB 003.003\n\0\0\0\0\0\0\0\10Too many", line -> null);
      assertThat(print.service().protocol()).isEqualTo("rfb");
      assertThat(print.details()).containsEntry("refusal", "Too many");
    }

    @Test
    void identifiesAnOldServer() {
      Fingerprint print = LineServer.detect(probe, "RFB 003.003\n", line -> "\0\0\0\1");
      assertThat(print.details()).containsEntry("security", List.of("None"));
    }

    @Test
    void tellsWhyItIsRefused() {
      Fingerprint print = LineServer.detect(probe, "RFB 003.008\n", line -> "\0\0\0\0\10Too many");
      assertThat(print.details()).containsEntry("refusal", "Too many");
    }

    @Test
    void catchesASilentGreeterAndAnEcho() {
      catches(probe, "RFB 003.008\n", line -> null);
      catches(probe, "RFB 003.008\n", line -> line + "\n");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "RFB 003.008", "RFB 003.008\nmore", "RFB 009.008\n", "xRFB 003.008\n"})
    void refusesTheRest(String text) {
      refuses(probe, text);
    }
  }
}
