package io.portprint.detect;

import static io.portprint.testing.LoopbackPeer.hear;
import static io.portprint.testing.LoopbackPeer.say;
import static io.portprint.testing.LoopbackPeer.waitForEnd;
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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who greets as servers do and understands nothing of what is said is named nothing. */
@Execution(ExecutionMode.CONCURRENT)
class PortSpooferTest {

  private static final Probe[] PROBES = Probes.all();

  private static Map<String, Bytes> banners() {
    Map<String, Bytes> banners = new LinkedHashMap<>();
    for (String text :
        new String[] {
          "220 (vsFTPd 3.0.3)\r\n",
          "220 ProFTPD Server (Debian) [192.0.2.1]\r\n",
          "220 mail.example.com ESMTP Postfix\r\n",
          "220 mail.example.com ESMTP Exim 4.96 Mon, 23 Nov 2026 10:00:00 +0000\r\n",
          "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
          "SSH-2.0-dropbear_2022.83\r\n",
          "+OK Dovecot (Debian) ready.\r\n",
          "* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\r\n",
          "200 news.example.com InterNetNews NNRP server INN 2.7.1 ready (posting ok)\r\n",
          "RFB 003.008\n",
          "@RSYNCD: 31.0\n",
          "OK MPD 0.23.5\n",
          "INFO {\"server_id\":\"NA\",\"version\":\"2.9.10\",\"proto\":1,\"go\":\"go1.19\"}\r\n",
          "HTTP/1.0 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 404 Not Found\r\n\r\n",
          ":irc.example.com NOTICE * :*** Looking up your hostname...\r\n",
          "+PONG\r\n",
          "-ERR unknown command 'GET'\r\n",
          "VERSION 1.6.18\r\n",
          "ERROR\r\n",
          "AMQP\u0000\u0000\u0009\u0001",
          "<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='1' version='1.0'>",
          "RTSP/1.0 400 Bad Request\r\nCSeq: 1\r\n\r\n",
        }) {
      banners.put(Bytes.latin1(text).head(40).escaped(), Bytes.latin1(text));
    }
    banners.put(
        "a greeting of MariaDB's",
        Bytes.hex(
            "590000000a352e352e352d31302e31312e362d4d617269614442002700000059465d3532713d2e00fef7080200"
                + "ff8115000000000000140000007b2f4a5b6f5a2f4f3a2c2e27006d7973716c5f6e61746976655f70"
                + "617373776f726400"));
    banners.put(
        "a refusal of X11",
        Bytes.hex("00160b0000000600" + "4e6f2070726f746f636f6c20737065636966696564000a00"));
    return banners;
  }

  /** Says it at once, and then nothing. */
  private static Script once(Bytes banner) {
    return connection -> {
      say(connection, banner);
      waitForEnd(connection);
    };
  }

  /** Says it at once, and again to whatever comes. */
  private static Script again(Bytes banner) {
    return connection -> {
      do {
        say(connection, banner);
      } while (!hear(connection).isEmpty());
    };
  }

  /** Says it to whatever comes. */
  private static Script toAnything(Bytes banner) {
    return connection -> {
      while (!hear(connection).isEmpty()) {
        say(connection, banner);
      }
    };
  }

  @TestFactory
  Stream<DynamicTest> nobodyIsNamedForItsBannerAlone() {
    return banners().entrySet().stream()
        .flatMap(
            banner ->
                Stream.of(
                    spoofer("once", banner.getKey(), once(banner.getValue())),
                    spoofer("again", banner.getKey(), again(banner.getValue())),
                    spoofer("to anything", banner.getKey(), toAnything(banner.getValue()))));
  }

  /** To a server of TLS that refuses us, all that is no ClientHello it takes is the same. */
  @TestFactory
  Stream<DynamicTest> anAlertUnaskedIsNoTls() {
    Bytes alert = Bytes.hex("15030100020246");
    return Stream.of(
        spoofer("once", "alert", once(alert)), spoofer("again", "alert", again(alert)));
  }

  private static DynamicTest spoofer(String manner, String banner, Script script) {
    return dynamicTest(
        manner + ": " + banner,
        () -> {
          try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
            Fingerprint verdict =
                Probing.detect(
                    peer.port(), Transport.TCP, Effort.NORMAL, Effort.NORMAL.deadline(), PROBES);

            assertThat(verdict.identified()).as("%s", verdict.service()).isFalse();
          }
        });
  }
}
