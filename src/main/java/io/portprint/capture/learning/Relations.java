package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Clock;
import io.portprint.capture.learning.Explanation.Form;
import io.portprint.capture.learning.Explanation.Xor;
import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;

/** How bytes of an answer may follow from the conversation. */
final class Relations {

  private Relations() {}

  /** Bytes in the order in which they are written in network byte order. */
  static byte[] ordered(Bytes bytes, int offset, int length, Form form) {
    byte[] ordered = new byte[length];
    for (int i = 0; i < length; i++) {
      int at = form == Form.LITTLE_ENDIAN ? length - 1 - i : i;
      ordered[i] = (byte) bytes.at(offset + at);
    }
    return ordered;
  }

  static long number(Bytes bytes, int offset, int length, Form form) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      int at = form == Form.LITTLE_ENDIAN ? length - 1 - i : i;
      value = value << 8 | bytes.at(offset + at);
    }
    return value;
  }

  /** Whether bytes, xor-ed with a key, stand there. */
  static boolean is(byte[] plain, Bytes there, Xor xor, Bytes request) {
    if (plain.length != there.length()) {
      return false;
    }
    for (int i = 0; i < plain.length; i++) {
      int key =
          switch (xor) {
            case Xor.None _ -> 0;
            case Xor.Key(Bytes fixed) -> i < fixed.length() ? fixed.at(i) : 0;
            case Xor.Request(int offset) ->
                offset + i < request.length() ? request.at(offset + i) : -1;
          };
      if (key < 0 || ((plain[i] ^ key) & 0xff) != there.at(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether one of the addresses stands there in text, and nothing that would make it longer. */
  static boolean addressText(List<InetAddress> addresses, Bytes answer, int offset, int length) {
    if (offset + length > answer.length()) {
      return false;
    }
    String there = answer.slice(offset, offset + length).latin1();
    boolean ends =
        offset + length == answer.length() || !Character.isDigit(answer.at(offset + length));
    return ends && addresses.stream().anyMatch(one -> one.getHostAddress().equals(there));
  }

  static long millis(Clock clock, long value) {
    return switch (clock) {
      case UNIX_SECONDS -> value * 1000;
      case UNIX_MILLISECONDS -> value;
      case NTP -> (value - Positions.NTP_EPOCH) * 1000;
    };
  }

  static boolean near(Clock clock, long value, Instant at) {
    long tolerance = Positions.CLOCKS.toMillis();
    long now = at.toEpochMilli();
    long then = millis(clock, value);
    return then >= now - tolerance && then <= now + tolerance;
  }

  /** Whether a host on the internet, or behind NAT beside the server, can have the address. */
  static boolean plausibleClient(Bytes address) {
    int first = address.at(0);
    int second = address.at(1);
    boolean text = true;
    boolean same = true;
    for (int at = 0; at < 4; at++) {
      text &= address.at(at) >= 0x20 && address.at(at) < 0x7f;
      same &= address.at(at) == first;
    }
    return first != 0
        && first != 127
        && first < 224
        && !(first == 169 && second == 254)
        && !text
        && !same;
  }
}
