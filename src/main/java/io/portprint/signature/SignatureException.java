package io.portprint.signature;

import org.jspecify.annotations.Nullable;

/**
 * A signature file that is at fault. The message names the file and the entry; it ends the
 * start-up.
 */
public final class SignatureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SignatureException(String where, String fault, @Nullable Throwable cause) {
    super(where + ": " + fault, cause);
  }

  SignatureException(String where, String fault) {
    this(where, fault, null);
  }
}
