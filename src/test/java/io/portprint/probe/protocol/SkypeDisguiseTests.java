package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SkypeDisguiseTests {

  private static final Bytes ONE = Bytes.hex("8f03d1aa57e9c4100b7e6ff2a83d");
  private static final Bytes OTHER = Bytes.hex("2be870c916053fd4e1aab2074c9d5183f8");
  private static final Bytes GARBAGE_ONE = Bytes.latin1("random data\r\n\r\n");
  private static final Bytes GARBAGE_OTHER = Bytes.latin1("quite another\r\n\r\n");

  private static Answer turn(Bytes sent, Bytes received) {
    return new Answer(
        "turn", sent, received, Answer.Ending.CLOSED, InetAddress.ofLiteral("127.0.0.1"), null);
  }

  private static SkypeDisguise.Verdict judge(Bytes toGet, Bytes one, Bytes other) {
    return new SkypeDisguise(
            turn(SkypeDisguise.GET, toGet),
            List.of(turn(GARBAGE_ONE, one), turn(GARBAGE_OTHER, other)))
        .judge();
  }

  @Nested
  class Judge {

    @Test
    void disguise() {
      assertThat(judge(SkypeDisguise.NOT_FOUND, ONE, OTHER))
          .isEqualTo(new SkypeDisguise.Verdict.Worn());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "HTTP/1.1 404 Not Found\r\n\r\n",
          "HTTP/1.0 404 Not Found\r\n",
          "HTTP/1.0 404 Not Found\r\n\r\nx",
          "HTTP/1.0 404 Not Found\r\nServer: x\r\n\r\n",
          "HTTP/1.0 200 OK\r\n\r\n",
          ""
        })
    void anythingButTheBare404(String answer) {
      assertThat(judge(Bytes.latin1(answer), ONE, OTHER))
          .isInstanceOf(SkypeDisguise.Verdict.NotShown.class);
    }

    @Test
    void silenceToGarbage() {
      assertThat(judge(SkypeDisguise.NOT_FOUND, Bytes.EMPTY, OTHER))
          .isInstanceOf(SkypeDisguise.Verdict.NotShown.class);
      assertThat(judge(SkypeDisguise.NOT_FOUND, ONE, Bytes.EMPTY))
          .isInstanceOf(SkypeDisguise.Verdict.NotShown.class);
    }

    @Test
    void garbageWasNotSent() {
      assertThat(
              new SkypeDisguise(turn(SkypeDisguise.GET, SkypeDisguise.NOT_FOUND), List.of())
                  .judge())
          .isInstanceOf(SkypeDisguise.Verdict.NotShown.class);
    }

    @Test
    void textToGarbage() {
      Bytes error = Bytes.latin1("HTTP/1.0 400 Bad Request\r\n\r\n");
      assertThat(judge(SkypeDisguise.NOT_FOUND, error, error))
          .isInstanceOf(SkypeDisguise.Verdict.NotShown.class);
    }

    @Test
    void same404ToGarbage() {
      assertThat(judge(SkypeDisguise.NOT_FOUND, SkypeDisguise.NOT_FOUND, SkypeDisguise.NOT_FOUND))
          .isInstanceOf(SkypeDisguise.Verdict.Caught.class);
    }

    @Test
    void echo() {
      assertThat(judge(SkypeDisguise.NOT_FOUND, GARBAGE_ONE, GARBAGE_OTHER))
          .isInstanceOf(SkypeDisguise.Verdict.Caught.class);
      assertThat(judge(SkypeDisguise.NOT_FOUND, ONE.plus(GARBAGE_ONE), OTHER.plus(GARBAGE_OTHER)))
          .isInstanceOf(SkypeDisguise.Verdict.Caught.class);
    }

    @Test
    void noiseThatNeverChanges() {
      assertThat(judge(SkypeDisguise.NOT_FOUND, ONE, ONE))
          .isInstanceOf(SkypeDisguise.Verdict.Caught.class);
    }

    @Test
    void noiseWithACounter() {
      Bytes counted = ONE.head(13).plus(Bytes.hex("3e"));
      assertThat(judge(SkypeDisguise.NOT_FOUND, ONE, counted))
          .isInstanceOf(SkypeDisguise.Verdict.Caught.class);
    }
  }

  @Nested
  class IsNoise {

    @ParameterizedTest
    @CsvSource({
      "8f03d1aa57e9c4100b7e6ff2a83d, true",
      "8f03d1aa57e9c4100b7e6ff2a8, false", // 13 bytes
      "0000000000000000000000000000, false",
      "00000001000000020000000300000004, false", // numbers, as binary protocols send
      "6162636465666768696a6b6c6d6e6f70, false", // text
      "6162636465666768696a6b6c80816e6f, false", // two binary bytes
      "6162636465666768696a6b6c8081826f, true",
    })
    void table(String digits, boolean noise) {
      assertThat(SkypeDisguise.isNoise(Bytes.hex(digits))).isEqualTo(noise);
    }

    @Test
    void randomBytesOfAnyLength() {
      SplittableRandom random = new SplittableRandom(11);
      int taken = 0;
      for (int i = 0; i < 2_000; i++) {
        byte[] bytes = new byte[14 + i % 500];
        random.nextBytes(bytes);
        taken += SkypeDisguise.isNoise(Bytes.of(bytes)) ? 1 : 0;
      }
      assertThat(taken).isGreaterThan(1_995);
    }
  }
}
