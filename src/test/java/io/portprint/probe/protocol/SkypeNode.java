package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A node that answers as the classic Skype client is documented to. It has no key, so it finds
 * every checksum wrong; nonces and the upper bits of the function differ each time.
 */
final class SkypeNode {

  private final SplittableRandom random;
  private final int lowNibble;
  private final Bytes client;

  private SkypeNode(int lowNibble, Bytes client) {
    this.random = new SplittableRandom(17);
    this.lowNibble = lowNibble;
    this.client = client;
  }

  /** A node that sees us as we are. */
  static SkypeNode plain() {
    return new SkypeNode(0x07, Bytes.EMPTY);
  }

  /** A node that acknowledges in the lesser known form. */
  static SkypeNode ofOtherForm() {
    return new SkypeNode(0x05, Bytes.EMPTY);
  }

  /** A node that sees us under another address. */
  static SkypeNode beyondTranslator(String address) {
    return new SkypeNode(0x07, Bytes.of(InetAddress.ofLiteral(address).getAddress()));
  }

  List<Bytes> datagram(Bytes request, InetSocketAddress sender) {
    if (request.length() < 11 || (request.at(2) & 0x0f) != 0x02) {
      return List.of();
    }
    return List.of(acknowledge(request, sender));
  }

  /** The acknowledgement of anything, whatever it is. */
  Bytes acknowledge(Bytes request, InetSocketAddress sender) {
    Bytes seen = client.isEmpty() ? Bytes.of(sender.getAddress().getAddress()) : client;
    Bytes function = Bytes.of((byte) (random.nextInt(8) << 4 | lowNibble));
    return request.head(2).plus(function).plus(seen).plus(noise(4));
  }

  void connection(Socket connection) throws IOException {
    Bytes request = LoopbackPeer.hear(connection);
    if (request.startsWith(Bytes.latin1("GET "))) {
      LoopbackPeer.say(connection, SkypeDisguise.NOT_FOUND);
      return;
    }
    while (!request.isEmpty()) {
      LoopbackPeer.say(connection, noise(14 + random.nextInt(50)));
      request = LoopbackPeer.hear(connection);
    }
  }

  synchronized Bytes noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }
}
