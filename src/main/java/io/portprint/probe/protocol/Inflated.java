package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** What compressed bytes of a peer's hold, up to a bound: a few bytes could hold very many. */
final class Inflated {

  private static final int MOST = 8192;
  private static final int GZIP_HEADER = 10;

  private Inflated() {}

  /** A zlib stream (RFC 1950); empty where it is none. */
  static Bytes zlib(Bytes compressed) {
    return inflate(compressed, false);
  }

  /** A gzip member without optional fields (RFC 1952); empty where it is none. */
  static Bytes gzip(Bytes compressed) {
    return compressed.length() > GZIP_HEADER && compressed.startsWith(Bytes.hex("1f8b0800"))
        ? inflate(compressed.slice(GZIP_HEADER, compressed.length()), true)
        : Bytes.EMPTY;
  }

  private static Bytes inflate(Bytes compressed, boolean bare) {
    byte[] content = new byte[MOST];
    try (Inflater inflater = new Inflater(bare)) {
      inflater.setInput(compressed.toArray());
      int length = 0;
      int more;
      do {
        more = inflater.inflate(content, length, MOST - length);
        length += more;
      } while (more > 0 && length < MOST);
      return Bytes.of(content, 0, length);
    } catch (DataFormatException notCompressed) {
      return Bytes.EMPTY;
    }
  }
}
