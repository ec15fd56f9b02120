package io.portprint.publication;

import io.portprint.fingerprint.Bytes;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Servers whose answers resemble others': those that repeat or invent what they say, and the
 * commonest of those that repeat an identifier. Each answers every request as its protocol allows,
 * however wrong the request is, so that the trial is harder than the network.
 */
final class LookAlikes {

  private static final int LONGEST = 2_048;
  private static final int COOKIE = 0x2112a442; // RFC 8489, section 5

  private LookAlikes() {}

  /**
   * @param own length of the answer that was learned: some look-alikes answer in it
   */
  static List<Peer> of(int own) {
    int length = Math.max(1, Math.min(own, LONGEST));
    return List.of(
        noProtocol("echo", (request, client, random) -> request),
        noProtocol("truncating echo", (request, client, random) -> request.head(length)),
        noProtocol("echo of two bytes", (request, client, random) -> request.head(2)),
        noProtocol("discard", (request, client, random) -> Bytes.EMPTY),
        noProtocol("chargen", (request, client, random) -> lines(74 * 7)),
        noProtocol("random responder", (request, client, random) -> random(random, length)),
        noProtocol(
            "random responder that repeats the first two bytes",
            (request, client, random) -> beginning(request, 2, length, random)),
        noProtocol(
            "random responder that repeats the first four bytes",
            (request, client, random) -> beginning(request, 4, length, random)),
        noProtocol(
            "responder that shortens or fills up what it gets",
            (request, client, random) -> request.plus(random(random, length)).head(length)),
        peer("DNS", "domain", LookAlikes::domain),
        peer("STUN", "stun", LookAlikes::stun),
        peer("NTP", "ntp", LookAlikes::ntp),
        peer("memcached over UDP", "memcache", LookAlikes::memcachedDatagram),
        peer(
            "memcached over TCP",
            "memcache",
            (request, client, random) ->
                Bytes.latin1(
                    request.latin1().startsWith("version") ? "VERSION 1.6.21\r\n" : "ERROR\r\n")),
        peer("SIP", "sip", LookAlikes::sip),
        peer("BitTorrent DHT", "bittorrent-dht", LookAlikes::dht),
        peer("BitTorrent UDP tracker", "bittorrent-udp-tracker", LookAlikes::tracker),
        peer("Skype node", "skype", LookAlikes::skype),
        peer(
            "HTTP",
            "http",
            (request, client, random) ->
                Bytes.latin1(
                    "HTTP/1.1 400 Bad Request\r\nServer: example/1.0\r\nContent-Type: text/html\r\n"
                        + "Content-Length: 11\r\nConnection: close\r\n\r\nBad Request")),
        new Peer(
            "SMTP",
            "smtp",
            Bytes.latin1("220 mail.example ESMTP Example 1.0; Thu, 01 Jan 2026 00:00:00 +0000\r\n"),
            (request, client, random) ->
                Bytes.latin1(
                    request.latin1().startsWith("EHLO")
                        ? "250-mail.example\r\n250 SIZE 10240000\r\n"
                        : "500 5.5.2 Error: command not recognized\r\n")));
  }

  private static Peer noProtocol(String name, Peer.Answering answering) {
    return new Peer(name, null, Bytes.EMPTY, answering);
  }

  private static Peer peer(String name, String protocol, Peer.Answering answering) {
    return new Peer(name, protocol, Bytes.EMPTY, answering);
  }

  private static Bytes random(RandomGenerator random, int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return Bytes.of(content);
  }

  private static Bytes beginning(Bytes request, int kept, int length, RandomGenerator random) {
    return request.head(kept).plus(random(random, length)).head(length);
  }

  /** RFC 864. */
  private static Bytes lines(int length) {
    byte[] content = new byte[length];
    for (int at = 0; at < length; at++) {
      int line = at / 74;
      int column = at % 74;
      content[at] = (byte) (column == 72 ? '\r' : column == 73 ? '\n' : ' ' + (line + column) % 95);
    }
    return Bytes.of(content);
  }

  /** RFC 1035, section 4.1.1: the identifier, the answer bit, FORMERR, no records. */
  private static Bytes domain(Bytes request, InetSocketAddress client, RandomGenerator random) {
    Bytes id = request.plus(Bytes.of(new byte[2])).head(2);
    Bytes question = request.length() > 12 ? request.slice(12, request.length()) : Bytes.EMPTY;
    return id.plus(Bytes.hex("8181 0001 0000 0000 0000")).plus(question);
  }

  /** RFC 8489, sections 5 and 14.2; without the cookie RFC 3489, whose identifier is longer. */
  private static Bytes stun(Bytes request, InetSocketAddress client, RandomGenerator random) {
    Bytes transaction = request.length() >= 20 ? request.slice(4, 20) : random(random, 16);
    ByteBuffer message = ByteBuffer.allocate(32);
    message.putShort((short) 0x0101).putShort((short) 12);
    message.put(transaction.toArray());
    message.putShort((short) 0x0020).putShort((short) 8).putShort((short) 1);
    message.putShort((short) (client.getPort() ^ COOKIE >>> 16));
    message.putInt(ByteBuffer.wrap(client.getAddress().getAddress()).getInt() ^ COOKIE);
    return Bytes.of(message.array());
  }

  /** RFC 5905, section 7.3: mode 4; the origin timestamp repeats the request's transmit one. */
  private static Bytes ntp(Bytes request, InetSocketAddress client, RandomGenerator random) {
    Bytes transmitted = request.length() >= 48 ? request.slice(40, 48) : random(random, 8);
    Bytes now = Bytes.hex("ed000000").plus(random(random, 4));
    return Bytes.hex("24 02 03 ec 00000100 00000200 c0000201")
        .plus(now)
        .plus(transmitted)
        .plus(now)
        .plus(now);
  }

  /** The request's identifier, one datagram of one, and an error. */
  private static Bytes memcachedDatagram(
      Bytes request, InetSocketAddress client, RandomGenerator random) {
    String said = request.length() > 8 ? request.slice(8, request.length()).latin1() : "";
    return request
        .plus(Bytes.of(new byte[2]))
        .head(2)
        .plus(Bytes.hex("0000 0001 0000"))
        .plus(Bytes.latin1(said.startsWith("version") ? "VERSION 1.6.21\r\n" : "ERROR\r\n"));
  }

  /** RFC 3261, section 8.2.6: the lines of the request that an answer repeats. */
  private static Bytes sip(Bytes request, InetSocketAddress client, RandomGenerator random) {
    StringBuilder answer = new StringBuilder("SIP/2.0 400 Bad Request\r\n");
    request
        .head(LONGEST)
        .latin1()
        .lines()
        .filter(line -> line.matches("(?i)(via|from|to|call-id|cseq): .{0,200}"))
        .limit(8)
        .forEach(line -> answer.append(line).append("\r\n"));
    return Bytes.latin1(answer.append("Content-Length: 0\r\n\r\n").toString());
  }

  /** BEP 5: the transaction of the query, or two bytes where there is none. */
  private static Bytes dht(Bytes request, InetSocketAddress client, RandomGenerator random) {
    return Bytes.latin1("d2:rd2:id20:")
        .plus(random(random, 20))
        .plus(Bytes.latin1("e1:t2:"))
        .plus(request.plus(random(random, 2)).head(2))
        .plus(Bytes.latin1("1:y1:re"));
  }

  /** BEP 15: action, transaction, connection. */
  private static Bytes tracker(Bytes request, InetSocketAddress client, RandomGenerator random) {
    Bytes transaction = request.length() >= 16 ? request.slice(12, 16) : random(random, 4);
    return Bytes.hex("00000000").plus(transaction).plus(random(random, 8));
  }

  /** As Biondi and Desclaux describe it: identifier, function, the sender's address, a nonce. */
  private static Bytes skype(Bytes request, InetSocketAddress client, RandomGenerator random) {
    return request
        .plus(random(random, 2))
        .head(2)
        .plus(Bytes.of(new byte[] {(byte) (random.nextInt(8) << 4 | 7)}))
        .plus(Bytes.of(client.getAddress().getAddress()))
        .plus(random(random, 4));
  }
}
