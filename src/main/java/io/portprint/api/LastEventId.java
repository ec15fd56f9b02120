package io.portprint.api;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of the last event that a client has seen: the position of a fingerprint, or the end.
 *
 * @param position 0 where nothing was seen
 * @param field where it stood
 */
record LastEventId(long position, boolean end, String field) {

  static final String HEADER = "Last-Event-ID";
  static final String PARAMETER = "lastEventId";

  /** The id of the end. */
  static final String END = "end";

  private static final Pattern POSITION = Pattern.compile("[0-9]{1,18}");

  /**
   * The header comes first: a client that connects anew by itself sends the parameter of its first
   * connection along.
   */
  static LastEventId of(@Nullable String header, @Nullable String parameter) {
    if (header != null) {
      return parse(HEADER, header);
    }
    return parameter == null ? new LastEventId(0, false, HEADER) : parse(PARAMETER, parameter);
  }

  private static LastEventId parse(String field, String text) {
    if (text.equals(END)) {
      return new LastEventId(0, true, field);
    }
    if (!POSITION.matcher(text).matches()) {
      throw Refusal.invalid(field, Words.quoted(text) + " is no id that a stream of events gave");
    }
    return new LastEventId(Long.parseLong(text), false, field);
  }
}
