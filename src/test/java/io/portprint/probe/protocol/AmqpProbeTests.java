package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmqpProbeTests {

  private static final Bytes HEADER = Bytes.latin1("AMQP\0\0\11\1");
  private static final Bytes SASL = Bytes.latin1("AMQP\3\1\0\0");

  private final AmqpProbe probe = new AmqpProbe(SignatureBooks.own());

  private static Bytes u32(int number) {
    return Bytes.hex("%08x".formatted(number));
  }

  private static Bytes longText(String text) {
    return u32(text.length()).plus(Bytes.latin1(text));
  }

  private static Bytes field(String name, char type, Bytes value) {
    return Bytes.hex("%02x".formatted(name.length())).plus(Bytes.latin1(name + type)).plus(value);
  }

  private static Bytes start(Bytes table) {
    Bytes payload =
        Bytes.hex("000a000a0009")
            .plus(u32(table.length()))
            .plus(table)
            .plus(longText("PLAIN"))
            .plus(longText("en_US"));
    return Bytes.hex("010000").plus(u32(payload.length())).plus(payload).plus(Bytes.hex("ce"));
  }

  private static Bytes start(String product) {
    return start(
        field("capabilities", 'F', u32(13).plus(field("basic.nack", 't', Bytes.hex("01"))))
            .plus(field("cluster_name", 'S', longText("rabbit@node.example")))
            .plus(field("platform", 'S', longText("Erlang/OTP 25.2.3")))
            .plus(field("product", 'S', longText(product)))
            .plus(field("version", 'S', longText("3.10.8"))));
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @CsvSource({
      "00000901, 0-9-1",
      "01010009, 0-9",
      "01010800, 0-8",
      "00010000, 1.0",
      "03010000, 1.0",
    })
    void takesAHeader(String after, String version) {
      String header = "AMQP" + Bytes.hex(after).latin1();
      assertThat(Strangers.recognised(probe.recognise(OtherAnswers.toGet(header))).details())
          .containsEntry("protocolVersion", version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AMQP", "AMQP\0\0\11", "AMQP\0\0\11\1\1", "AMQP 0.9", "AMQQ\0\0\11\1"})
    void takesNothingElse(String text) {
      assertThat(probe.recognise(OtherAnswers.toGet(text))).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void waitsForTheRest() {
      for (int length = 1; length < HEADER.length(); length++) {
        assertThat(
                probe.recognise(
                    OtherAnswers.answer(
                        "http/get", OtherAnswers.GET, HEADER.head(length), Ending.OPEN)))
            .isEqualTo(Recognition.INCOMPLETE);
      }
    }

    @Test
    void claimsNoStranger() {
      OtherAnswers.areNotClaimedBy(probe, "amqp");
    }
  }

  @Nested
  class Start {

    @Test
    void tellsTheTexts() throws Cursor.Malformed {
      assertThat(AmqpProbe.serverProperties(start("RabbitMQ")))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "cluster_name", "rabbit@node.example",
                  "platform", "Erlang/OTP 25.2.3",
                  "product", "RabbitMQ",
                  "version", "3.10.8"));
    }

    @ParameterizedTest
    @CsvSource({
      "V, ''",
      "t, 01",
      "b, 01",
      "s, 0001",
      "I, 00000001",
      "D, 0000000001",
      "l, 0000000000000001",
      "T, 0000000000000001",
      "A, 000000027401",
      "x, 00000001ff",
    })
    void passesValuesOfOtherTypes(char type, String value) throws Cursor.Malformed {
      Bytes table =
          field("other", type, Bytes.hex(value)).plus(field("product", 'S', longText("P")));
      assertThat(AmqpProbe.serverProperties(start(table))).isEqualTo(Map.of("product", "P"));
    }

    @Test
    void isAllOrNothing() {
      Bytes whole = start("RabbitMQ");
      for (int length = 0; length < whole.length(); length++) {
        Bytes cut = whole.head(length);
        assertThatThrownBy(() -> AmqpProbe.serverProperties(cut))
            .isInstanceOf(Cursor.Malformed.class);
      }
      assertThatThrownBy(() -> AmqpProbe.serverProperties(whole.plus(whole)))
          .isInstanceOf(Cursor.Malformed.class);
      Bytes many = Bytes.latin1("\1aV".repeat(65));
      assertThatThrownBy(() -> AmqpProbe.serverProperties(start(many)))
          .isInstanceOf(Cursor.Malformed.class);
    }

    @FuzzTest
    void isTotal(byte[] received) {
      Bytes bytes = Bytes.of(received);
      boolean mechanisms = AmqpProbe.hasMechanisms(bytes);
      try {
        AmqpProbe.serverProperties(bytes);
        assertThat(mechanisms).isFalse();
        assertThat(bytes.at(bytes.length() - 1)).isEqualTo(0xce);
      } catch (Cursor.Malformed refused) {
        assertThat(refused).hasMessageMatching("(?s).+");
      }
      if (probe.recognise(OtherAnswers.greeting(bytes)) instanceof Recognition.Recognised) {
        assertThat(bytes.length()).isEqualTo(8);
      }
    }
  }

  @Nested
  class Examine {

    private static Fingerprint detect(UnaryOperator<Bytes> script) {
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection ->
                  LoopbackPeer.say(connection, script.apply(LoopbackPeer.hear(connection))))) {
        return Probing.detect(
            peer.port(),
            Transport.TCP,
            new HttpProbe(SignatureBooks.own()),
            new AmqpProbe(SignatureBooks.own()));
      }
    }

    @Test
    void readsWhatTheServerSaysOfItself() {
      Fingerprint server = detect(said -> said.equals(HEADER) ? start("RabbitMQ") : HEADER);
      assertThat(server.service().protocol()).isEqualTo("amqp");
      assertThat(server.service().product()).isEqualTo("RabbitMQ");
      assertThat(server.service().version()).isEqualTo("3.10.8");
      assertThat(server.service().cpe())
          .containsExactly("cpe:2.3:a:vmware:rabbitmq:3.10.8:*:*:*:*:*:*:*");
      assertThat(server.details())
          .containsEntry("clusterName", "rabbit@node.example")
          .containsEntry("platform", "Erlang/OTP 25.2.3");
      assertThat(server.confidence()).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void takesAServersWordForAProductThatIsNotKnown() {
      Fingerprint server = detect(said -> said.equals(HEADER) ? start("LavinMQ") : HEADER);
      assertThat(server.service().product()).isEqualTo("LavinMQ");
      assertThat(server.service().version()).isEqualTo("3.10.8");
      assertThat(server.service().cpe()).isEmpty();
    }

    @Test
    void knowsVersionOneByItsMechanisms() {
      Bytes mechanisms =
          SASL.plus(Bytes.hex("0000001c02010000005340c00f01e00c01a309"))
              .plus(Bytes.latin1("ANONYMOUS"));
      Fingerprint server = detect(said -> said.equals(SASL) ? mechanisms : SASL);
      assertThat(server.service().protocol()).isEqualTo("amqp");
      assertThat(server.details()).containsEntry("protocolVersion", "1.0");
    }

    @Test
    void isNotFooledByAFixedAnswer() {
      assertThat(detect(_ -> HEADER).service().protocol()).isNull();
      assertThat(detect(_ -> SASL).service().protocol()).isNull();
      assertThat(detect(said -> said).service().protocol()).isNull();
    }
  }
}
