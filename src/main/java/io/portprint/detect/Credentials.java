package io.portprint.detect;

import io.portprint.fingerprint.Bytes;
import java.util.regex.Pattern;

/**
 * Messages that log somebody in, as far as they can be told by their words: those of the mail and
 * file protocols, of HTTP, IRC and Redis. One in a form of its own, a database's handshake for
 * instance, is not told.
 */
public final class Credentials {

  private static final Pattern LOGIN =
      Pattern.compile(
          "(?im)^\\s*(?:"
              // FTP (RFC 959), POP3 (RFC 1939, 5034), IRC (RFC 2812)
              + "(?:USER|PASS|ACCT|APOP|OPER)[ \\t]+\\S"
              // SMTP and others with SASL (RFC 4954), NNTP (RFC 4643), Redis
              + "|AUTH(?:INFO|ENTICATE)?[ \\t]+(?!TLS\\b|SSL\\b)\\S"
              // IMAP (RFC 9051)
              + "|\\S{1,32}[ \\t]+(?:LOGIN|AUTHENTICATE)[ \\t]+\\S"
              // HTTP (RFC 9110), SIP, RTSP
              + "|(?:Proxy-)?Authorization[ \\t]*:|Cookie[ \\t]*:"
              // a Redis command as an array
              + "|\\*\\d+\\r?\\n\\$4\\r?\\nAUTH\\b"
              + ")");

  private Credentials() {}

  /** Whether a message is one that logs in. */
  public static boolean in(Bytes message) {
    return LOGIN.matcher(message.latin1()).find();
  }
}
