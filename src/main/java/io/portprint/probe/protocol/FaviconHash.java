package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The hashes under which search engines and signature files know an icon.
 *
 * @param mmh3 signed MurmurHash3 x86_32, seed 0, over the base64 text in lines of 76 characters,
 *     each ended by LF
 * @param md5 of the icon itself, in hexadecimal
 */
record FaviconHash(int mmh3, String md5) {

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(76, new byte[] {'\n'});

  static FaviconHash of(Bytes icon) {
    String lines = LINES.encodeToString(icon.toArray());
    byte[] text = (lines.isEmpty() ? "" : lines + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(icon.toArray());
      return new FaviconHash(murmur3(text, 0), HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** MurmurHash3 x86_32 by Austin Appleby, who placed it in the public domain. */
  static int murmur3(byte[] data, int seed) {
    int hash = seed;
    int blocks = data.length & ~3;
    for (int at = 0; at < blocks; at += 4) {
      int block =
          (data[at] & 0xff)
              | (data[at + 1] & 0xff) << 8
              | (data[at + 2] & 0xff) << 16
              | (data[at + 3] & 0xff) << 24;
      hash = Integer.rotateLeft(hash ^ scramble(block), 13) * 5 + 0xe6546b64;
    }
    int tail = 0;
    for (int at = data.length - 1; at >= blocks; at--) {
      tail = tail << 8 | (data[at] & 0xff);
    }
    hash ^= scramble(tail) ^ data.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int scramble(int block) {
    return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
  }
}
