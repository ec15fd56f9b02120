package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.protocol.Bencode.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeTests {

  private static Value.Dictionary read(String text) {
    return Bencode.dictionary(Bytes.latin1(text)).orElseThrow();
  }

  @Test
  void everyKindOfValue() {
    Value.Dictionary whole = read("d1:a3:\0\u00ffx1:bi-42e1:cl0:i0ee1:dd1:e1:fee");
    assertThat(whole.text("a")).contains(Bytes.latin1("\0\u00ffx"));
    assertThat(whole.entries().get("b")).isEqualTo(new Value.Number(-42));
    assertThat(whole.list("c").orElseThrow())
        .containsExactly(new Value.Text(Bytes.EMPTY), new Value.Number(0));
    assertThat(whole.dictionary("d").orElseThrow().text("e")).contains(Bytes.latin1("f"));
  }

  @Test
  void absentAndOtherKinds() {
    Value.Dictionary whole = read("d1:ai1ee");
    assertThat(whole.text("a")).isEmpty();
    assertThat(whole.list("a")).isEmpty();
    assertThat(whole.dictionary("b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "d",
        "i1e",
        "l1:ae",
        "d1:ae",
        "d1:ai1e",
        "d1:ai1eex",
        "d1:ai01eee",
        "d1:ai-0ee",
        "d1:aie",
        "d1:ai--1ee",
        "d1:ai1000000000000000000000eee",
        "d1:a9:shorte",
        "d1:a99999999999999999999:xe",
        "d01:ai1ee",
        "di1e1:ae",
        "d1:ai1e1:ai2ee",
        "d1:a-1:ee"
      })
  void malformed(String text) {
    assertThat(Bencode.dictionary(Bytes.latin1(text))).isEmpty();
  }

  @Test
  void depthIsBounded() {
    assertThat(Bencode.dictionary(Bytes.latin1("d1:a" + "l".repeat(7) + "e".repeat(8))))
        .isPresent();
    assertThat(Bencode.dictionary(Bytes.latin1("d1:a" + "l".repeat(50_000) + "e".repeat(50_001))))
        .isEmpty();
  }

  @Test
  void countIsBounded() {
    assertThat(Bencode.dictionary(Bytes.latin1("d1:al" + "0:".repeat(500) + "ee"))).isPresent();
    assertThat(Bencode.dictionary(Bytes.latin1("d1:al" + "0:".repeat(600) + "ee"))).isEmpty();
  }
}
