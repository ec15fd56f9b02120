package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What services of many protocols answer, for the tests in which a probe must claim no other's. */
final class OtherAnswers {

  static final Bytes GET = Bytes.latin1("GET / HTTP/1.0\r\n\r\n");

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private OtherAnswers() {}

  static Answer answer(String name, Bytes sent, Bytes received, Ending ending) {
    return new Answer(
        name, sent, received, ending, LOOPBACK, received.isEmpty() ? null : Duration.ofMillis(1));
  }

  static Answer greeting(Bytes received) {
    return answer(Answer.GREETING, Bytes.EMPTY, received, Ending.SILENCE);
  }

  static Answer toGet(String received) {
    return answer("http/get", GET, Bytes.latin1(received), Ending.SILENCE);
  }

  /** Answers by protocol. */
  static Map<String, Bytes> answers() {
    Map<String, Bytes> all = new LinkedHashMap<>();
    text(all, "ftp", "220 (vsFTPd 3.0.3)\r\n");
    text(all, "smtp", "220 mail.example.com ESMTP Postfix\r\n");
    text(all, "ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
    text(all, "pop3", "+OK Dovecot ready.\r\n");
    text(all, "pop3 error", "-ERR Unknown command.\r\n");
    text(all, "imap", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n");
    text(all, "http", "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n");
    text(all, "redis", "-ERR wrong number of arguments for 'get' command\r\n");
    text(all, "memcache", "VERSION 1.6.18\r\n");
    text(all, "memcache error", "ERROR\r\n");
    text(all, "nats", "INFO {\"server_id\":\"N\",\"version\":\"2.9.10\"}\r\n");
    text(all, "irc", ":irc.example.com 451 * :Connection not registered\r\n");
    text(all, "rsync", "@RSYNCD: 31.0\n");
    text(all, "vnc", "RFB 003.008\n");
    text(all, "mpd", "OK MPD 0.23.5\n");
    text(all, "zookeeper", "Zookeeper version: 3.8.0-abc, built on 2022-02-25 08:49 UTC\n");
    text(all, "echo", "GET / HTTP/1.0\r\n\r\n");
    text(all, "chargen", "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`a\r\n");
    text(all, "telnet", "\u00ff\u00fd\u0018\u00ff\u00fd\u0020\u00ff\u00fd\u0023\u00ff\u00fd\u0027");
    text(all, "amqp", "AMQP\u0000\u0000\u0009\u0001");
    hex(all, "tls alert", "15030100020246");
    hex(all, "postgresql N", "4e");
    hex(all, "postgresql S", "53");
    hex(all, "http2 settings", "000006040000000000000300000080");
    hex(all, "zeros", "00".repeat(64));
    hex(all, "ones", "ff".repeat(64));
    hex(all, "mqtt", "20020005");
    hex(all, "rdp", "030000130ed000001234000200080000000000");
    hex(all, "ldap", "300c02010161070a010004000400");
    hex(all, "epmd", "00004f176e616d65207261626269742061742070");
    hex(all, "mysql", "4a0000000a352e352e352d31302e31312e3139004b");
    hex(all, "dns", "001a123485800001000000000000010002000100");
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[1 + random.nextInt(48)];
      random.nextBytes(noise);
      all.put("noise " + i, Bytes.of(noise));
    }
    return all;
  }

  /**
   * That a probe claims none of these answers, whole or begun, to an HTTP request, to its own
   * openings, or as a greeting.
   *
   * @param own what the answers of the probe's own protocol are called here
   */
  static void areNotClaimedBy(Probe probe, String... own) {
    List<Bytes> questions = new ArrayList<>(List.of(Bytes.EMPTY, GET));
    probe.openings(new Random(4)).forEach(opening -> questions.add(opening.payload()));
    Map<String, Bytes> answers = answers();
    questions.forEach(question -> answers.put("echo of " + question, question));
    for (String name : own) {
      assertThat(answers.remove(name)).as(name).isNotNull();
    }
    answers.forEach(
        (name, whole) -> {
          for (Bytes question : questions) {
            for (int end = Math.min(1, whole.length()); end <= whole.length(); end++) {
              for (Ending ending : Ending.values()) {
                assertThat(probe.recognise(answer("x/y", question, whole.head(end), ending)))
                    .as("%s, %d bytes, %s, to %s", name, end, ending, question)
                    .isNotInstanceOf(Recognition.Recognised.class)
                    .isNotInstanceOf(Recognition.Suspected.class);
              }
            }
          }
        });
  }

  private static void text(Map<String, Bytes> all, String name, String text) {
    all.put(name, Bytes.latin1(text));
  }

  private static void hex(Map<String, Bytes> all, String name, String digits) {
    all.put(name, Bytes.hex(digits));
  }
}
