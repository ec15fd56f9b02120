package io.portprint.api;

import java.net.InetAddress;
import java.util.Locale;

/** Whether a name or an address stands for this machine itself, without asking anyone. */
final class Loopback {

  private Loopback() {}

  /** {@code localhost} and names under it (RFC 6761), and loopback addresses in text. */
  static boolean is(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(name).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
