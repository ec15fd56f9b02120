package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.math.BigInteger;

/** Basic Encoding Rules (X.690) as SNMP and Kerberos use them: definite lengths, short tags. */
final class Ber {

  static final int INTEGER = 0x02;
  static final int OCTETS = 0x04;
  static final int OBJECT = 0x06;
  static final int SEQUENCE = 0x30;

  private Ber() {}

  /** The content of the next value, which must have this tag. */
  static Cursor value(Cursor cursor, int tag) throws Cursor.Malformed {
    int found = cursor.u8();
    Cursor.require(found == tag, "another tag");
    return content(cursor);
  }

  /** The content of a value of which the tag was read. */
  static Cursor content(Cursor cursor) throws Cursor.Malformed {
    return cursor.within(length(cursor));
  }

  private static long length(Cursor cursor) throws Cursor.Malformed {
    int first = cursor.u8();
    if (first < 0x80) {
      return first;
    }
    Cursor.require(first > 0x80 && first <= 0x84, "a definite length of few bytes");
    long length = 0;
    for (int i = 0; i < first - 0x80; i++) {
      length = length << 8 | cursor.u8();
    }
    return length;
  }

  /** An integer of up to eight bytes. */
  static long integer(Cursor cursor, int tag) throws Cursor.Malformed {
    Cursor content = value(cursor, tag);
    int count = content.remaining();
    Cursor.require(count > 0 && count <= 8, "an integer of one to eight bytes");
    long value = (byte) content.u8();
    while (!content.atEnd()) {
      value = value << 8 | content.u8();
    }
    return value;
  }

  static Bytes octets(Cursor cursor) throws Cursor.Malformed {
    return value(cursor, OCTETS).rest();
  }

  /** A value of up to 65,535 bytes. */
  static Bytes encode(int tag, Bytes... contents) {
    Bytes all = Bytes.EMPTY;
    for (Bytes content : contents) {
      all = all.plus(content);
    }
    int length = all.length();
    Bytes head =
        length < 0x80
            ? Bytes.of((byte) tag, (byte) length)
            : Bytes.of((byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length);
    return head.plus(all);
  }

  /** An integer that is not negative, in as few bytes as it takes. */
  static Bytes number(long integer) {
    return encode(INTEGER, Bytes.of(BigInteger.valueOf(integer).toByteArray()));
  }
}
