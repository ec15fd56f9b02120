package io.portprint.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BytesTest {

  private static final Pattern SAFE = Pattern.compile("[ -~]*");

  @Test
  void areACopyWithTheEqualityOfTheirContent() {
    byte[] given = {1, 2, 3};
    Bytes bytes = Bytes.of(given);
    given[0] = 9;

    assertThat(bytes).isEqualTo(Bytes.hex("01 02 03")).hasSameHashCodeAs(Bytes.hex("010203"));
    assertThat(bytes).isNotEqualTo(Bytes.hex("010204"));
  }

  @Test
  void readNumbersInNetworkOrder() {
    Bytes bytes = Bytes.hex("00 ff 80 00 00 01");

    assertThat(bytes.at(1)).isEqualTo(255);
    assertThat(bytes.u16(1)).isEqualTo(0xff80);
    assertThat(bytes.u32(2)).isEqualTo(0x80000001L);
  }

  @Test
  void refuseSlicesBeyondTheirEnd() {
    Bytes bytes = Bytes.hex("010203");

    assertThat(bytes.slice(1, 3)).isEqualTo(Bytes.hex("0203"));
    assertThat(bytes.head(9)).isEqualTo(bytes);
    assertThatThrownBy(() -> bytes.slice(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> bytes.slice(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void findParts() {
    Bytes bytes = Bytes.latin1("abcabd");

    assertThat(bytes.indexOf(Bytes.latin1("abd"))).isEqualTo(3);
    assertThat(bytes.indexOf(Bytes.latin1("abe"))).isEqualTo(-1);
    assertThat(bytes.startsWith(Bytes.latin1("abc"))).isTrue();
    assertThat(bytes.startsWith(Bytes.latin1("abcabdx"))).isFalse();
  }

  @Test
  void areEscapedForTerminals() {
    assertThat(Bytes.hex("41 5c 0d 0a 09 1b 7f ff").escaped())
        .isEqualTo("A\\\\\\r\\n\\t\\x1b\\x7f\\xff");
  }

  @FuzzTest
  void surviveTextAndBackAndAreSafeToShow(byte[] content) {
    Bytes bytes = Bytes.of(content);

    assertThat(Bytes.latin1(bytes.latin1())).isEqualTo(bytes);
    assertThat(Bytes.hex(bytes.hex())).isEqualTo(bytes);
    assertThat(bytes.escaped()).matches(SAFE);
  }
}
