package io.portprint.webhook;

import java.util.UUID;
import java.util.function.Supplier;

/** One thing to be told to one webhook, once it has happened. */
public final class Delivery {

  private final UUID id = UUID.randomUUID();
  private final WebhookUrl url;
  private final String client;
  private final UUID subject;
  private final Webhooks webhooks;
  private volatile DeliveryStatus status;

  Delivery(WebhookUrl url, String client, UUID subject, Webhooks webhooks) {
    this.url = url;
    this.client = client;
    this.subject = subject;
    this.webhooks = webhooks;
    this.status = new DeliveryStatus(url.toString(), DeliveryStatus.State.PENDING, 0, null, null);
  }

  /** The same in every attempt, so that the receiver can tell what it has heard before. */
  public UUID id() {
    return id;
  }

  /**
   * It has happened. Returns at once.
   *
   * @param body what to tell, as JSON; made by another thread
   */
  public void begin(Supplier<byte[]> body) {
    webhooks.begin(this, body);
  }

  public DeliveryStatus status() {
    return status;
  }

  void becomes(DeliveryStatus next) {
    status = next;
  }

  WebhookUrl url() {
    return url;
  }

  String client() {
    return client;
  }

  /** What the delivery is about, for the log. */
  UUID subject() {
    return subject;
  }
}
