package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class DelugeProbeTests {

  private final DelugeProbe probe = new DelugeProbe();

  private static Bytes message(Bytes content) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(content.toArray());
      deflater.finish();
      byte[] packed = new byte[20_000];
      int length = deflater.deflate(packed);
      return Bytes.of((byte) 1, (byte) 0, (byte) 0, (byte) (length >> 8), (byte) length)
          .plus(Bytes.of(packed, 0, length));
    }
  }

  private Bytes response(Bytes call) {
    Bytes identifier = DelugeProbe.unpacked(call).orElseThrow().slice(2, 3);
    return message(Bytes.hex("c301").plus(identifier).plus(Bytes.latin1("\u00852.0.3")));
  }

  @Test
  void readsTheVersion() {
    Bytes call = Strangers.opening(probe);
    Finding found = Strangers.recognised(probe.recognise(Strangers.answer(call, response(call))));
    assertThat(found.protocol()).isEqualTo("deluge-rpc");
    assertThat(found.service().product()).isEqualTo("Deluge");
    assertThat(found.service().version()).isEqualTo("2.0.3");
    Strangers.assertAllOrNothing(probe, call, response(call));
  }

  @Test
  void claimsNobodyElse() {
    Strangers.assertNobodyElse(probe);
    OtherAnswers.areNotClaimedBy(probe);
  }

  @Test
  void unpacksNoMoreThanItNeeds() {
    assertThat(DelugeProbe.unpacked(message(Bytes.of(new byte[1_000_000])))).isEmpty();
  }

  @FuzzTest
  void isTotal(byte[] received) {
    Bytes call = Strangers.opening(probe);
    assertThat(probe.recognise(Strangers.answer(call, Bytes.of(received))))
        .isEqualTo(Recognition.MISMATCH);
    assertThat(probe.recognise(Strangers.answer(Bytes.of(received), response(call))))
        .isEqualTo(Recognition.MISMATCH);
  }
}
