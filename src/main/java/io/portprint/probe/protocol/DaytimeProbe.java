package io.portprint.probe.protocol;

import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Description;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * The Daytime Protocol (RFC 867). It has no syntax: whoever connects is told the date and the time
 * in a line, and is hung up on. So the line has to be nothing but that, and it has to be now.
 */
@Component
final class DaytimeProbe implements Probe {

  private static final String PROTOCOL = "daytime";

  /** Local times are up to 14 hours from UTC, and clocks are not all right. */
  private static final Duration AROUND_THE_WORLD = Duration.ofHours(15);

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final String MONTH = "(?<month>[A-Za-z]{3})[a-z]{0,6}";
  private static final String TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
  private static final String ZONE = "(?: ?[A-Z]{1,5}| ?[+-]\\d{4})?";

  private static final List<Pattern> FORMS =
      List.of(
          // ctime and date
          line(
              "[A-Z][a-z]{2},? +"
                  + MONTH
                  + " +(?<day>\\d{1,2}) "
                  + TIME
                  + ZONE
                  + " (?<year>\\d{4})"),
          // xinetd, and mail
          line(
              "(?:[A-Z][a-z]{2}, )?(?<day>\\d{1,2})[ -]"
                  + MONTH
                  + "[ -](?<year>\\d{4}|\\d\\d) "
                  + TIME
                  + ZONE),
          // the example of RFC 867
          line(
              "[A-Z][a-z]{5,8}, "
                  + MONTH
                  + " (?<day>\\d{1,2}), (?<year>\\d{4})[ ,] ?"
                  + TIME
                  + "(?:[ -][A-Z]{1,5})?"),
          // ISO 8601
          line(
              "(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)[ T]"
                  + TIME
                  + "(?: ?[A-Z]{1,5}| ?[+-]\\d\\d:?\\d\\d)?"),
          // the national institutes of standards
          line(
              "\\d{5} (?<year>\\d\\d)-(?<month>\\d\\d)-(?<day>\\d\\d) "
                  + TIME
                  + " \\d\\d \\d \\d +[\\d.]{1,8} UTC\\([A-Z]{2,8}\\) \\*\\s?"));

  private final Clock clock;

  DaytimeProbe() {
    this(Clock.systemUTC());
  }

  DaytimeProbe(Clock clock) {
    this.clock = clock;
  }

  private static Pattern line(String form) {
    return Pattern.compile("[\\r\\n]{0,2}" + form + "[\\r\\n\\x00]{0,4}");
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Daytime Protocol",
        "Listens for a line that is nothing but the date and the time, and now.",
        List.of("RFC 867"));
  }

  @Override
  public Recognition recognise(Answer answer) {
    boolean over = answer.ending() == Ending.CLOSED || answer.ending() == Ending.RESET;
    if (!answer.isGreeting() || answer.received().length() > 100) {
      return Recognition.MISMATCH;
    }
    boolean now = moment(answer.received().latin1()).filter(this::now).isPresent();
    return now && over
        ? Claims.recognised(
            Service.of(PROTOCOL), 0.9, answer, "the date and the time of now, and nothing else")
        : Claims.notYet(answer, now);
  }

  private boolean now(LocalDateTime told) {
    LocalDateTime utc = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    return Duration.between(told, utc).abs().compareTo(AROUND_THE_WORLD) < 0;
  }

  /** The date and the time that a line is, if it is one. */
  static Optional<LocalDateTime> moment(String line) {
    for (Pattern form : FORMS) {
      Matcher told = form.matcher(line);
      if (told.matches()) {
        try {
          int year = Integer.parseInt(told.group("year"));
          return Optional.of(
              LocalDateTime.of(
                  year < 100 ? 2000 + year : year,
                  month(told.group("month")),
                  number(told, "day"),
                  number(told, "hour"),
                  number(told, "minute"),
                  number(told, "second")));
        } catch (DateTimeException e) {
          return Optional.empty(); // there is no such day or time
        }
      }
    }
    return Optional.empty();
  }

  private static int number(Matcher told, String group) {
    return Integer.parseInt(told.group(group));
  }

  /** 0, which is none, where it is not one of ours. */
  private static int month(String name) {
    return Character.isDigit(name.charAt(0))
        ? Integer.parseInt(name)
        : MONTHS.indexOf(name.toLowerCase(Locale.ROOT)) + 1;
  }
}
