package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;

/**
 * What some bytes of the answers are. An explanation that is not confirmed fits all answers, but
 * what would tell it from a coincidence was not tried, or was not answered.
 */
public sealed interface Explanation {

  /** Whether a single answer can contradict it. */
  default boolean binding() {
    return switch (this) {
      case Constant _, Echo _, Address _, Port _, LengthOf _, Time _ -> true;
      case Counter _, MustVary _, Varying _, TooFewSamples _ -> false;
    };
  }

  /** Whose address or port. */
  enum Side {
    CLIENT,
    SERVER
  }

  /** How a number or an address is written. */
  enum Form {
    BIG_ENDIAN,
    LITTLE_ENDIAN,
    /** An address as people write it, in ASCII. */
    TEXT
  }

  /** What is counted. */
  enum Subject {
    ANSWER,
    REQUEST
  }

  /** A way to write the time. */
  enum Clock {
    /** Seconds since 1970, four bytes. */
    UNIX_SECONDS,
    /** Milliseconds since 1970, eight bytes. */
    UNIX_MILLISECONDS,
    /** Seconds since 1900, four bytes, or eight with the fraction (RFC 5905, section 6). */
    NTP
  }

  /** What bytes are xor-ed with. */
  sealed interface Xor {

    Xor NONE = new None();

    /** Nothing: the bytes stand as they are. */
    record None() implements Xor {}

    /** A constant, such as STUN's magic cookie (RFC 8489, section 14.2). */
    record Key(Bytes key) implements Xor {}

    /** As many bytes of the request. */
    record Request(int offset) implements Xor {}
  }

  /**
   * The same in all answers. A constant of one server may be that server's own.
   *
   * @param mask the bits that are the same; ff for whole bytes
   * @param value their value, 0 outside the mask
   * @param supported whether random bits would have kept this value in as many answers less than
   *     once in a thousand times
   * @param maybeAddress whether it could be the address under which the server sees a client whose
   *     address we don't know, with the port behind it where there are six bytes
   */
  record Constant(Bytes mask, Bytes value, boolean supported, boolean maybeAddress)
      implements Explanation {}

  /**
   * Bytes of the request, in their order.
   *
   * @param confirmed whether mutations of just these bytes came back
   */
  record Echo(int requestOffset, boolean confirmed) implements Explanation {}

  /**
   * An address.
   *
   * @param confirmed whether it followed a change of the address
   */
  record Address(Side side, Form form, Xor xor, boolean confirmed) implements Explanation {}

  /**
   * A port.
   *
   * @param confirmed whether it followed a change of the port
   */
  record Port(Side side, Form form, Xor xor, boolean confirmed) implements Explanation {}

  /**
   * A length in bytes: the field's value and {@code add} make it.
   *
   * @param confirmed whether it followed a change of the length
   */
  record LengthOf(Subject subject, Form form, int add, boolean confirmed) implements Explanation {}

  /** The server's clock, within two days of ours. */
  record Time(Clock clock, Form form) implements Explanation {}

  /** A number that grows from answer to answer, by at most so much. */
  record Counter(Form form, long largestStep) implements Explanation {}

  /** Another value in each of so many answers, like a nonce. */
  record MustVary(int answers) implements Explanation {}

  /**
   * Differs, but not in each answer, and follows nothing that is known.
   *
   * @param withRequest whether it kept its value as long as the request did, like a checksum
   */
  record Varying(boolean withRequest) implements Explanation {}

  /** Could be anything yet. */
  record TooFewSamples(int have, int need) implements Explanation {}
}
