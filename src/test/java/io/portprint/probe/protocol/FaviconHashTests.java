package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaviconHashTests {

  /** Values of the reference implementation, by way of the mmh3 package for Python. */
  @ParameterizedTest
  @CsvSource({
    "'',0,0",
    "a,0,1009084850",
    "ab,0,-1681926305",
    "abc,0,-1277324294",
    "abcd,0,1139631978",
    "hello,0,613153351",
    "The quick brown fox jumps over the lazy dog,0,776992547",
    "The quick brown fox jumps over the lazy dog,2538058380,799549133",
    "hello,2538058380,1568626408",
  })
  void murmur3(String text, long seed, int expected) {
    assertThat(FaviconHash.murmur3(text.getBytes(StandardCharsets.US_ASCII), (int) seed))
        .isEqualTo(expected);
  }

  /** Around the length at which base64 begins a second line, 57 bytes. */
  @ParameterizedTest
  @CsvSource({
    "0,0,d41d8cd98f00b204e9800998ecf8427e",
    "1,-1253000196,93b885adfe0da089cdf634904fd59f71",
    "57,459585070,5320ef4c17ef34a0cf2db763338d25eb",
    "58,-280317500,9f4f41b5cde885f94cfc0e06e78f929d",
    "300,-2057641710,17b3839204f7b81a93eb2718b1379e6f",
  })
  void icon(int length, int mmh3, String md5) {
    byte[] icon = new byte[length];
    for (int at = 0; at < length; at++) {
      icon[at] = (byte) at;
    }
    assertThat(FaviconHash.of(Bytes.of(icon))).isEqualTo(new FaviconHash(mmh3, md5));
  }
}
