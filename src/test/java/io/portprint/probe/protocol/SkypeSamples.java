package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What real nodes and their look-alikes said, for tests. */
final class SkypeSamples {

  /** The documented request, and three answers that drew it; the sender was {@link #SENDER}. */
  static final Bytes REQUEST = Bytes.hex("924002a16665ea0d8c82c30c27cdc5e74e78fea150a6");

  static final InetAddress SENDER = InetAddress.ofLiteral("192.168.0.19");

  static final List<Bytes> NACKS =
      List.of(
          Bytes.hex("924017c0a8001374a041f0"),
          Bytes.hex("924067c0a800131100104f"),
          Bytes.hex("924037c0a800136808433a"));

  /** An acknowledgement in a capture, with (the head of) what it answers. */
  record Acknowledgement(
      int frame, boolean inbound, InetAddress client, Bytes request, Bytes answer) {}

  /** What some other protocol's server says. */
  record LookAlike(String name, Bytes answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private SkypeSamples() {}

  static List<Acknowledgement> acknowledgements() {
    return lines("skype-acknowledgements.txt")
        .map(line -> line.split("\\|", -1))
        .map(
            part ->
                new Acknowledgement(
                    Integer.parseInt(part[0]),
                    part[1].equals("in"),
                    InetAddress.ofLiteral(part[2]),
                    Bytes.hex(part[3]),
                    Bytes.hex(part[4])))
        .toList();
  }

  /** Hand-made after each protocol's definition, except DNSCrypt, which is from a capture. */
  static List<LookAlike> lookAlikes() {
    return Stream.concat(
            Stream.of(
                // RFC 1035: FORMERR in twelve bytes; then eleven of them, and with the low nibble
                // of a NAck
                sample("DNS format error", "9240 8001 0000 0000 0000 0000"),
                sample("DNS refused, recursion available", "9240 8785 0000 0000 0000 0000"),
                sample("DNS cut to eleven bytes, low nibble 7", "9240 87 c0a80013 74a041f0"),
                sample("DNS cut to eleven bytes, low nibble 5", "9240 85 c0a80013 74a041f0"),
                sample("NBNS name response", "9240 8580 0000 0001 0000 0000 20434b4141"),
                sample("mDNS response", "9240 8400 0000 0001 0000 0000 055f6874"),
                sample("memcached over UDP, ERROR", "9240 0000 0001 0000 4552524f520d0a"),
                sample("memcached over UDP, three bytes of text", "9240 0000 0001 0000 4f4b0a"),
                sample(
                    "STUN binding error", "0111 0008 2112a442 000102030405060708090a0b 00090004"),
                sample("RADIUS access reject", "0392 0014 000102030405060708090a0b0c0d0e0f"),
                sample("NTP server", "1c0203e8 00000000 00000000 4c4f434c 0000000000000000"),
                sample("TFTP error", "0005 0004 496c6c6567616c00"),
                sample("CoAP reset", "7000 9240"),
                sample("CoAP 4.04", "6084 9240 ff 6e6f7420666f756e64"),
                sample("SNMP report", "3029 0201 03 300e 0202 9240 0203 00ffe3"),
                sample("SIP response", hex("SIP/2.0 400 Bad Request\r\n\r\n")),
                sample("uTP state", "2100 9240 06ff3f5f 7fffffff 0000f000 49c7e7f5"),
                sample("uTP reset", "3100 9240 06ff3f5f 00000000 00000000 0000e7f5"),
                sample("DHT error", hex("d1:eli203e14:Protocol Errore1:t2:aa1:y1:ee")),
                sample("UDP tracker error", "00000003 9240c0a8 436f6e6e656374696f6e"),
                sample("UDP tracker, little-endian action", "03000000 9240c0a8 436f6e"),
                sample("chargen", hex(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFG\r\n")),
                sample("another ID: chargen of eleven bytes", hex("%&'()*+,-./")),
                sample("echo in full", REQUEST.hex()),
                sample("echo cut to eleven bytes", REQUEST.head(11).hex()),
                sample("ID and bytes of our own request", "9240 07 a16665ea 8c82c30c"),
                sample("ID, then nothing", "9240"),
                sample("NAck without its last byte", NACKS.getFirst().head(10).hex()),
                sample("NAck and a byte more", NACKS.getFirst().hex() + "00"),
                sample("another ID", "9241 17 c0a80013 74a041f0"),
                sample("an encrypted payload", "9240 02 c0a80013 74a041f0"),
                sample("an address of no host", "9240 07 e0000001 74a041f0"),
                sample("nothing but zeros as the address", "9240 07 00000000 74a041f0"),
                sample("empty", "")),
            lines("dnscrypt.txt")
                .map(line -> line.split("\\|", -1))
                .map(part -> sample("DNSCrypt, frame " + part[0], part[1])))
        .toList();
  }

  private static LookAlike sample(String name, String digits) {
    return new LookAlike(name, Bytes.hex(digits));
  }

  private static String hex(String text) {
    return Bytes.latin1(text).hex();
  }

  static Answer answer(Bytes sent, Bytes received, InetAddress local) {
    Answer.Ending ending = received.isEmpty() ? Answer.Ending.SILENCE : Answer.Ending.COMPLETE;
    return new Answer("skype/nack", sent, received, ending, local, null);
  }

  private static Stream<String> lines(String file) {
    try (InputStream in =
        Objects.requireNonNull(SkypeSamples.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
