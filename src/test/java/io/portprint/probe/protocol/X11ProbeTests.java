package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class X11ProbeTests {

  private static final Bytes OTHER_VERSION = Bytes.hex("6c000b006300000000000000");

  private static final Bytes MISMATCH = failure("Protocol version mismatch");
  private static final Bytes UNAUTHORISED =
      failure("Authorization required, but no authorization protocol specified\n");

  /** What a server without access control answers, up to its first screen. */
  private static final Bytes WELCOME =
      Bytes.hex(
          "01000b00000030008fa5b80000002000ffff1f00000100001400ffff01010000202008ff00000000"
              + "54686520582e4f726720466f756e646174696f6e"
              + "0120200000000000"
              + "00".repeat(140));

  private final X11Probe probe = new X11Probe();

  private static Bytes failure(String reason) {
    int words = (reason.length() + 3) / 4;
    return Bytes.of((byte) 0, (byte) reason.length(), (byte) 11, (byte) 0, (byte) 0, (byte) 0)
        .plus(Bytes.of((byte) words, (byte) 0))
        .plus(Bytes.latin1(reason))
        .plus(Bytes.of(new byte[words * 4 - reason.length()]));
  }

  @Nested
  class Recognise {

    @Test
    void knowsTheRefusalOfAVersion() {
      Strangers.recognised(probe.recognise(Strangers.answer(OTHER_VERSION, MISMATCH)));
      assertThat(Strangers.opening(probe)).isEqualTo(OTHER_VERSION);
    }

    @Test
    void knowsItWhollyOrNotAtAll() {
      for (int length = 1; length < MISMATCH.length(); length++) {
        assertThat(probe.recognise(Strangers.answer(OTHER_VERSION, MISMATCH.head(length))))
            .isEqualTo(Recognition.MISMATCH);
      }
      assertThat(probe.recognise(OtherAnswers.greeting(MISMATCH))).isEqualTo(Recognition.MISMATCH);
      assertThat(probe.recognise(OtherAnswers.toGet(MISMATCH.latin1())))
          .isEqualTo(Recognition.MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00190b00630007", "00190a00000007", "001d0b00000007", "00150b00000007"})
    void takesNoOtherVersionAndNoOtherLength(String head) {
      Bytes answer = Bytes.hex(head + "00").plus(MISMATCH.slice(8, MISMATCH.length()));
      assertThat(probe.recognise(Strangers.answer(OTHER_VERSION, answer)))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void claimsNobodyElse() {
      Strangers.assertNobodyElse(probe);
      OtherAnswers.areNotClaimedBy(probe);
    }

    @FuzzTest
    void isTotal(byte[] received) {
      if (probe.recognise(Strangers.answer(OTHER_VERSION, Bytes.of(received)))
          instanceof Recognition.Recognised) {
        assertThat(received[2]).isEqualTo((byte) 11);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "The X.Org Foundation, 12101007, 21.1.7",
    "The X.Org Foundation, 12011000, 1.20.11",
    "The X.Org Foundation, 10706001, 1.7.6.1",
    "The X.Org Foundation, 70101000, 7.1.1",
    "The XFree86 Project Inc., 40300000, 4.3.0",
    "The XFree86 Project Inc., 3360, 3.3.6",
    "AT&T Laboratories Cambridge, 3332, ",
    "The X.Org Foundation, 0, ",
    "The XFree86 Project Inc., 5, ",
  })
  void releasesStandForVersions(String vendor, long release, String version) {
    assertThat(X11Probe.version(vendor, release)).isEqualTo(version);
  }

  @Nested
  class Examine {

    private Fingerprint detect(Bytes toOurs) {
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection -> {
                Bytes said = LoopbackPeer.hear(connection);
                if (said.startsWith(Bytes.hex("6c000b"))) {
                  LoopbackPeer.say(connection, said.at(4) == 99 ? MISMATCH : toOurs);
                  LoopbackPeer.waitForEnd(connection);
                }
              })) {
        return Strangers.detect(peer, Transport.TCP, probe);
      }
    }

    @Test
    void readsVendorAndRelease() {
      Fingerprint open = detect(WELCOME);
      assertThat(open.service().protocol()).isEqualTo("x11");
      assertThat(open.service().product()).isEqualTo("X.Org X Server");
      assertThat(open.service().version()).isEqualTo("21.1.7");
      assertThat(open.service().cpe())
          .containsExactly("cpe:2.3:a:x.org:x_server:21.1.7:*:*:*:*:*:*:*");
      assertThat(open.details())
          .containsEntry("authorisationRequired", false)
          .containsEntry("vendor", "The X.Org Foundation");
    }

    @Test
    void readsWhyItIsTurnedAway() {
      Fingerprint closed = detect(UNAUTHORISED);
      assertThat(closed.service().protocol()).isEqualTo("x11");
      assertThat(closed.service().product()).isNull();
      assertThat(closed.details()).containsEntry("authorisationRequired", true);
      assertThat(closed.details().get("reason")).asString().startsWith("Authorization required");
    }

    @Test
    void isContentWithTheRefusal() {
      Fingerprint silent = detect(Bytes.hex("05"));
      assertThat(silent.service().protocol()).isEqualTo("x11");
      assertThat(silent.details()).isEmpty();
    }
  }
}
