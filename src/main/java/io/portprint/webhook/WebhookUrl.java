package io.portprint.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a webhook leads: an http or https URL (RFC 3986) of ASCII characters, with a host, without
 * user and password, without a fragment. As text it is without its query, which may hold a secret
 * of the receiver's.
 */
public final class WebhookUrl {

  /** The longest URL, in characters. */
  public static final int LONGEST = 2_048;

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /** What is no name, but may be read as an address, by some (WHATWG URL, 3.5). */
  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(?i)(.*\\.)?(\\d+|0x\\p{XDigit}*)\\.?");

  private final URI uri;

  private WebhookUrl(URI uri) {
    this.uri = uri;
  }

  /**
   * @throws WebhookException.Malformed where it is no such URL
   */
  static WebhookUrl parse(String text) {
    if (text.length() > LONGEST) {
      throw new WebhookException.Malformed("it is longer than %d characters".formatted(LONGEST));
    }
    if (!text.chars().allMatch(one -> one > ' ' && one < 0x7f)) {
      throw new WebhookException.Malformed(
          "it has characters other than printable ASCII; write them percent-encoded, and names in"
              + " their xn-- form");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new WebhookException.Malformed("it is no URL: " + e.getReason());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new WebhookException.Malformed("it does not begin with http:// or https://");
    }
    if (uri.getRawUserInfo() != null) {
      throw new WebhookException.Malformed("it has a user or a password in it");
    }
    String host = uri.getHost();
    if (host == null
        || host.indexOf('%') >= 0
        || (ENDS_IN_NUMBER.matcher(host).matches() && !IPV4.matcher(host).matches())) {
      throw new WebhookException.Malformed(
          "its host is not a host name, an IPv4 address, or an IPv6 address in brackets without a"
              + " zone");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new WebhookException.Malformed("its port is not one of 1 to 65535");
    }
    if (uri.getRawFragment() != null) {
      throw new WebhookException.Malformed("it has a fragment, which is not sent");
    }
    return new WebhookUrl(uri);
  }

  /** Where the host is an address: that address. */
  Optional<InetAddress> address() {
    String host = uri.getHost();
    return host.charAt(0) == '[' || IPV4.matcher(host).matches()
        ? Optional.of(InetAddress.ofLiteral(host))
        : Optional.empty();
  }

  URI uri() {
    return uri;
  }

  /** What may stand in a log: the path may hold a secret, too. */
  String place() {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  @Override
  public String toString() {
    return place() + uri.getRawPath();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WebhookUrl url && url.uri.equals(uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }
}
