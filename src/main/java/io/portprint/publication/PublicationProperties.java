package io.portprint.publication;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Published signatures.
 *
 * @param folder where they are kept, each in files of its own that are fit for git; without one
 *     nothing can be published
 * @param maxPublished signatures that are published at a time; a further one is refused (409)
 */
@Validated
@ConfigurationProperties("portprint.publications")
record PublicationProperties(
    @Nullable String folder, @DefaultValue("200") @Min(1) @Max(10_000) int maxPublished) {

  /** An empty value is none: that is how an environment variable switches it off. */
  Optional<Path> path() {
    return Optional.ofNullable(folder).filter(value -> !value.isBlank()).map(Path::of);
  }
}
