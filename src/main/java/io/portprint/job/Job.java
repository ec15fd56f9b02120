package io.portprint.job;

import io.portprint.webhook.DeliveryStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stood at one moment.
 *
 * @param id time-ordered (RFC 9562, version 7)
 * @param client who asked for it
 * @param expiresAt when it will be forgotten; null until it has ended
 * @param ending why it ended early; null where it did not
 * @param rate endpoints done a second, over the last seconds; null before the first two, and when
 *     it has ended
 * @param timeLeft how long the rest takes at that rate; null where there is no telling, and when it
 *     has ended
 * @param webhook how the notice of its end stands; null where none was asked for
 */
public record Job(
    UUID id,
    String client,
    JobState state,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Instant expiresAt,
    @Nullable String ending,
    @Nullable Double rate,
    @Nullable Duration timeLeft,
    @Nullable DeliveryStatus webhook,
    JobCounts counts) {}
