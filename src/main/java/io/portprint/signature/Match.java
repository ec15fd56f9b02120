package io.portprint.signature;

import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import java.util.List;

/**
 * What a signature says of the bytes that it matched.
 *
 * @param signature its id, such as {@code ftp/vsftpd}
 * @param service what it names; its protocol is null where the signature leaves the protocol to the
 *     probe
 * @param matched the whole match in the subject
 */
public record Match(String signature, Service service, List<Span> matched) {

  public Match {
    matched = List.copyOf(matched);
  }
}
