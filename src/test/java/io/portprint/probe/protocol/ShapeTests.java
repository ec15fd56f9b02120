package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the places of a pattern stand for. */
class ShapeTests {

  private static final Instant NOW = Instant.ofEpochSecond(0x69000000L);
  private static final Bytes REQUEST = Bytes.hex("0102030405060708");
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.33");

  /** We are 198.51.100.7 and 2001:db8::7, port 0x1234; the peer is 192.0.2.33, port 0x2345. */
  private static final Setting SETTING =
      new Setting(
          REQUEST,
          List.of(Bytes.hex("0203"), Bytes.hex("07")),
          Set.of(InetAddress.ofLiteral("198.51.100.7"), InetAddress.ofLiteral("2001:db8::7")),
          0x1234,
          new Endpoint("192.0.2.33", SERVER, 0x2345, Transport.UDP),
          NOW);

  @ParameterizedTest
  @CsvSource({
    "{{1}}{{2}}, 020307, 020308",
    "'{{request:3,2}}', 0405, 0406",
    "{{client:4}}, c6336407, c6336408",
    "{{client:16}}, 20010db8000000000000000000000007, 20010db8000000000000000000000008",
    "'{{client:4,little}}', 076433c6, c6336407",
    "'{{client:4,xor=2112a442}}', e721c045, c6336407",
    "'{{client:4,xor=@2}}', c5376101, c6336407",
    "'{{client:4,little,xor=2112a442}}', 45c021e7, e721c045",
    "{{server:4}}, c0000221, c6336407",
    "{{client-port:2}}, 1234, 3412",
    "'{{client-port:2,little}}', 3412, 1234",
    "'{{client-port:2,xor=2112}}', 3326, 1234",
    "{{server-port:2}}, 2345, 1234",
    "'{{time:4,unix-seconds}}', 69000001, 68000000",
    "'{{time:4,unix-seconds,little}}', 01000069, 69000001",
    "'{{time:8,unix-milliseconds}}', 0000019a28ac8001, 0000009a28ac8001",
    "'{{time:8,ntp}}', ecaa7e8000000000, 6900000000000000",
  })
  void places(String pattern, String right, String wrong) {
    Shape shape = new Shape("\\x00" + pattern + "\\xff\\z");
    assertThat(shape.fits(Bytes.hex("00" + right + "ff"), SETTING)).isTrue();
    assertThat(shape.fits(Bytes.hex("00" + wrong + "ff"), SETTING)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "{{client:text}} here, 198.51.100.7 here, 198.51.100.8 here",
    "{{server:text}}, 192.0.2.33, 192.0.2.3",
    "{{server:text}}, 192.0.2.33., 192.0.2.334",
    "{{client-port:text}}, 4660, 46600",
  })
  void placesInTexts(String pattern, String right, String wrong) {
    Shape shape = new Shape(pattern);
    assertThat(shape.fits(Bytes.latin1(right), SETTING)).isTrue();
    assertThat(shape.fits(Bytes.latin1(wrong), SETTING)).isFalse();
  }

  /** What is said must have been said; who we are may be unknown. */
  @Test
  void whatIsNotKnownPasses() {
    Setting unknown = Setting.of(REQUEST, List.of(Bytes.hex("0203")));
    Shape shape =
        new Shape("{{1}}{{client:4}}{{client-port:2}}{{server:4}}{{time:4,unix-seconds}}\\z");
    assertThat(shape.fits(Bytes.hex("0203 01020304 0506 0708090a 0b0c0d0e"), unknown)).isTrue();
    assertThat(shape.fits(Bytes.hex("0204 01020304 0506 0708090a 0b0c0d0e"), unknown)).isFalse();
    assertThat(shape.fits(Bytes.hex("0203 01020304 0506 0708090a 0b0c0d"), unknown)).isFalse();
    assertThat(new Shape("{{2}}").fits(Bytes.latin1("x"), unknown)).isFalse();
    assertThat(new Shape("{{request:6,4}}").fits(Bytes.hex("07080000"), unknown)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{client}}",
        "{{client:5}}",
        "{{client-port:4}}",
        "{{time:4}}",
        "{{client:4,xor=1}}",
        "{{nonsense}}",
        "{{client:4"
      })
  void unknownPlacesAreRefused(String pattern) {
    assertThatThrownBy(() -> new Shape(pattern)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void brokenPatternsAreRefused() {
    assertThatThrownBy(() -> new Shape("(")).isInstanceOf(PatternSyntaxException.class);
  }

  @Test
  void clocksMayDifferByTwoDays() {
    Shape shape = new Shape("{{time:4,unix-seconds}}");
    for (Duration off : List.of(Duration.ofDays(2), Duration.ofDays(-2))) {
      long seconds = NOW.plus(off).getEpochSecond();
      long beyond = seconds + Long.signum(off.toSeconds());
      assertThat(shape.fits(Bytes.hex("%08x".formatted(seconds)), SETTING)).isTrue();
      assertThat(shape.fits(Bytes.hex("%08x".formatted(beyond)), SETTING)).isFalse();
    }
  }

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("{{1}}[\\x07\\x17]{{client:4}}.{4}\\z"),
          new Shape("{{request:0,8}}{{client:16,xor=@0}}{{client-port:2,little}}"),
          new Shape("{{time:8,ntp}}{{time:8,unix-milliseconds,little}}"),
          new Shape("[^\\r\\n]{0,256}?{{client:text}}[^\\r\\n]{0,256}?{{client-port:text}}"));

  @FuzzTest
  void fittingIsTotal(FuzzedDataProvider data) {
    Shape shape = data.pickValue(SHAPES);
    Bytes request = Bytes.of(data.consumeBytes(40));
    List<Bytes> places = List.of(request.head(data.consumeInt(0, 8)));
    Bytes answer = Bytes.of(data.consumeRemainingAsBytes());
    Setting setting =
        new Setting(request, places, SETTING.own(), SETTING.ownPort(), SETTING.peer(), NOW);
    if (shape.fits(answer, setting)) {
      assertThat(shape.fits(answer, new Setting(request, places, Set.of(), 0, null, null)))
          .as("what fits with all that is known fits with less")
          .isTrue();
    }
  }
}
