package io.portprint.capture;

import java.util.UUID;

/** Why a capture can't be taken, or can't be had. */
public abstract sealed class CaptureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private CaptureException(String message) {
    super(message);
  }

  /** The file is neither pcap nor pcapng. */
  public static final class NotACapture extends CaptureException {
    private static final long serialVersionUID = 1L;

    NotACapture(String reason) {
      super(reason);
    }
  }

  /** The file, or what there is to be kept of it, is beyond what one capture may have. */
  public static final class TooLarge extends CaptureException {
    private static final long serialVersionUID = 1L;

    private final long limit;

    TooLarge(String reason, long limit) {
      super(reason);
      this.limit = limit;
    }

    /** In bytes. */
    public long limit() {
      return limit;
    }
  }

  /** It would fit, but for the captures that are there already. */
  public static final class NoRoom extends CaptureException {
    private static final long serialVersionUID = 1L;

    NoRoom(String reason) {
      super(reason);
    }
  }

  /** As many captures as can be are being uploaded already. */
  public static final class TooManyUploads extends CaptureException {
    private static final long serialVersionUID = 1L;

    TooManyUploads(String reason) {
      super(reason);
    }
  }

  /** The upload took longer than it may. */
  public static final class TooSlow extends CaptureException {
    private static final long serialVersionUID = 1L;

    TooSlow(String reason) {
      super(reason);
    }
  }

  /** There is no such capture: it never was, it has expired, or it is another client's. */
  public static final class NotFound extends CaptureException {
    private static final long serialVersionUID = 1L;

    public NotFound(UUID id) {
      super("there is no capture " + id);
    }
  }
}
