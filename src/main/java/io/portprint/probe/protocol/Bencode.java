package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bencoding, the notation of all that BitTorrent says in dictionaries (BEP 3). Reading is strict
 * and bounded in depth and in the number of values, for what is read comes from strangers.
 */
final class Bencode {

  private static final int DEEPEST = 8;
  private static final int MOST_VALUES = 512;
  private static final int MOST_DIGITS = 18;

  /** A value. */
  sealed interface Value {

    record Text(Bytes content) implements Value {}

    record Number(long value) implements Value {}

    record Listing(List<Value> items) implements Value {
      public Listing {
        items = List.copyOf(items);
      }
    }

    record Dictionary(Map<String, Value> entries) implements Value {

      /** The byte string under a key. */
      Optional<Bytes> text(String key) {
        return entries.get(key) instanceof Text(Bytes content)
            ? Optional.of(content)
            : Optional.empty();
      }

      Optional<Dictionary> dictionary(String key) {
        return entries.get(key) instanceof Dictionary inner ? Optional.of(inner) : Optional.empty();
      }

      Optional<List<Value>> list(String key) {
        return entries.get(key) instanceof Listing(List<Value> items)
            ? Optional.of(items)
            : Optional.empty();
      }
    }
  }

  private final Bytes source;
  private int at;
  private int values;

  private Bencode(Bytes source) {
    this.source = source;
  }

  /** The dictionary that these bytes are, from the first to the last; empty for anything else. */
  static Optional<Value.Dictionary> dictionary(Bytes source) {
    if (source.isEmpty() || source.at(0) != 'd') {
      return Optional.empty();
    }
    Bencode reading = new Bencode(source);
    try {
      return reading.value(0) instanceof Value.Dictionary whole && reading.at == source.length()
          ? Optional.of(whole)
          : Optional.empty();
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  private Value value(int depth) throws MalformedException {
    if (depth > DEEPEST || ++values > MOST_VALUES) {
      throw new MalformedException();
    }
    return switch (peek()) {
      case 'i' -> {
        at++;
        yield new Value.Number(number('e'));
      }
      case 'l' -> {
        at++;
        List<Value> items = new ArrayList<>();
        while (!ends()) {
          items.add(value(depth + 1));
        }
        yield new Value.Listing(items);
      }
      case 'd' -> {
        at++;
        Map<String, Value> entries = new LinkedHashMap<>();
        while (!ends()) {
          String key = text().latin1();
          if (entries.put(key, value(depth + 1)) != null) {
            throw new MalformedException();
          }
        }
        yield new Value.Dictionary(entries);
      }
      default -> new Value.Text(text());
    };
  }

  private boolean ends() throws MalformedException {
    if (peek() == 'e') {
      at++;
      return true;
    }
    return false;
  }

  private Bytes text() throws MalformedException {
    if (peek() < '0' || peek() > '9') {
      throw new MalformedException();
    }
    long length = number(':');
    if (length > source.length() - at) {
      throw new MalformedException();
    }
    int from = at;
    at += (int) length;
    return source.slice(from, at);
  }

  /** Digits up to an end mark: no sign but a minus, no leading zero, and no minus zero. */
  private long number(char end) throws MalformedException {
    boolean minus = peek() == '-';
    if (minus) {
      at++;
    }
    int from = at;
    long number = 0;
    while (peek() != end) {
      int digit = peek() - '0';
      if (digit < 0 || digit > 9 || at - from >= MOST_DIGITS) {
        throw new MalformedException();
      }
      number = number * 10 + digit;
      at++;
    }
    int digits = at - from;
    if (digits == 0 || digits > 1 && source.at(from) == '0' || minus && number == 0) {
      throw new MalformedException();
    }
    at++;
    return minus ? -number : number;
  }

  private int peek() throws MalformedException {
    if (at >= source.length()) {
      throw new MalformedException();
    }
    return source.at(at);
  }

  /** What is read is not bencoded, or more of it than is read. */
  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super(null, null, false, false);
    }
  }
}
