package io.portprint.publication;

import org.jspecify.annotations.Nullable;

/** Why a signature was not published, or not withdrawn. The message says what is wrong. */
public final class PublicationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The kind of reason. */
  public enum Reason {
    /** The operator has named no folder. */
    OFF,
    /** There is a probe of that name. */
    NAME_TAKEN,
    /** As many as there may be are published. */
    FULL,
    /** It proves too little, or names what is something else. */
    NOT_FIT,
    /** No such signature is published. */
    UNKNOWN,
    /** The folder can't be written. */
    NOT_KEPT
  }

  private final Reason reason;

  PublicationException(Reason reason, String message) {
    this(reason, message, null);
  }

  PublicationException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
