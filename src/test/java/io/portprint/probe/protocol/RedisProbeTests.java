package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisProbeTests {

  private static final String ARITY = "-ERR wrong number of arguments for '%s' command\r\n";
  private static final String INFO =
      "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nos:Linux 6.1 x86_64\r\n";

  private final RedisProbe probe = new RedisProbe(SignatureBooks.own());

  @Nested
  class Recognise {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "-ERR wrong number of arguments for 'get' command\r\n",
          "-NOAUTH Authentication required.\r\n",
          "-DENIED Redis is running in protected mode because protected mode is enabled.\r\n",
          "-LOADING Redis is loading the dataset in memory\r\n",
        })
    void takesItsOwnErrors(String text) {
      assertThat(probe.recognise(OtherAnswers.toGet(text)))
          .isInstanceOf(Recognition.Recognised.class);
    }

    @Test
    void suspectsAnErrorThatOthersMayWordSo() {
      assertThat(probe.recognise(OtherAnswers.toGet("-ERR unknown command 'GET'\r\n")))
          .isInstanceOf(Recognition.Suspected.class);
    }

    @Test
    void claimsNoStranger() {
      OtherAnswers.areNotClaimedBy(probe, "redis");
    }

    @FuzzTest
    void isTotal(byte[] received) {
      if (probe.recognise(OtherAnswers.greeting(Bytes.of(received)))
          instanceof Recognition.Recognised) {
        assertThat((char) received[0]).isEqualTo('-');
      }
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(UnaryOperator<String> script) {
      LoopbackPeer.Script lines =
          connection -> {
            for (Bytes line = LoopbackPeer.hear(connection);
                !line.isEmpty();
                line = LoopbackPeer.hear(connection)) {
              answer(connection, script, line);
            }
          };
      try (LoopbackPeer peer = LoopbackPeer.tcp(lines)) {
        return Probing.detect(
            peer.port(),
            Transport.TCP,
            new HttpProbe(SignatureBooks.own()),
            new RedisProbe(SignatureBooks.own()));
      }
    }

    private static void answer(Socket connection, UnaryOperator<String> script, Bytes line)
        throws IOException {
      LoopbackPeer.say(connection, script.apply(line.latin1().strip()));
    }

    @Test
    void readsInfoOfAnOpenServer() {
      Fingerprint open =
          detect(
              line ->
                  line.startsWith("ECHO ")
                      ? "$" + (line.length() - 5) + "\r\n" + line.substring(5) + "\r\n"
                      : line.equals("INFO server")
                          ? "$" + INFO.length() + "\r\n" + INFO + "\r\n"
                          : ARITY.formatted("get"));
      assertThat(open.service().protocol()).isEqualTo("redis");
      assertThat(open.service().product()).isEqualTo("Redis");
      assertThat(open.service().version()).isEqualTo("7.0.15");
      assertThat(open.service().os()).isEqualTo("Linux 6.1 x86_64");
      assertThat(open.service().cpe())
          .isEqualTo(List.of("cpe:2.3:a:redis:redis:7.0.15:*:*:*:*:*:*:*"));
      assertThat(open.confidence()).isGreaterThanOrEqualTo(0.99);
      assertThat(open.details()).containsEntry("mode", "standalone");
    }

    @Test
    void namesTheFamilyOfAServerThatWantsAPassword() {
      Fingerprint closed =
          detect(
              line ->
                  line.startsWith("GET")
                      ? ARITY.formatted("get")
                      : line.equals("ECHO")
                          ? ARITY.formatted("echo")
                          : line.equals("HELLO")
                              ? "-NOAUTH HELLO must be called with the client already"
                                  + " authenticated, otherwise the HELLO AUTH <user> <pass>"
                                  + " option can be used\r\n"
                              : "-NOAUTH Authentication required.\r\n");
      assertThat(closed.service().product()).isEqualTo("Redis");
      assertThat(closed.service().version()).isNull();
      assertThat(closed.details()).containsEntry("authentication", true);
    }

    @Test
    void isNotFooledByAFixedAnswer() {
      assertThat(detect(_ -> ARITY.formatted("get")).service().protocol()).isNull();
      assertThat(detect(_ -> "-NOAUTH Authentication required.\r\n").service().protocol()).isNull();
    }
  }
}
