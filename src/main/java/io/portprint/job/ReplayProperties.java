package io.portprint.job;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of replays.
 *
 * @param maxRunning replays under way at a time; a further one is refused (429)
 * @param maxKept replays that are remembered, running and finished; the oldest finished one is
 *     forgotten first
 * @param maxBytes weight of all replays that are remembered; the oldest finished one is forgotten
 *     first, and where those under way leave no room a further one is refused (429)
 * @param keepFinished how long a finished replay stays readable
 */
@Validated
@ConfigurationProperties("portprint.replays")
public record ReplayProperties(
    @DefaultValue("8") @Min(1) @Max(1_000) int maxRunning,
    @DefaultValue("100") @Min(1) @Max(10_000) int maxKept,
    @DefaultValue("64MB") @NotNull DataSize maxBytes,
    @DefaultValue("1h") @NotNull Duration keepFinished) {

  /** What the largest replay weighs, with room to spare. */
  private static final DataSize LEAST = DataSize.ofMegabytes(16);

  public ReplayProperties {
    if (maxBytes.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException("portprint.replays.max-bytes is below 16MB");
    }
  }
}
