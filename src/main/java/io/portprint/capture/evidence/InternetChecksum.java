package io.portprint.capture.evidence;

/** The checksum of IP, TCP and UDP (RFC 1071). */
final class InternetChecksum {

  private InternetChecksum() {}

  /**
   * Of the parts one after the other, each but the last of an even length.
   *
   * @return 16 bits
   */
  static int of(byte[]... parts) {
    long sum = 0;
    for (byte[] part : parts) {
      for (int at = 0; at < part.length; at++) {
        int octet = part[at] & 0xff;
        sum += at % 2 == 0 ? octet << 8 : octet;
      }
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (int) (~sum & 0xffff);
  }
}
