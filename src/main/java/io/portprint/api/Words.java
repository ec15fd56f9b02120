package io.portprint.api;

import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import io.portprint.job.Difference.Change;
import io.portprint.job.Difference.Field;
import io.portprint.job.JobPriority;
import io.portprint.job.JobState;
import io.portprint.probe.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words of the JSON and the query, in both directions; what can't be read is refused by name.
 */
final class Words {

  /** Beyond this a duration is a mistake, and sums with it could overflow. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private static final int SHOWN = 80;
  private static final Pattern UUID_FORM =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private Words() {}

  static String of(State state) {
    return switch (state) {
      case OPEN -> "open";
      case CLOSED -> "closed";
      case FILTERED -> "filtered";
      case OPEN_OR_FILTERED -> "openOrFiltered";
      case UNREACHABLE -> "unreachable";
      case NOT_PROBED -> "notProbed";
    };
  }

  static String of(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  static String of(Change change) {
    return change.name().toLowerCase(Locale.ROOT);
  }

  static String of(Field field) {
    return field.name().toLowerCase(Locale.ROOT);
  }

  static @Nullable Change change(String field, @Nullable String text) {
    return text == null ? null : choice(field, text, Change.values(), one -> of(one));
  }

  static @Nullable State state(String field, @Nullable String text) {
    return text == null ? null : choice(field, text, State.values(), one -> of(one));
  }

  static @Nullable JobState jobState(String field, @Nullable String text) {
    return text == null ? null : choice(field, text, JobState.values(), one -> of(one));
  }

  static Effort effort(String field, @Nullable String text) {
    return text == null ? Effort.NORMAL : choice(field, text, Effort.values(), Effort::label);
  }

  static String of(Answer.Ending ending) {
    return ending.name().toLowerCase(Locale.ROOT);
  }

  static JobPriority priority(String field, @Nullable String text) {
    return text == null
        ? JobPriority.NORMAL
        : choice(field, text, JobPriority.values(), one -> of(one));
  }

  private static String of(JobPriority priority) {
    return priority.name().toLowerCase(Locale.ROOT);
  }

  static Transport transport(String field, @Nullable String text) {
    return text == null ? Transport.TCP : choice(field, text, Transport.values(), Transport::label);
  }

  static @Nullable String oneOf(String field, @Nullable String text, List<String> known) {
    return text == null
        ? null
        : choice(field, text, known.toArray(String[]::new), Function.identity());
  }

  private static <T> T choice(String field, String text, T[] values, Function<T, String> word) {
    for (T value : values) {
      if (word.apply(value).equals(text)) {
        return value;
      }
    }
    List<String> known = Arrays.stream(values).map(word).toList();
    throw new Refusal(
        Problem.of(
                ProblemType.INVALID_VALUE,
                field,
                quoted(text) + " is none of " + String.join(", ", known))
            .withKnown(known));
  }

  static int number(String field, @Nullable String text, int least, int most, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      throw Refusal.invalid(
          field, "%s is not a whole number in %d..%d".formatted(quoted(text), least, most));
    }
    throw Refusal.invalid(field, "%s is out of %d..%d".formatted(quoted(text), least, most));
  }

  static boolean flag(String field, @Nullable String text) {
    return text != null
        && choice(field, text, new Boolean[] {true, false}, value -> value.toString());
  }

  /** An ISO 8601 duration of days and time, not negative. */
  static @Nullable Duration duration(String field, @Nullable String text) {
    if (text == null) {
      return null;
    }
    Duration duration;
    try {
      duration = Duration.parse(text);
    } catch (DateTimeParseException _) {
      throw Refusal.invalid(
          field, quoted(text) + " is not an ISO 8601 duration such as PT30S, PT5M or PT1H30M");
    }
    if (duration.isNegative()) {
      throw Refusal.invalid(field, quoted(text) + " is negative");
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw Refusal.invalid(field, quoted(text) + " is longer than a year");
    }
    return duration;
  }

  static UUID uuid(String field, String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      throw Refusal.invalid(
          field, quoted(text) + " is not a UUID such as 0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f");
    }
    return UUID.fromString(text);
  }

  /** Names in a set, in the order given; blank ones and nulls are refused. */
  static Set<String> names(String field, @Nullable List<@Nullable String> texts) {
    return texts == null ? Set.of() : new LinkedHashSet<>(strings(field, texts));
  }

  /** The list without nulls, which JSON allows anywhere. */
  static List<String> strings(String field, @Nullable List<@Nullable String> texts) {
    if (texts == null) {
      return List.of();
    }
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      if (text == null || text.isBlank()) {
        throw Refusal.invalid("%s[%d]".formatted(field, i), "it is null or blank");
      }
    }
    return texts.stream().map(String.class::cast).toList();
  }

  /** What a client wrote, fit to be shown: quoted, escaped, and cut where it is long. */
  static String quoted(String text) {
    String head = text.length() <= SHOWN ? text : text.substring(0, SHOWN);
    String escaped = Bytes.of(head.getBytes(StandardCharsets.UTF_8)).escaped();
    return '\'' + escaped + (text.length() <= SHOWN ? "'" : "...'");
  }

  /** Milliseconds with at most three decimals. */
  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  /** ISO 8601, in whole milliseconds, rounded up: nothing takes no time. */
  static String wholeMillis(Duration duration) {
    return duration.plusNanos(999_999).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  static double threeDecimals(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  static Instant millis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  static @Nullable Instant orNull(@Nullable Instant instant) {
    return instant == null ? null : millis(instant);
  }
}
