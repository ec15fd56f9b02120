package io.portprint.signature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that an operator points at, read whole up to a bound. */
final class BoundedFile {

  private BoundedFile() {}

  /**
   * @throws SignatureException where it can't be read or is larger than the limit in bytes
   */
  static byte[] read(Path file, int limit) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw new SignatureException(file.toString(), "is larger than " + limit + " bytes");
      }
      return content;
    } catch (IOException unreadable) {
      throw new SignatureException(file.toString(), "can't be read", unreadable);
    }
  }
}
