package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A STUN response to a binding request (RFC 8489).
 *
 * @param client our address as the server saw it; null in an error
 * @param software what the server says it is
 * @param error the number of an error; 0 where there is none
 */
record StunMessage(@Nullable InetAddress client, int port, @Nullable Bytes software, int error) {

  static final int HEADER = 20;
  private static final Bytes REQUEST = Bytes.hex("0001 0000 2112a442");
  private static final int SUCCESS = 0x0101;
  private static final int ERROR = 0x0111;
  private static final int MAPPED_ADDRESS = 0x0001;
  private static final int ERROR_CODE = 0x0009;
  private static final int XOR_MAPPED_ADDRESS = 0x0020;
  private static final int SOFTWARE = 0x8022;

  static Bytes request(RandomGenerator random) {
    return REQUEST.plus(Claims.random(random, 12));
  }

  /** Whether this is a request as {@link #request} makes them. */
  static boolean isRequest(Bytes sent) {
    return sent.length() == HEADER && sent.startsWith(REQUEST);
  }

  /** How long the message is that begins so; empty where it is no response to the request. */
  static Optional<Integer> length(Bytes request, Bytes begun) {
    if (begun.length() < HEADER || !begun.slice(4, HEADER).equals(request.slice(4, HEADER))) {
      return Optional.empty();
    }
    return Optional.of(HEADER + begun.u16(2));
  }

  static Optional<StunMessage> read(Bytes request, Bytes response) {
    try {
      return Optional.of(parse(request, Cursor.of(response)));
    } catch (Cursor.Malformed | UnknownHostException noStun) {
      return Optional.empty();
    }
  }

  private static StunMessage parse(Bytes request, Cursor cursor)
      throws Cursor.Malformed, UnknownHostException {
    int type = cursor.u16();
    Cursor.require(type == SUCCESS || type == ERROR, "a response to a binding request");
    int length = cursor.u16();
    Bytes identity = cursor.take(16);
    Cursor.require(identity.equals(request.slice(4, HEADER)), "the transaction is repeated");
    Cursor.require(length == cursor.remaining() && length % 4 == 0, "the length is true");
    StunMessage message = new StunMessage(null, 0, null, 0);
    while (!cursor.atEnd()) {
      int attribute = cursor.u16();
      int size = cursor.u16();
      Bytes value = cursor.take(size);
      cursor.skip((4 - size % 4) % 4);
      message = message.with(attribute, value, identity);
    }
    Cursor.require(
        type == SUCCESS ? message.client != null : message.error != 0, "what the type promises");
    return message;
  }

  private StunMessage with(int attribute, Bytes value, Bytes identity)
      throws Cursor.Malformed, UnknownHostException {
    return switch (attribute) {
      case XOR_MAPPED_ADDRESS -> at(value, identity);
      case MAPPED_ADDRESS -> client == null ? at(value, Bytes.of(new byte[16])) : this;
      case SOFTWARE -> new StunMessage(client, port, value, error);
      case ERROR_CODE -> {
        Cursor cursor = Cursor.of(value);
        cursor.skip(2);
        yield new StunMessage(client, port, software, (cursor.u8() & 7) * 100 + cursor.u8());
      }
      default -> this;
    };
  }

  private StunMessage at(Bytes value, Bytes mask) throws Cursor.Malformed, UnknownHostException {
    Cursor cursor = Cursor.of(value);
    cursor.skip(1);
    int family = cursor.u8();
    Cursor.require(family == 1 || family == 2, "a family of addresses");
    int seen = cursor.u16() ^ mask.u16(0);
    byte[] address = cursor.take(family == 1 ? 4 : 16).toArray();
    Cursor.require(cursor.atEnd(), "an address and no more");
    for (int i = 0; i < address.length; i++) {
      address[i] ^= (byte) mask.at(i);
    }
    return new StunMessage(InetAddress.getByAddress(address), seen, software, error);
  }
}
