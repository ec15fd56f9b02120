package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The eleven bytes with which a classic Skype node tells the sender of a datagram that it could not
 * read it, and under which address it sees that sender: the sender's address is part of the key,
 * and a newcomer behind NAT does not know his own.
 *
 * <p>A request is {@code ID (2), func (1), IV (4), CRC-32 (4), body}; its {@code func} has the low
 * nibble 2 where the body is encrypted. Random bytes in place of IV, CRC and body have a wrong
 * checksum, whatever the key. See Biondi and Desclaux, "Silver Needle in the Skype" (2006).
 *
 * @param form how the answer acknowledges
 * @param client the address that the node saw, big-endian
 * @param nonce different in each answer
 */
record SkypeNack(Form form, int client, int nonce) {

  /** What stands in the third byte of the answer. Bit 0x80 is clear in both; the bits 0x70 vary. */
  enum Form {
    /** Low nibble 7: the answer to a checksum that is wrong. */
    NACK,
    /** Low nibble 5: another acknowledgement, of which less is known. */
    OTHER
  }

  /** The whole length of an answer, in bytes. */
  static final int LENGTH = 11;

  /** The length of our requests, in bytes: the longest of those whose answers are documented. */
  static final int REQUEST_LENGTH = 22;

  private static final int PAYLOAD = 0x02;
  private static final int CONTROL = 0x00;
  private static final int SHORTEST_REQUEST = 11;

  /** The answer in a datagram, if it has the form of one and answers this request. */
  static Optional<SkypeNack> read(Bytes request, Bytes answer) {
    if (!asksFor(request) || !hasShape(request, answer)) {
      return Optional.empty();
    }
    Form form;
    switch (answer.at(2) & 0x8f) {
      case 0x07 -> form = Form.NACK;
      case 0x05 -> form = Form.OTHER;
      default -> {
        return Optional.empty();
      }
    }
    if (request.indexOf(answer.slice(3, 7)) >= 0) {
      return Optional.empty(); // copied out of the request
    }
    return Optional.of(new SkypeNack(form, (int) answer.u32(3), (int) answer.u32(7)));
  }

  /** Whether a datagram is one that a node would answer: others it ignores. */
  private static boolean asksFor(Bytes request) {
    return request.length() >= SHORTEST_REQUEST && (request.at(2) & 0x0f) == PAYLOAD;
  }

  /**
   * Whether an answer has the length of an acknowledgement and the request's ID, whatever else
   * stands in it.
   */
  static boolean hasShape(Bytes request, Bytes answer) {
    return answer.length() == LENGTH && request.length() >= 2 && answer.u16(0) == request.u16(0);
  }

  /**
   * A datagram that a node can't decrypt. It looks like no other protocol's and holds none of the
   * addresses, so that no part of it can be sent back as an acknowledgement.
   */
  static Bytes request(RandomGenerator random, Collection<? extends InetAddress> own) {
    return datagram(PAYLOAD, random, own);
  }

  /** A datagram as long as a request, with a function that no node acknowledges. */
  static Bytes control(RandomGenerator random, Collection<? extends InetAddress> own) {
    return datagram(CONTROL, random, own);
  }

  private static Bytes datagram(
      int function, RandomGenerator random, Collection<? extends InetAddress> own) {
    while (true) {
      byte[] content = new byte[REQUEST_LENGTH];
      random.nextBytes(content);
      content[2] = (byte) function;
      Bytes datagram = Bytes.of(content);
      if (!looksLikeAnother(datagram) && own.stream().noneMatch(one -> holds(datagram, one))) {
        return datagram;
      }
    }
  }

  private static boolean holds(Bytes datagram, InetAddress address) {
    return datagram.indexOf(Bytes.of(address.getAddress())) >= 0;
  }

  /**
   * Whether the ID could make another protocol's server answer. First bytes below 0x80 are the
   * messages of STUN, RADIUS, TFTP, NTP, DTLS, SNMP (0x30), CoAP (0x40), bencode (0x64) and all
   * that is text; from 0xc0 on they are QUIC's long headers; a low nibble of 1 is uTP's version.
   * Two equal bytes, or a zero, could be met by a constant.
   */
  private static boolean looksLikeAnother(Bytes datagram) {
    int first = datagram.at(0);
    int second = datagram.at(1);
    return first < 0x80 || first >= 0xc0 || (first & 0x0f) == 1 || second == 0 || first == second;
  }

  /** The address that the node saw, in dotted form. */
  String clientText() {
    return address().getHostAddress();
  }

  /** Whether the node saw one of these addresses. */
  boolean saw(Collection<? extends InetAddress> own) {
    return own.contains(address());
  }

  /** Whether a host on the internet, or behind NAT beside the node, can have the address. */
  boolean saysPlausibleClient() {
    InetAddress address = address();
    int first = client >>> 24;
    return first != 0
        && first < 240
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress();
  }

  private Inet4Address address() {
    byte[] bytes = {
      (byte) (client >>> 24), (byte) (client >>> 16), (byte) (client >>> 8), (byte) client
    };
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("four bytes are an address", impossible);
    }
  }
}
