package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttProbeTests {

  private static final Bytes BAD_LEVEL = Bytes.hex("20020001");
  private static final Bytes ACCEPTED = Bytes.hex("20020000");
  private static final Bytes NOT_AUTHORISED = Bytes.hex("20020005");
  private static final Bytes ID = Bytes.hex("0107");

  private final MqttProbe probe = new MqttProbe(SignatureBooks.own());

  @Nested
  class Version5 {

    @ParameterizedTest
    @CsvSource({
      "2003000000, true",
      "2003008400, true",
      "20060000032200 0a, true",
      "20020000, false",
      "2003000001, false",
      "2003000100, false",
      "2003000000ff, false",
      "2003010000, false",
    })
    void acknowledgesWithProperties(String packet, boolean own) {
      assertThat(MqttProbe.isOfFive(Bytes.hex(packet.replace(" ", "")))).isEqualTo(own);
    }
  }

  private static Bytes published(String text) {
    String topic = "$SYS/broker/version";
    return Bytes.of((byte) 0x31, (byte) (2 + topic.length() + text.length()), (byte) 0)
        .plus(Bytes.of((byte) topic.length()))
        .plus(Bytes.latin1(topic + text));
  }

  private static Bytes acknowledged(Bytes id, String granted) {
    return Bytes.hex("9003").plus(id).plus(Bytes.hex(granted));
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @ValueSource(strings = {"20020000", "20020001", "20020002", "20020005"})
    void suspectsAnAcknowledgement(String answer) {
      Strangers.suspected(
          probe.recognise(Strangers.answer(Strangers.opening(probe), Bytes.hex(answer))));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"20020006", "20020101", "2002000100", "20030001", "2003008400", "20020100"})
    void takesNothingElse(String answer) {
      assertThat(probe.recognise(Strangers.answer(Strangers.opening(probe), Bytes.hex(answer))))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void takesNoRefusalOfAnotherQuestion() {
      assertThat(probe.recognise(OtherAnswers.greeting(BAD_LEVEL))).isEqualTo(Recognition.MISMATCH);
      assertThat(probe.recognise(OtherAnswers.toGet(BAD_LEVEL.latin1())))
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void claimsNobodyElse() {
      Strangers.assertNobodyElse(probe);
      OtherAnswers.areNotClaimedBy(probe, "mqtt");
    }
  }

  @Nested
  class Packets {

    @ParameterizedTest
    @CsvSource({
      "9003010700, true",
      "9003010780, true",
      "9003010703, false",
      "9003010800, false",
      "90030107, false",
      "900401070000, false",
      "d0009003010700, true",
      "9083000107 00, true",
      "90ffffffff0107, false",
    })
    void acknowledge(String packets, boolean own) {
      assertThat(MqttProbe.acknowledges(Bytes.hex(packets.replace(" ", "")), ID)).isEqualTo(own);
    }

    @Test
    void publishBeforeOrAfter() {
      Bytes message = published("mosquitto version 2.0.11");
      Bytes granted = acknowledged(ID, "00");
      assertThat(MqttProbe.message(granted.plus(message), ID))
          .contains(Bytes.latin1("mosquitto version 2.0.11"));
      assertThat(MqttProbe.message(message.plus(granted), ID)).isPresent();
      assertThat(MqttProbe.message(message, ID)).isEmpty();
      assertThat(MqttProbe.message(granted, ID)).isEmpty();
    }

    @FuzzTest
    void areReadTotally(byte[] received) {
      Bytes bytes = Bytes.of(received);
      if (MqttProbe.message(bytes, ID).isPresent()) {
        assertThat(MqttProbe.acknowledges(bytes, ID)).isTrue();
      }
      Recognition recognition = probe.recognise(Strangers.answer(Strangers.opening(probe), bytes));
      if (recognition instanceof Recognition.Suspected) {
        assertThat(bytes.at(0)).isEqualTo(0x20);
      }
    }
  }

  @Nested
  class Examine {

    private Fingerprint detect(Bytes connack, UnaryOperator<Bytes> subscribed) {
      return detect(
          said ->
              said.at(0) != 0x10
                  ? subscribed.apply(said)
                  : switch (said.at(8)) {
                    case 4 -> connack;
                    case 5 -> Bytes.hex("2003000000");
                    default -> BAD_LEVEL;
                  });
    }

    private Fingerprint detect(UnaryOperator<Bytes> script) {
      try (LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection -> {
                for (Bytes said = LoopbackPeer.hear(connection);
                    !said.isEmpty() && said.at(0) != 0xe0;
                    said = LoopbackPeer.hear(connection)) {
                  LoopbackPeer.say(connection, script.apply(said));
                }
              })) {
        return Strangers.detect(peer, Transport.TCP, probe);
      }
    }

    @Test
    void readsTheVersionOfAnOpenBroker() {
      Fingerprint broker =
          detect(
              ACCEPTED,
              said ->
                  acknowledged(said.slice(2, 4), "00").plus(published("mosquitto version 2.0.11")));
      assertThat(broker.service().protocol()).isEqualTo("mqtt");
      assertThat(broker.service().product()).isEqualTo("Mosquitto");
      assertThat(broker.service().version()).isEqualTo("2.0.11");
      assertThat(broker.service().cpe())
          .containsExactly("cpe:2.3:a:eclipse:mosquitto:2.0.11:*:*:*:*:*:*:*");
      assertThat(broker.details()).containsEntry("authentication", false);
      assertThat(broker.confidence()).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void provesABrokerThatTellsNoVersion() {
      Fingerprint broker = detect(ACCEPTED, said -> acknowledged(said.slice(2, 4), "80"));
      assertThat(broker.service().protocol()).isEqualTo("mqtt");
      assertThat(broker.service().product()).isNull();
    }

    @Test
    void provesABrokerThatWantsAPassword() {
      Fingerprint broker = detect(NOT_AUTHORISED, said -> said);
      assertThat(broker.service().protocol()).isEqualTo("mqtt");
      assertThat(broker.details()).containsEntry("authentication", true);
    }

    @Test
    void isNotFooledByAFixedAnswer() {
      for (Bytes fixed : new Bytes[] {BAD_LEVEL, ACCEPTED, NOT_AUTHORISED}) {
        assertThat(detect(_ -> fixed).service().protocol()).isNull();
      }
      assertThat(detect(ACCEPTED, said -> said).service().protocol()).isNull();
      assertThat(detect(ACCEPTED, _ -> acknowledged(Bytes.hex("0001"), "00")).service().protocol())
          .isNull();
    }
  }
}
