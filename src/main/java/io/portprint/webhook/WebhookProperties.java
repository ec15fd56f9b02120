package io.portprint.webhook;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where webhooks may lead, and how hard they are tried.
 *
 * @param allow addresses, blocks and ranges that webhooks may connect to; none unless set, and then
 *     webhooks are refused (403). Unspecified, multicast, broadcast, link-local and cloud metadata
 *     addresses are not among them unless an entry names them exactly
 * @param secret what the keys that webhooks are signed with are derived from, at least 32
 *     characters; without it webhooks are refused (403)
 * @param timeout how long one attempt may take, from the look-up of the name to the status of the
 *     answer
 * @param maxAttempts attempts at one delivery
 * @param firstPause how long the first pause between two attempts is at most; each is twice as long
 *     as the one before
 * @param maxPause how long a pause is at most, also where {@code Retry-After} asks for more
 * @param maxTime how long after the job's end a further attempt may begin
 * @param maxConcurrent attempts at a time; of one client half of them; further ones wait
 * @param maxPending deliveries that wait or are tried; of one client half of them; a further one
 *     fails at once
 * @param shutdownGrace how long a shutdown waits for a last attempt at what is not delivered
 */
@Validated
@ConfigurationProperties("portprint.webhooks")
public record WebhookProperties(
    @DefaultValue @Size(max = 65_536) List<@NotNull String> allow,
    @Nullable String secret,
    @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(minutes = 5) Duration timeout,
    @DefaultValue("8") @Min(1) @Max(100) int maxAttempts,
    @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration firstPause,
    @DefaultValue("10m") @DurationMin(millis = 1) @DurationMax(hours = 24) Duration maxPause,
    @DefaultValue("1h") @DurationMin(millis = 1) @DurationMax(days = 7) Duration maxTime,
    @DefaultValue("16") @Min(1) @Max(1_000) int maxConcurrent,
    @DefaultValue("10000") @Min(1) @Max(1_000_000) int maxPending,
    @DefaultValue("5s") @DurationMin(millis = 0) @DurationMax(minutes = 5) Duration shutdownGrace) {

  public WebhookProperties {
    allow = List.copyOf(allow);
  }

  /** Everything but the secret. */
  @Override
  public String toString() {
    return "WebhookProperties[allow=%s, secret=%s]"
        .formatted(allow, secret == null ? "unset" : "set");
  }
}
