package io.portprint.detect;

import io.portprint.transport.Pace;
import java.time.Duration;
import java.util.Locale;

/** How much time and how many questions an endpoint is worth. */
public enum Effort {
  /** 4 s; what the port suggests and the most common protocols. */
  QUICK(4, 1, 1, 3),
  /** 10 s; all but rare protocols. */
  NORMAL(10, 2, 3, 7),
  /** 30 s; everything. */
  THOROUGH(30, 4, 8, 9);

  private static final Duration LULL = Duration.ofMillis(60);

  private final Duration deadline;
  private final Duration answer;
  private final Duration greeting;
  private final int rarity;

  Effort(int deadline, int answer, int greeting, int rarity) {
    this.deadline = Duration.ofSeconds(deadline);
    this.answer = Duration.ofSeconds(answer);
    this.greeting = Duration.ofSeconds(greeting);
    this.rarity = rarity;
  }

  /** The whole time of one endpoint. */
  public Duration deadline() {
    return deadline;
  }

  /** How long a peer may take to greet: many look up our name first. */
  Duration greeting() {
    return greeting;
  }

  /** The rarest opening that is said to a port that does not suggest it. */
  int rarity() {
    return rarity;
  }

  Pace pace() {
    return new Pace(answer.plusSeconds(1), answer, LULL);
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
