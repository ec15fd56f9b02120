package io.portprint.detect;

import static io.portprint.testing.LoopbackPeer.hear;
import static io.portprint.testing.LoopbackPeer.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Probe;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.LoopbackPeer.Script;
import io.portprint.testing.Probes;
import io.portprint.testing.Probing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Peers of no protocol, which have an answer to everything all the same, are named nothing. */
@Execution(ExecutionMode.CONCURRENT)
class FalseClaimsTest {

  private static final Probe[] PROBES = Probes.all();

  private static Map<String, UnaryOperator<Bytes>> manners() {
    Map<String, UnaryOperator<Bytes>> manners = new LinkedHashMap<>();
    manners.put("upper case", said -> Bytes.latin1(said.latin1().toUpperCase(Locale.ROOT)));
    manners.put("a prefix", said -> Bytes.latin1("you said: ").plus(said));
    manners.put("the last byte first", FalseClaimsTest::reversed);
    manners.put("every bit turned", said -> mapped(said, value -> ~value));
    manners.put("one more in each byte", said -> mapped(said, value -> value + 1));
    manners.put("twice", said -> said.plus(said));
    manners.put("the first half", said -> said.head(Math.max(1, said.length() / 2)));
    manners.put("the first two bytes", said -> said.head(2));
    manners.put("the first four bytes and zeros", said -> said.head(4).plus(zeros(28)));
    manners.put("the first eight bytes and noise", said -> said.head(8).plus(noise(said, 24)));
    manners.put("the first two bytes and noise", said -> said.head(2).plus(noise(said, 40)));
    manners.put(
        "the first two bytes as an answer of DNS's",
        said -> said.head(2).plus(Bytes.hex("8180000100010000")).plus(zeros(8)));
    manners.put("its length", said -> Bytes.latin1(said.length() + "\n"));
    manners.put("a hash", said -> Bytes.latin1(Integer.toHexString(said.hashCode()) + "\n"));
    manners.put("noise", said -> noise(said, 48));
    manners.put("noise after a length", said -> Bytes.hex("00000030").plus(noise(said, 48)));
    for (String text :
        List.of(
            "OK\n",
            "ok\r\n",
            "ERROR\r\n",
            "hello\n",
            "+OK\r\n",
            "-ERR\r\n",
            "500 unknown\r\n",
            "220 hello\r\n",
            "200 OK\r\n",
            "* BAD\r\n",
            "NO\n",
            "\0",
            "\1",
            "\u00ff",
            "N",
            "S",
            "0\n",
            "{}\n",
            "{\"error\":\"bad request\"}\n",
            "<html><body>hi</body></html>",
            "<?xml?>\n",
            "unknown command\r\n",
            "Bad command\n",
            "ERR unknown command\r\n",
            ">",
            "$ ",
            "login: ",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.0 400 Bad Request\r\n\r\n",
            "SSH-2.0-x\r\n")) {
      manners.put("always " + Bytes.latin1(text).escaped(), _ -> Bytes.latin1(text));
    }
    for (String digits :
        List.of(
            "00000000",
            "0000000100000000",
            "00000004000000ff",
            "16030300020228",
            "050000",
            "05ff",
            "0500",
            "20020000",
            "030000130ed00000123400000000000000",
            "ffffffff",
            "01000000",
            "000c0001010c0201010204000000ff")) {
      manners.put("always " + digits, _ -> Bytes.hex(digits));
    }
    return manners;
  }

  private static Bytes reversed(Bytes said) {
    byte[] bytes = said.toArray();
    byte[] turned = new byte[bytes.length];
    for (int at = 0; at < bytes.length; at++) {
      turned[at] = bytes[bytes.length - 1 - at];
    }
    return Bytes.of(turned);
  }

  private static Bytes mapped(Bytes said, java.util.function.IntUnaryOperator operator) {
    byte[] bytes = said.toArray();
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] = (byte) operator.applyAsInt(bytes[at]);
    }
    return Bytes.of(bytes);
  }

  private static Bytes zeros(int length) {
    return Bytes.of(new byte[length]);
  }

  private static Bytes noise(Bytes said, int length) {
    byte[] noise = new byte[length];
    new Random(said.hashCode()).nextBytes(noise);
    return Bytes.of(noise);
  }

  @TestFactory
  Stream<DynamicTest> overTcp() {
    return manners().entrySet().stream()
        .map(
            manner ->
                dynamicTest(
                    manner.getKey(),
                    () -> {
                      try (LoopbackPeer peer = LoopbackPeer.tcp(script(manner.getValue()))) {
                        nothingIsClaimed(peer, Transport.TCP);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> overUdp() {
    return manners().entrySet().stream()
        .map(
            manner ->
                dynamicTest(
                    manner.getKey(),
                    () -> {
                      try (LoopbackPeer peer =
                          LoopbackPeer.udp(
                              (request, _) -> List.of(manner.getValue().apply(request)))) {
                        nothingIsClaimed(peer, Transport.UDP);
                      }
                    }));
  }

  private static Script script(UnaryOperator<Bytes> manner) {
    return connection -> {
      for (Bytes said = hear(connection); !said.isEmpty(); said = hear(connection)) {
        say(connection, manner.apply(said));
      }
    };
  }

  private static void nothingIsClaimed(LoopbackPeer peer, Transport transport) {
    Fingerprint verdict =
        Probing.detect(peer.port(), transport, Effort.NORMAL, Effort.NORMAL.deadline(), PROBES);

    assertThat(verdict.identified()).as("%s", verdict).isFalse();
  }
}
