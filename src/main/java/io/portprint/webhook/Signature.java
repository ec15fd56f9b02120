package io.portprint.webhook;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures as Standard Webhooks 1.0 has them (standardwebhooks.com): HMAC-SHA256 (RFC 2104) over
 * id, timestamp and body, joined by dots.
 *
 * <p>Each client's webhooks are signed with a key of its own, the HMAC-SHA256 of its id under the
 * operator's secret: who knows one client's key, because it receives for it, can't speak to the
 * receivers of another.
 */
final class Signature {

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;

  Signature(String secret) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  /** The value of {@code webhook-signature}. */
  String of(String client, String id, long timestamp, byte[] body) {
    Mac mac = mac(keyOf(client));
    mac.update((id + '.' + timestamp + '.').getBytes(StandardCharsets.US_ASCII));
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
  }

  private byte[] keyOf(String client) {
    return mac(secret).doFinal(client.getBytes(StandardCharsets.UTF_8));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
