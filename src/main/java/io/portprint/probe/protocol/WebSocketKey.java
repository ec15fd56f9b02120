package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The key of a WebSocket handshake and the digest that proves that it was read (RFC 6455). */
final class WebSocketKey {

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private WebSocketKey() {}

  /** A request to change the protocol. */
  static Bytes request(String host, String key) {
    return Bytes.latin1(
        "GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: Portprint/1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n"
            .formatted(host, key));
  }

  /** Whether an answer changes the protocol and has the digest of the key. */
  static boolean isAccepted(HttpMessage answer, String key) {
    return answer.status() == 101
        && answer.value("sec-websocket-accept").filter(digest(key)::equals).isPresent();
  }

  static String digest(String key) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
