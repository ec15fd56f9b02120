package io.portprint.api;

import io.portprint.detect.Credentials;
import io.portprint.detect.Dialogues;
import io.portprint.detect.MessageTemplate;
import io.portprint.detect.MessageTemplate.MalformedTemplateException;
import io.portprint.fingerprint.Bytes;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A conversation as a client asks for it. */
@Schema(
    name = "ExchangeRequest",
    description = "What to say to an endpoint, turn by turn, in one connection or from one socket.")
record ExchangeBody(
    @Schema(description = "The endpoint, as `host:port/transport`.", example = "127.0.0.1:8080/tcp")
        @Nullable String endpoint,
    @Schema(description = "1 to 16 turns.") @Nullable List<@Nullable Turn> turns,
    @Schema(
            description =
                "How long to wait for the first byte of each answer, as an ISO 8601 duration, 30 s"
                    + " at most.",
            format = "duration",
            defaultValue = "PT2S")
        @Nullable String patience,
    @Schema(
            description =
                "Whether what is said may log in. `false`: messages that are known to carry"
                    + " credentials are refused.",
            defaultValue = "false")
        @Nullable Boolean credentials) {

  static final Duration MOST_PATIENCE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  static final int MOST_TURNS = 16;

  /** One turn: something is said, or nothing, and what comes is heard. */
  @Schema(
      name = "ExchangeTurn",
      description =
          "Exactly one of `text`, `hex` and `template`, or none of them to say nothing and listen.")
  record Turn(
      @Schema(description = "A text, said in UTF-8.", example = "HEAD / HTTP/1.0\r\n\r\n")
          @Nullable String text,
      @Schema(description = "Bytes in hexadecimal; white space between them is passed over.")
          @Nullable String hex,
      @Schema(
              description =
                  "A message with slots that are filled anew: bytes in hexadecimal, texts in double"
                      + " quotes, `{random:4}`, `{zeros:4}`, `{length:2}` and `{length-le:2}` (the"
                      + " bytes that follow), `{total:2}` and `{total-le:2}` (all bytes),"
                      + " `{checksum}` (RFC 1071, over the whole), `{crc32}` and `{crc32-le}` (of"
                      + " the bytes before).",
              example = "{random:2} 0100 0001 0000 0000 0000 00 0002 0001")
          @Nullable String template) {}

  Duration patienceOrDefault() {
    return patience(patience, PATIENCE);
  }

  static Duration patience(@Nullable String patience, Duration otherwise) {
    Duration asked = Words.duration("patience", patience);
    if (asked == null) {
      return otherwise;
    }
    if (asked.isZero() || asked.compareTo(MOST_PATIENCE) > 0) {
      throw Refusal.invalid(
          "patience", asked + " is not longer than zero and at most " + MOST_PATIENCE);
    }
    return asked;
  }

  String endpointOrRefuse() {
    return endpoint(endpoint);
  }

  static String endpoint(@Nullable String endpoint) {
    if (endpoint == null || endpoint.isBlank()) {
      throw Refusal.invalid("endpoint", "it is missing");
    }
    return endpoint;
  }

  List<Bytes> sayings(RandomGenerator random) {
    return sayings(turns, credentials != null && credentials, random);
  }

  /** What turns say, or nothing where they listen. */
  static List<Bytes> sayings(
      @Nullable List<@Nullable Turn> turns, boolean credentials, RandomGenerator random) {
    if (turns == null || turns.isEmpty() || turns.size() > MOST_TURNS) {
      throw Refusal.invalid("turns", "there are not 1 to " + MOST_TURNS);
    }
    List<Bytes> sayings = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      String field = "turns[" + i + "]";
      Turn turn = turns.get(i);
      if (turn == null) {
        throw Refusal.invalid(field, "it is null");
      }
      Bytes saying = saying(field, turn, random);
      if (!credentials && Credentials.in(saying)) {
        throw loggingIn(field, "it");
      }
      sayings.add(saying);
    }
    return sayings;
  }

  static Refusal loggingIn(String field, String what) {
    return Refusal.invalid(
        field, what + " carries credentials, which are said only where `credentials` is true");
  }

  private static Bytes saying(String field, Turn turn, RandomGenerator random) {
    if (Stream.of(turn.text != null, turn.hex != null, turn.template != null)
            .filter(given -> given)
            .count()
        > 1) {
      throw Refusal.invalid(field, "it has more than one of text, hex and template");
    }
    if (turn.text != null) {
      return bounded(field + ".text", Bytes.of(turn.text.getBytes(StandardCharsets.UTF_8)));
    }
    if (turn.hex != null) {
      return hex(field + ".hex", turn.hex);
    }
    if (turn.template == null) {
      return Dialogues.LISTEN;
    }
    try {
      return MessageTemplate.parse(turn.template).fill(random);
    } catch (MalformedTemplateException e) {
      throw Refusal.invalid(field + ".template", String.valueOf(e.getMessage()));
    }
  }

  private static Bytes hex(String field, String text) {
    try {
      return bounded(field, Bytes.of(HexFormat.of().parseHex(text.replaceAll("\\s", ""))));
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid(field, "it is not an even number of hexadecimal digits");
    }
  }

  private static Bytes bounded(String field, Bytes saying) {
    if (saying.isEmpty() || saying.length() > MessageTemplate.MOST_BYTES) {
      throw Refusal.invalid(
          field, "it makes not 1 to %d bytes".formatted(MessageTemplate.MOST_BYTES));
    }
    return saying;
  }
}
