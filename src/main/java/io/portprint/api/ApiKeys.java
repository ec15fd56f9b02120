package io.portprint.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The clients that the operator knows, by the hashes of their keys. */
@Component
final class ApiKeys {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern HASH = Pattern.compile("sha256:(\\p{XDigit}{64})");
  private static final String HOW =
      """
      Set portprint.api.keys.<client> to 'sha256:' and the SHA-256 of the key in 64 hexadecimal digits, for example:

          KEY=$(openssl rand -hex 32)
          echo "portprint.api.keys.my-client=sha256:$(printf %s "$KEY" | sha256sum | cut -d' ' -f1)"

      The client then sends the key itself in the X-API-Key header.\
      """;

  private final Map<String, byte[]> hashes = new LinkedHashMap<>();

  ApiKeys(ApiProperties properties) {
    properties
        .keys()
        .forEach(
            (id, value) -> {
              var hash = HASH.matcher(value);
              if (!ID.matcher(id).matches()) {
                throw new RefusedStartException(
                    "The client id %s in portprint.api.keys is not 1 to 64 letters, digits, '_', '.' or '-'."
                        .formatted(Words.quoted(id)),
                    HOW);
              }
              if (!hash.matches()) {
                // the value is not shown: it may be a key that was put here in the clear
                throw new RefusedStartException(
                    "The value of portprint.api.keys.%s is not the hash of an API key."
                        .formatted(id),
                    HOW);
              }
              hashes.put(id, HexFormat.of().parseHex(hash.group(1)));
            });
  }

  boolean isEmpty() {
    return hashes.isEmpty();
  }

  /**
   * The client that a key belongs to. Every hash is compared, each in constant time, so the time
   * taken tells nothing of which one came close.
   */
  Optional<String> client(String key) {
    byte[] asked = sha256(key);
    @Nullable String found = null;
    for (Map.Entry<String, byte[]> known : hashes.entrySet()) {
      if (MessageDigest.isEqual(known.getValue(), asked)) {
        found = known.getKey();
      }
    }
    return Optional.ofNullable(found);
  }

  /** Of the bytes as they came: header fields are read as ISO-8859-1. */
  private static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
