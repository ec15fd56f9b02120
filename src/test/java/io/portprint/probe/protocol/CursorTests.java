package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.protocol.Cursor.Malformed;
import org.junit.jupiter.api.Test;

class CursorTests {

  @Test
  void readsIntegersAndStretches() throws Malformed {
    Cursor cursor = Cursor.of(Bytes.hex("ff 0102 0102 fffffffe aabb cc"));
    assertThat(cursor.u8()).isEqualTo(0xff);
    assertThat(cursor.u16()).isEqualTo(0x0102);
    assertThat(cursor.u16LittleEndian()).isEqualTo(0x0201);
    assertThat(cursor.u32()).isEqualTo(0xfffffffeL);
    assertThat(cursor.take(2)).isEqualTo(Bytes.hex("aabb"));
    assertThat(cursor.remaining()).isEqualTo(1);
    assertThat(cursor.rest()).isEqualTo(Bytes.hex("cc"));
    assertThat(cursor.atEnd()).isTrue();
  }

  @Test
  void staysWithin() throws Malformed {
    Cursor cursor = Cursor.of(Bytes.hex("0102030405"));
    Cursor inner = cursor.within(2);
    assertThat(cursor.at()).isEqualTo(2);
    inner.skip(1);
    assertThat(inner.rest()).isEqualTo(Bytes.hex("02"));
    assertThatThrownBy(inner::u8).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> cursor.take(4)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> cursor.skip(-1)).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> cursor.take(1L << 32)).isInstanceOf(Malformed.class);
    assertThat(cursor.take(3)).isEqualTo(Bytes.hex("030405"));
  }
}
