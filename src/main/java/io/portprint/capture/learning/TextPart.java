package io.portprint.capture.learning;

/**
 * A part of a text.
 *
 * @param text as it stood in the first answer
 * @param requestOffset where an echo stands in the request; 0 otherwise
 */
public record TextPart(Kind kind, String text, int requestOffset) {

  /** What a part of a text is. */
  public enum Kind {
    /** The same in all answers. */
    LITERAL,
    /** The same in all answers, and a product's name by where it stands. */
    PRODUCT,
    /** A version by where it stands; any version fits. */
    VERSION,
    /** A date, a time, or both; any fits. */
    DATE,
    /** Decimal digits that differ. */
    NUMBER,
    /** Hexadecimal digits that differ. */
    HEX,
    /** The client's address. */
    CLIENT_ADDRESS,
    /** The server's address. */
    SERVER_ADDRESS,
    /** The client's port in decimal. */
    CLIENT_PORT,
    /** A word of the request that came back after it had been mutated. */
    ECHO,
    /** Something else, possibly nothing, on the same line. */
    ANYTHING,
    /** Something else, over the ends of lines. */
    LINES
  }

  boolean lazy() {
    return kind == Kind.ANYTHING || kind == Kind.LINES;
  }
}
