package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Servers as functions, and what replays a plan at them. */
final class SimulatedPeers {

  static final Instant START = Instant.parse("2026-11-28T07:00:00Z");
  static final InetAddress CLIENT = address("198.51.100.23");
  static final Party SERVER = Party.of(address("192.0.2.77"), 40_000);

  private static final Bytes COOKIE = Bytes.hex("2112a442");

  private SimulatedPeers() {}

  /** A server of which one answer to one request is asked. */
  interface Peer {
    Optional<Bytes> answer(Bytes request, InetAddress client, int port, Instant at);
  }

  static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Every trial from a fresh port, a tenth of a second apart. */
  static List<Trial> replay(MutationPlan plan, Peer peer) {
    List<Trial> trials = new ArrayList<>();
    int number = 0;
    for (MutationPlan.Step step : plan.steps()) {
      int port = 20_000 + number * 37;
      Instant at = START.plusMillis(100L * number++);
      trials.add(
          new Trial(
              step.mutation(),
              step.request(),
              peer.answer(step.request(), CLIENT, port, at).stream().toList(),
              Party.of(CLIENT, port),
              SERVER,
              at));
    }
    return trials;
  }

  static Bytes random(SplittableRandom random, int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return Bytes.of(content);
  }

  // The servers that are learnt

  static Peer skype(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (request, client, _, _) ->
        request.length() < 11 || (request.at(2) & 0x0f) != 2
            ? Optional.empty()
            : Optional.of(
                request
                    .head(2)
                    .plus(Bytes.of((byte) (random.nextInt(8) << 4 | 0x07)))
                    .plus(Bytes.of(client.getAddress()))
                    .plus(random(random, 4)));
  }

  static Peer tracker(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (request, _, _, _) -> {
      if (request.length() < 16 || !request.head(8).equals(Bytes.hex("0000041727101980"))) {
        return Optional.empty();
      }
      Bytes transaction = request.slice(12, 16);
      return Optional.of(
          request.slice(8, 12).equals(Bytes.hex("00000000"))
              ? Bytes.hex("00000000").plus(transaction).plus(random(random, 8))
              : Bytes.hex("00000003").plus(transaction).plus(Bytes.latin1("unknown action")));
    };
  }

  static Peer stun() {
    return (request, client, port, _) -> {
      if (request.length() < 20
          || !request.head(2).equals(Bytes.hex("0001"))
          || !request.slice(4, 8).equals(COOKIE)
          || request.u16(2) != request.length() - 20) {
        return Optional.empty();
      }
      byte[] mapped = client.getAddress();
      for (int i = 0; i < 4; i++) {
        mapped[i] ^= (byte) COOKIE.at(i);
      }
      int xored = port ^ 0x2112;
      return Optional.of(
          Bytes.hex("0101000c")
              .plus(request.slice(4, 20))
              .plus(Bytes.hex("00200008 0001"))
              .plus(Bytes.of((byte) (xored >> 8), (byte) xored))
              .plus(Bytes.of(mapped)));
    };
  }

  static Peer memcached(String version) {
    return (request, _, _, _) -> {
      if (request.length() < 10) {
        return Optional.empty();
      }
      String command = request.slice(8, request.length()).latin1();
      String answer = command.startsWith("version\r\n") ? "VERSION " + version : "ERROR";
      return Optional.of(
          request.head(2).plus(Bytes.hex("0000 0001 0000")).plus(Bytes.latin1(answer + "\r\n")));
    };
  }

  static Peer smtp(String host, String product, String version) {
    return (_, client, _, at) ->
        Optional.of(
            Bytes.latin1(
                "220 %s ESMTP %s %s; %s; session %08x from %s\r\n"
                    .formatted(
                        host,
                        product,
                        version,
                        DateTimeFormatter.RFC_1123_DATE_TIME
                            .withLocale(Locale.ROOT)
                            .format(at.atOffset(ZoneOffset.UTC)),
                        Long.hashCode(at.toEpochMilli()) * 0x9e3779b9,
                        client.getHostAddress())));
  }

  /** Repeats the second word of a line. */
  static Peer words() {
    return (request, _, _, _) -> {
      Matcher line = Pattern.compile("ASK ([a-z]+) now\r\n").matcher(request.latin1());
      return line.matches()
          ? Optional.of(
              Bytes.latin1(
                  "+OK no such word: %s (Oracle-of-Words/2.0.1)\r\n".formatted(line.group(1))))
          : Optional.of(Bytes.latin1("-ERR syntax\r\n"));
    };
  }

  // Others

  /** Whatever else may sit at a port, by name. */
  static Map<String, Peer> lookAlikes(Candidate candidate) {
    SplittableRandom random = new SplittableRandom(99);
    Map<String, Peer> peers = new LinkedHashMap<>();
    peers.put("echo", (request, _, _, _) -> Optional.of(request));
    peers.put(
        "truncated echo",
        (request, _, _, _) -> Optional.of(request.head(candidate.example().length())));
    peers.put("discard", (_, _, _, _) -> Optional.empty());
    peers.put(
        "chargen",
        (_, _, _, _) -> {
          int start = random.nextInt(95);
          StringBuilder line = new StringBuilder();
          for (int i = 0; i < 72; i++) {
            line.append((char) (' ' + (start + i) % 95));
          }
          return Optional.of(Bytes.latin1(line.append("\r\n").toString()));
        });
    peers.put(
        "DNS error",
        (request, _, _, _) ->
            Optional.of(request.head(2).plus(Bytes.hex("8181 0000 0000 0000 0000"))));
    peers.put(
        "DNS error, short",
        (request, _, _, _) ->
            Optional.of(request.head(2).plus(Bytes.hex("87 81 0000000000 0000"))));
    if (!candidate.example().head(2).equals(Bytes.hex("0101"))) {
      peers.put(
          "STUN success",
          (request, client, port, at) ->
              stun()
                  .answer(
                      Bytes.hex("00010000").plus(COOKIE).plus(padded(request, 12)),
                      client,
                      port,
                      at));
    }
    peers.put(
        "STUN error",
        (request, _, _, _) ->
            Optional.of(
                Bytes.hex("0111 000c")
                    .plus(padded(request, 20).slice(4, 20))
                    .plus(Bytes.hex("0009 0008 00000400 42616420"))));
    peers.put(
        "NTP",
        (request, _, _, at) ->
            Optional.of(
                Bytes.hex("24 02 06 e7 00000100 00000200 c0000201")
                    .plus(seconds(at))
                    .plus(random(random, 4))
                    .plus(padded(request, 48).slice(40, 48))
                    .plus(seconds(at))
                    .plus(random(random, 4))
                    .plus(seconds(at))
                    .plus(random(random, 4))));
    peers.put(
        "memcached error",
        (request, _, _, _) ->
            Optional.of(
                padded(request, 2)
                    .head(2)
                    .plus(Bytes.hex("000000010000"))
                    .plus(Bytes.latin1("ERROR\r\n"))));
    peers.put(
        "SIP",
        (_, client, port, _) ->
            Optional.of(
                Bytes.latin1(
                    "SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP %s;rport=%d\r\nServer: Asterisk PBX 18.10.0\r\nContent-Length: 0\r\n\r\n"
                        .formatted(client.getHostAddress(), port))));
    peers.put(
        "DHT error",
        (_, _, _, _) -> Optional.of(Bytes.latin1("d1:eli203e14:Protocol Errore1:t2:aa1:y1:ee")));
    peers.put(
        "tracker error",
        (request, _, _, _) ->
            Optional.of(
                Bytes.hex("00000003")
                    .plus(padded(request, 16).slice(12, 16))
                    .plus(Bytes.latin1("bad request"))));
    peers.put(
        "HTTP 400",
        (_, _, _, _) ->
            Optional.of(
                Bytes.latin1(
                    "HTTP/1.1 400 Bad Request\r\n"
                        + "Server: nginx/1.24.0\r\n"
                        + "Content-Length: 0\r\n\r\n")));
    peers.put(
        "SMTP banner",
        (_, _, _, _) -> Optional.of(Bytes.latin1("220 mail.example ESMTP Postfix\r\n")));
    peers.put("FTP banner", (_, _, _, _) -> Optional.of(Bytes.latin1("220 (vsFTPd 3.0.3)\r\n")));
    peers.put("random", (_, _, _, _) -> Optional.of(random(random, random.nextInt(1, 64))));
    peers.put(
        "random of the same length",
        (_, _, _, _) -> Optional.of(random(random, candidate.example().length())));
    if (!candidate.request().isEmpty()) {
      peers.put("fixed answer", (_, _, _, _) -> Optional.of(candidate.example()));
    }
    return peers;
  }

  private static Bytes padded(Bytes request, int length) {
    return request.plus(Bytes.of(new byte[length])).head(length);
  }

  private static Bytes seconds(Instant at) {
    long seconds = at.getEpochSecond() + 2_208_988_800L;
    return Bytes.of(
        (byte) (seconds >> 24), (byte) (seconds >> 16), (byte) (seconds >> 8), (byte) seconds);
  }
}
