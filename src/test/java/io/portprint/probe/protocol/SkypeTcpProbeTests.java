package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import java.net.InetAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SkypeTcpProbeTests {

  private final SkypeTcpProbe probe = new SkypeTcpProbe();

  private Recognition recognise(Bytes sent, Bytes received, Ending ending) {
    return probe.recognise(
        new Answer("http/get", sent, received, ending, InetAddress.ofLiteral("127.0.0.1"), null));
  }

  @Nested
  class Recognise {

    private final Bytes notFound = Bytes.latin1("HTTP/1.0 404 Not Found\r\n\r\n");

    @Test
    void bare404IsOnlySuspicious() {
      Recognition recognition = recognise(SkypeDisguise.GET, notFound, Ending.CLOSED);
      assertThat(recognition)
          .isInstanceOfSatisfying(
              Recognition.Suspected.class,
              suspected -> assertThat(suspected.finding().confidence()).isLessThan(0.5));
    }

    @Test
    void anyonesGetWillDo() {
      Bytes get = Bytes.latin1("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n");
      assertThat(recognise(get, notFound, Ending.CLOSED)).isInstanceOf(Recognition.Suspected.class);
      assertThat(recognise(Bytes.latin1("HELP\r\n"), notFound, Ending.CLOSED))
          .isEqualTo(Recognition.MISMATCH);
      assertThat(recognise(Bytes.EMPTY, notFound, Ending.CLOSED)).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void everyBeginningIsIncomplete() {
      for (int length = 0; length <= notFound.length(); length++) {
        assertThat(recognise(SkypeDisguise.GET, notFound.head(length), Ending.OPEN))
            .isEqualTo(Recognition.INCOMPLETE);
      }
      for (int length = 0; length < notFound.length(); length++) {
        assertThat(recognise(SkypeDisguise.GET, notFound.head(length), Ending.CLOSED))
            .isEqualTo(Recognition.MISMATCH);
      }
    }

    @Test
    void aByteMoreIsAnotherAnswer() {
      Bytes more = notFound.plus(Bytes.latin1("\n"));
      assertThat(recognise(SkypeDisguise.GET, more, Ending.OPEN)).isEqualTo(Recognition.MISMATCH);
    }
  }
}
