package io.portprint.probe.protocol;

import static io.portprint.testing.LoopbackPeer.say;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Probe;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.LoopbackPeer.Script;
import io.portprint.testing.Probing;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Servers that greet and answer line by line, and what detection makes of them. */
final class LineServer {

  private LineServer() {}

  /**
   * @param answers null for silence
   */
  static Script script(String greeting, UnaryOperator<String> answers) {
    return connection -> {
      say(connection, greeting);
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String answer = answers.apply(line);
        if (answer != null) {
          say(connection, answer);
        }
      }
    };
  }

  static Fingerprint detect(Probe probe, Script script) {
    try (LoopbackPeer peer = LoopbackPeer.tcp(script)) {
      return Probing.detect(peer.port(), Transport.TCP, probe);
    }
  }

  static Fingerprint detect(Probe probe, String greeting, UnaryOperator<String> answers) {
    return detect(probe, script(greeting, answers));
  }

  /** What was said unasked. */
  static Answer greeting(String text, Ending ending) {
    return answer("", text, ending);
  }

  static Answer answer(String sent, String received, Ending ending) {
    return new Answer(
        sent.isEmpty() ? Answer.GREETING : "other/opening",
        Bytes.latin1(sent),
        Bytes.latin1(received),
        ending,
        InetAddress.ofLiteral("127.0.0.1"),
        Duration.ofMillis(1));
  }
}
