package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a node of the BitTorrent DHT answers to our ping (BEP 5): a dictionary that repeats our
 * transaction id and carries the node's own id, or an error.
 *
 * @param id of the node, 20 bytes; null where the answer is an error
 * @param observed our own address as the node sees it (BEP 42); null where it doesn't tell
 * @param client the letters and bytes under {@code v} that name its software; empty where there are
 *     none
 */
record DhtReply(@Nullable Bytes id, @Nullable InetAddress observed, Bytes client) {

  private static final Bytes HEAD = Bytes.latin1("d1:ad2:id20:");
  private static final Bytes METHOD = Bytes.latin1("e1:q4:ping2:roi1e1:t4:");
  private static final Bytes TAIL = Bytes.latin1("1:y1:qe");
  private static final int ID_LENGTH = 20;
  private static final int TRANSACTION_LENGTH = 4;
  private static final int TRANSACTION_AT = HEAD.length() + ID_LENGTH + METHOD.length();
  private static final int REQUEST_LENGTH = TRANSACTION_AT + TRANSACTION_LENGTH + TAIL.length();

  /**
   * A ping under a random id. It calls itself read-only (BEP 43), so that nobody takes us for a
   * node and adds us to a routing table.
   */
  static Bytes request(RandomGenerator random) {
    return HEAD.plus(randomBytes(random, ID_LENGTH))
        .plus(METHOD)
        .plus(randomBytes(random, TRANSACTION_LENGTH))
        .plus(TAIL);
  }

  /** The reply that an answer to our ping is; empty for anything else. */
  static Optional<DhtReply> read(Bytes sent, Bytes received) {
    if (sent.length() != REQUEST_LENGTH || !sent.startsWith(HEAD) || received.equals(sent)) {
      return Optional.empty();
    }
    Bytes transaction = sent.slice(TRANSACTION_AT, TRANSACTION_AT + TRANSACTION_LENGTH);
    return Bencode.dictionary(received)
        .filter(whole -> whole.text("t").filter(transaction::equals).isPresent())
        .flatMap(DhtReply::read);
  }

  /** Whether a node asks us something instead of answering our ping, or before it does. */
  static boolean asksFirst(Bytes sent, Bytes received) {
    return sent.length() == REQUEST_LENGTH
        && sent.startsWith(HEAD)
        && received.startsWith(HEAD)
        && !received.slice(0, Math.min(32, received.length())).equals(sent.head(32))
        && Bencode.dictionary(received)
            .filter(whole -> whole.text("y").filter(Bytes.latin1("q")::equals).isPresent())
            .isPresent();
  }

  private static Optional<DhtReply> read(Bencode.Value.Dictionary whole) {
    InetAddress observed = whole.text("ip").flatMap(DhtReply::address).orElse(null);
    Bytes client = whole.text("v").filter(text -> text.length() <= 8).orElse(Bytes.EMPTY);
    return switch (whole.text("y").orElse(Bytes.EMPTY).latin1()) {
      case "r" ->
          whole
              .dictionary("r")
              .flatMap(values -> values.text("id"))
              .filter(id -> id.length() == ID_LENGTH)
              .map(id -> new DhtReply(id, observed, client));
      case "e" ->
          whole.list("e").filter(DhtReply::isError).map(_ -> new DhtReply(null, observed, client));
      default -> Optional.empty();
    };
  }

  private static boolean isError(List<Bencode.Value> items) {
    return items.size() == 2
        && items.get(0) instanceof Bencode.Value.Number
        && items.get(1) instanceof Bencode.Value.Text;
  }

  /** An address and a port in the compact form: 6 bytes, or 18 for IPv6. */
  private static Optional<InetAddress> address(Bytes compact) {
    if (compact.length() != 6 && compact.length() != 18) {
      return Optional.empty();
    }
    try {
      byte[] address = compact.slice(0, compact.length() - 2).toArray();
      return Optional.of(InetAddress.getByAddress(address));
    } catch (UnknownHostException impossible) {
      return Optional.empty(); // thrown for other lengths only
    }
  }

  /** Whether it tells an address, and that is one of ours. */
  boolean saw(Set<InetAddress> own) {
    return observed != null && own.contains(observed);
  }

  /**
   * The client's code and version in text, such as {@code LT/2.0.8}, for signatures: the version is
   * two bytes that every client fills in its own way.
   */
  Optional<String> clientText() {
    if (client.length() < 4) {
      return Optional.empty();
    }
    String code = client.head(2).latin1();
    int high = client.at(2);
    int low = client.at(3);
    String version =
        switch (code) {
          case "LT" -> libtorrent(high, low);
          case "UT" -> Integer.toString(high << 8 | low);
          case "lt" -> "0.%d.%d".formatted(high, low >> 4);
          default -> "%d.%d".formatted(high, low);
        };
    return Optional.of(code + "/" + version);
  }

  /** From 1.2 on, the second byte holds two numbers; before, it was the minor one. */
  private static String libtorrent(int major, int rest) {
    boolean packed = major >= 2 || major == 1 && rest >= 0x20;
    return packed
        ? "%d.%d.%d".formatted(major, rest >> 4, rest & 15)
        : "%d.%d".formatted(major, rest);
  }

  static Bytes randomBytes(RandomGenerator random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }
}
