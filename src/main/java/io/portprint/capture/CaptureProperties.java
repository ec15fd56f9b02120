package io.portprint.capture;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of uploaded captures.
 *
 * @param maxSize the largest capture file; a larger one is refused (413)
 * @param maxBytes weight of all captures that are kept or being read, of one client half of it; a
 *     capture that needs more by itself is refused (413), one that needs more than is free too
 *     (429)
 * @param keep how long a capture stays readable
 * @param maxPackets packets that are read of one capture; those beyond are left out, and the
 *     capture says so
 * @param maxFlows conversations that are kept of one capture; those beyond are left out, and the
 *     capture says so
 * @param maxFlowBytes payload that is kept of one conversation; what is beyond is only counted. A
 *     turn of half a megabyte or more weighs whole megabytes, so a little less than one suits
 * @param maxUploads captures that are being uploaded at a time, of one client half of them; a
 *     further one is refused (429)
 * @param maxUploadTime how long an upload may take; a slower one is broken off (408)
 */
@Validated
@ConfigurationProperties("portprint.captures")
public record CaptureProperties(
    @DefaultValue("64MB") @NotNull DataSize maxSize,
    @DefaultValue("128MB") @NotNull DataSize maxBytes,
    @DefaultValue("1h") @NotNull Duration keep,
    @DefaultValue("4000000") @Min(1) @Max(100_000_000) int maxPackets,
    @DefaultValue("65536") @Min(1) @Max(1_000_000) int maxFlows,
    @DefaultValue("1000KB") @NotNull DataSize maxFlowBytes,
    @DefaultValue("8") @Min(2) @Max(1024) int maxUploads,
    @DefaultValue("2m") @NotNull Duration maxUploadTime) {

  public CaptureProperties {
    positive("max-size", maxSize);
    positive("max-bytes", maxBytes);
    positive("max-flow-bytes", maxFlowBytes);
    if (maxFlowBytes.toBytes() > 1 << 30) {
      throw new IllegalArgumentException("portprint.captures.max-flow-bytes is above 1GB");
    }
    positive("keep", keep);
    positive("max-upload-time", maxUploadTime);
  }

  private static void positive(String name, DataSize size) {
    if (size.toBytes() < 1) {
      throw new IllegalArgumentException("portprint.captures.%s is not positive".formatted(name));
    }
  }

  private static void positive(String name, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("portprint.captures.%s is not positive".formatted(name));
    }
  }
}
