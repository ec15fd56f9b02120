package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that takes no code to recognise: what to say, what answers look like, and what to ask
 * to be sure. The files are {@code exchanges/*.yaml}; {@link ExchangeFile} reads them.
 *
 * @param greets whether the server speaks first in every conversation
 * @param say openings; empty where answers to what is said anyway tell enough
 * @param hear in the order in which they are tried
 * @param ask questions of the examination, each of which has to be answered as it says
 * @param again how often the examination says the opening anew; null where that proves nothing
 * @param examples that prove it in the build
 * @param origin where it was learned; null where somebody wrote it
 */
record Exchange(
    String name,
    String protocol,
    Transport transport,
    String title,
    String summary,
    List<String> references,
    boolean greets,
    List<Say> say,
    List<Hear> hear,
    List<Ask> ask,
    @Nullable Again again,
    List<Example> examples,
    @Nullable Origin origin) {

  Exchange {
    references = List.copyOf(references);
    say = List.copyOf(say);
    hear = List.copyOf(hear);
    ask = List.copyOf(ask);
    examples = List.copyOf(examples);
  }

  /** An opening, its random parts left open. */
  record Say(String name, Payload payload, Set<Integer> ports, int rarity, List<String> alpn) {}

  /**
   * A rule about an answer.
   *
   * @param to the name of the opening that it answers, {@code greeting}, or {@code any}
   * @param length where the answer says its own length; null where it does not
   * @param sure whether the answer proves the protocol by itself
   * @param refusal whether it turns us away, whatever we may ask: then nothing is asked
   * @param field of the signatures that are tried on the answer, or on what it tells
   * @param vary stretches that differ in all answers
   * @param steady stretches that are the same in all answers
   * @param told a text in which places such as {@code {u16:12}} stand for numbers of the answer;
   *     null where the answer itself is text enough
   */
  record Hear(
      String to,
      Shape shape,
      @Nullable Length length,
      List<Stretch> vary,
      List<Stretch> steady,
      boolean sure,
      boolean refusal,
      double confidence,
      @Nullable String field,
      @Nullable Told told,
      String reason) {}

  /** Bytes of an answer. */
  record Stretch(int at, int length) {

    Stretch {
      if (at < 0 || length < 1) {
        throw new IllegalArgumentException("no bytes: %d from %d on".formatted(length, at));
      }
    }
  }

  /**
   * The opening, said anew with fresh bytes in its places, or the greeting heard anew: the answers
   * have to fit, all together too.
   *
   * @param times how many answers it takes, with the one that led to the examination
   * @param confidence in so many
   */
  record Again(int times, double confidence) {

    private static final int MOST = 16;

    Again {
      if (times < 2 || times > MOST) {
        throw new IllegalArgumentException("times out of 2..%d: %d".formatted(MOST, times));
      }
    }
  }

  /**
   * How it was learned.
   *
   * @param answers from which
   * @param bits that one answer has to guess to be right by accident
   * @param bitsOfThree that three answers to fresh requests have to guess
   * @param freshBits of them, those that depend on the requests
   */
  record Origin(Instant at, int answers, double bits, double bitsOfThree, double freshBits) {}

  /** A question of the examination, in a conversation of its own. */
  record Ask(
      String name,
      Payload payload,
      Shape shape,
      double weight,
      @Nullable String field,
      String reason,
      Payload example) {}

  /**
   * An answer and what it has to be taken for.
   *
   * @param outcome {@code sure}, {@code suspected} or {@code none}
   */
  record Example(String to, Payload answer, String outcome) {}

  /** Numbers of an answer, big-endian, as they are written in a text. */
  record Told(String text) {

    private static final Pattern NUMBER = Pattern.compile("\\{u(8|16|32):(\\d{1,4})\\}");

    Bytes of(Bytes answer) {
      return Bytes.latin1(
          NUMBER
              .matcher(text)
              .replaceAll(
                  place -> {
                    int size = Integer.parseInt(place.group(1)) / 8;
                    int at = Integer.parseInt(place.group(2));
                    long value = 0;
                    for (int i = at; i < Math.min(at + size, answer.length()); i++) {
                      value = value << 8 | answer.at(i) & 0xff;
                    }
                    return Long.toString(value);
                  }));
    }
  }

  /** A number in an answer that counts its bytes: the number and {@code add} make the length. */
  record Length(int at, int size, boolean little, int add) {

    boolean agrees(Bytes answer) {
      if (answer.length() < at + size) {
        return false;
      }
      long value = 0;
      for (int i = 0; i < size; i++) {
        int digit = answer.at(at + (little ? size - 1 - i : i)) & 0xff;
        value = value << 8 | digit;
      }
      return value + add == answer.length();
    }
  }

  /**
   * Bytes with places for random ones: {@code {random:4}} for any bytes, {@code {letters:8}} for
   * letters a to z; {@code {zeros:500}} is what it says. In an answer {@code {1}} is what stood in
   * the first place of the question.
   */
  record Payload(List<Object> parts) {

    private static final Pattern PLACE =
        Pattern.compile("\\{(random|letters|zeros):(\\d{1,3})\\}|\\{(\\d{1,2})\\}");

    /** A stretch of random bytes. */
    private record Place(boolean letters, int length) {}

    /** What stood in a place of the question. */
    private record Again(int place) {}

    static Payload text(String text) {
      return read(text, part -> part.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Payload hex(String digits) {
      return read(digits, part -> HexFormat.of().parseHex(part.replaceAll("\\s", "")));
    }

    private static Payload read(String source, java.util.function.Function<String, byte[]> bytes) {
      List<Object> parts = new ArrayList<>();
      Matcher place = PLACE.matcher(source);
      int at = 0;
      while (place.find()) {
        parts.add(Bytes.of(bytes.apply(source.substring(at, place.start()))));
        parts.add(
            place.group(3) == null
                ? part(place.group(1), Integer.parseInt(place.group(2)))
                : new Again(Integer.parseInt(place.group(3))));
        at = place.end();
      }
      parts.add(Bytes.of(bytes.apply(source.substring(at))));
      return new Payload(List.copyOf(parts));
    }

    private static Object part(String kind, int length) {
      return kind.equals("zeros")
          ? Bytes.of(new byte[length])
          : new Place(kind.equals("letters"), length);
    }

    Bytes fill(RandomGenerator random) {
      return fill(random, List.of());
    }

    Bytes fill(RandomGenerator random, List<Bytes> places) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (Object part : parts) {
        switch (part) {
          case Place(boolean letters, int length) -> {
            for (int i = 0; i < length; i++) {
              out.write(letters ? random.nextInt('a', 'z' + 1) : random.nextInt(256));
            }
          }
          case Again(int place) -> out.writeBytes(places.get(place - 1).toArray());
          case Bytes fixed -> out.writeBytes(fixed.toArray());
          default -> throw new IllegalStateException("no part of a payload: " + part);
        }
      }
      return Bytes.of(out.toByteArray());
    }

    /**
     * What stands where this has its places in something that need not be this; random bytes where
     * that is too short.
     */
    List<Bytes> placesIn(Bytes other, RandomGenerator random) {
      Bytes own = fill(random);
      byte[] covered = own.toArray();
      for (int at = 0; at < Math.min(covered.length, other.length()); at++) {
        covered[at] = (byte) other.at(at);
      }
      List<Bytes> found = new ArrayList<>();
      int at = 0;
      for (Object part : parts) {
        int length = length(part);
        if (part instanceof Place) {
          found.add(Bytes.of(covered).slice(at, at + length));
        }
        at += length;
      }
      return List.copyOf(found);
    }

    private static int length(Object part) {
      return switch (part) {
        case Place place -> place.length();
        case Bytes fixed -> fixed.length();
        default -> 0;
      };
    }

    /** What stands in the places of something that was said; empty where it is something else. */
    Optional<List<Bytes>> places(Bytes said) {
      List<Bytes> found = new ArrayList<>();
      int at = 0;
      for (Object part : parts) {
        int length = length(part);
        if (at + length > said.length()) {
          return Optional.empty();
        }
        Bytes there = said.slice(at, at + length);
        if (part instanceof Place) {
          found.add(there);
        } else if (part instanceof Bytes fixed && !fixed.equals(there)) {
          return Optional.empty();
        }
        at += length;
      }
      return at == said.length() ? Optional.of(found) : Optional.empty();
    }
  }

  /** The opening that was said, and what stood in its places. */
  Optional<Map.Entry<Say, List<Bytes>>> said(Bytes sent) {
    for (Say one : say) {
      Optional<List<Bytes>> places = one.payload().places(sent);
      if (places.isPresent()) {
        return Optional.of(Map.entry(one, places.get()));
      }
    }
    return Optional.empty();
  }

  Map<String, Say> openings() {
    Map<String, Say> byName = new HashMap<>();
    say.forEach(one -> byName.put(one.name(), one));
    return byName;
  }
}
