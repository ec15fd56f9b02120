package io.portprint.webhook;

/** A webhook that is not taken. */
public abstract sealed class WebhookException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private WebhookException(String reason) {
    super(reason);
  }

  /** The operator has not set up webhooks. */
  public static final class Off extends WebhookException {

    private static final long serialVersionUID = 1L;

    Off(String property) {
      super(property + " is not set");
    }
  }

  /** The URL can't be one of a webhook. */
  public static final class Malformed extends WebhookException {

    private static final long serialVersionUID = 1L;

    Malformed(String reason) {
      super(reason);
    }
  }

  /** The address in the URL is not one that the operator allows. */
  public static final class NotAllowed extends WebhookException {

    private static final long serialVersionUID = 1L;

    NotAllowed(String reason) {
      super(reason);
    }
  }
}
