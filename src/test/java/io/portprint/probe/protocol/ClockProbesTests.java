package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who tell the time to whoever connects. */
class ClockProbesTests {

  private static final Instant NOW = Instant.parse("2026-11-28T03:25:14Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final DaytimeProbe daytime = new DaytimeProbe(CLOCK);
  private final TimeProbe time = new TimeProbe(CLOCK);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sat Nov 28 03:25:14 2026\r\n",
        "Sat Nov 28 03:25:14 UTC 2026\n",
        "28 NOV 2026 03:25:14 UTC\r\n",
        "28 NOV 26 03:25:14 PST\r\n",
        "Sat, 28 Nov 2026 03:25:14 +0000\r\n",
        "Saturday, November 28, 2026 03:25:14-UTC\r\n",
        "2026-11-28 03:25:14\r\n",
        "2026-11-28T12:25:14+09:00\r\n",
        "\n61372 26-11-28 03:25:14 00 0 0 737.9 UTC(NIST) * \n"
      })
  void takesTheDayAndTheTimeOfNow(String line) {
    assertThat(daytime.recognise(LineServer.greeting(line, Ending.CLOSED)))
        .isInstanceOf(Recognition.Recognised.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sat Nov 28 03:25:14 2020\r\n",
        "Sat Nov 31 03:25:14 2026\r\n",
        "Sat Nox 28 03:25:14 2026\r\n",
        "Sat Nov 28 43:25:14 2026\r\n",
        "Sat Nov 28 03:25:14 2026 and a quote of the day\r\n",
        "220 Sat Nov 28 03:25:14 2026\r\n"
      })
  void takesNothingElseForTheTimeOfDay(String line) {
    assertThat(daytime.recognise(LineServer.greeting(line, Ending.CLOSED)))
        .isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void wantsToBeHungUpOn() {
    String line = "Sat Nov 28 03:25:14 2026\r\n";
    assertThat(daytime.recognise(LineServer.greeting(line, Ending.OPEN)))
        .isEqualTo(Recognition.INCOMPLETE);
    assertThat(daytime.recognise(LineServer.greeting(line, Ending.SILENCE)))
        .isEqualTo(Recognition.MISMATCH);
    assertThat(daytime.recognise(LineServer.answer("GET /", line, Ending.CLOSED)))
        .isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void takesTheSecondsSince1900() {
    assertThat(time.recognise(seconds("eeb4c81a", Ending.CLOSED)))
        .isInstanceOf(Recognition.Recognised.class);
    assertThat(time.recognise(seconds("eeb4c81a", Ending.OPEN))).isEqualTo(Recognition.INCOMPLETE);
    assertThat(time.recognise(seconds("eeb4c81a", Ending.SILENCE))).isEqualTo(Recognition.MISMATCH);
    assertThat(time.recognise(seconds("eeb6c81a", Ending.CLOSED))).isEqualTo(Recognition.MISMATCH);
    assertThat(time.recognise(seconds("eeb4c81a00", Ending.CLOSED)))
        .isEqualTo(Recognition.MISMATCH);
  }

  /** The count begins again in 2036. */
  @Test
  void goesOnInTheNextEra() {
    TimeProbe later =
        new TimeProbe(Clock.fixed(Instant.parse("2036-02-07T06:28:20Z"), ZoneOffset.UTC));
    assertThat(later.recognise(seconds("00000002", Ending.CLOSED)))
        .isInstanceOf(Recognition.Recognised.class);
    assertThat(later.recognise(seconds("fffffff0", Ending.CLOSED)))
        .isInstanceOf(Recognition.Recognised.class);
  }

  @Test
  void areToldOverTheWire() {
    TimeProbe now = new TimeProbe();
    long told = Instant.now().getEpochSecond() + 2_208_988_800L;
    try (LoopbackPeer peer =
        LoopbackPeer.tcp(
            connection ->
                LoopbackPeer.say(connection, Bytes.hex("%08x".formatted(told & 0xffff_ffffL))))) {
      assertThat(Probing.detect(peer.port(), Transport.TCP, now).service().protocol())
          .isEqualTo("time");
    }
  }

  private static io.portprint.probe.Answer seconds(String hex, Ending ending) {
    return LineServer.greeting(Bytes.hex(hex).latin1(), ending);
  }

  @FuzzTest
  void neverFail(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    assertThat(DaytimeProbe.moment(text)).isInstanceOf(Optional.class);
    assertThat(
            time.recognise(
                LineServer.greeting(text.replaceAll("[^\\x00-\\xff]", "?"), Ending.CLOSED)))
        .isNotNull();
  }
}
