package io.portprint.capture.learning;

import io.portprint.fingerprint.Transport;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a candidate is to be called, and where it was learned.
 *
 * @param name of the exchange, unique: lower-case letters and digits, with single hyphens or full
 *     stops between them, 64 at most
 * @param protocol that it names, in the same characters
 * @param title for people: printable ASCII, 100 characters at most
 * @param ports on which it was learned, 1 to 65535
 * @param at when
 */
public record Naming(
    String name,
    String protocol,
    String title,
    Transport transport,
    Set<Integer> ports,
    Instant at) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*");
  private static final Pattern TITLE = Pattern.compile("[ -~]{1,100}");
  private static final int LONGEST = 64;

  /**
   * @throws IllegalArgumentException where a part is none
   */
  public Naming {
    if (!isName(name) || !isName(protocol)) {
      throw new IllegalArgumentException("no name: " + name + ", " + protocol);
    }
    if (!isTitle(title)) {
      throw new IllegalArgumentException("no title: " + title);
    }
    if (ports.stream().anyMatch(port -> port < 1 || port > 0xffff)) {
      throw new IllegalArgumentException("no ports: " + ports);
    }
    ports = Set.copyOf(ports);
  }

  public static boolean isName(String text) {
    return text.length() <= LONGEST && NAME.matcher(text).matches();
  }

  public static boolean isTitle(String text) {
    return TITLE.matcher(text).matches();
  }
}
