package io.portprint.signature;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Signatures beside the own ones, from the operator's own copies, which stay as they are. Both are
 * off by default.
 *
 * @param nmapProbes a probe file in Nmap's format
 * @param recog a folder with the XML files of Recog
 */
@ConfigurationProperties("portprint.signatures")
record SignatureProperties(@Nullable String nmapProbes, @Nullable String recog) {

  Optional<Path> nmapFile() {
    return path(nmapProbes);
  }

  Optional<Path> recogFolder() {
    return path(recog);
  }

  /** An empty value is none: that is how an environment variable switches it off. */
  private static Optional<Path> path(@Nullable String text) {
    return Optional.ofNullable(text).filter(value -> !value.isBlank()).map(Path::of);
  }
}
