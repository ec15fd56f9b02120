package io.portprint.webhook;

import org.jspecify.annotations.Nullable;

/**
 * How a delivery stands.
 *
 * @param url without its query
 * @param attempts those that have ended
 * @param lastStatus of the last answer; null where none came
 * @param lastFailure why the last attempt, or the delivery, failed; null where none did
 */
public record DeliveryStatus(
    String url,
    State state,
    int attempts,
    @Nullable Integer lastStatus,
    @Nullable String lastFailure) {

  /** Where a delivery stands. */
  public enum State {
    /** Nothing was to be delivered yet, or there will be a further attempt. */
    PENDING,
    DELIVERED,
    FAILED
  }

  DeliveryStatus afterAttempt(@Nullable Integer status, @Nullable String failure) {
    return new DeliveryStatus(url, state, attempts + 1, status, failure);
  }

  DeliveryStatus delivered() {
    return new DeliveryStatus(url, State.DELIVERED, attempts, lastStatus, null);
  }

  DeliveryStatus failed(String failure) {
    return new DeliveryStatus(url, State.FAILED, attempts, lastStatus, failure);
  }
}
