package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.protocol.HttpJudge.Further;
import io.portprint.probe.protocol.HttpJudge.Judgement;
import io.portprint.probe.protocol.HttpJudge.Reply;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpJudgeTests {

  private static final String PAGE =
      "HTTP/1.1 200 OK\r\nServer: a\r\nDate: b\r\nContent-Length: 4\r\n\r\npage";
  private static final String REFUSAL =
      "HTTP/1.1 400 Bad Request\r\nServer: a\r\nDate: b\r\nContent-Length: 3\r\n\r\nbad";
  private static final String BARE = "HTTP/1.0 404 Not Found\r\n\r\n";
  private static final String GARBAGE = "abcdefghi jklmnop\r\n\r\n";

  private static Answer answer(String sent, Bytes received, Ending ending) {
    return new Answer(
        "test",
        Bytes.latin1(sent),
        received,
        ending,
        InetAddress.getLoopbackAddress(),
        Duration.ZERO);
  }

  private static Answer answer(String sent, String received) {
    return answer(sent, Bytes.latin1(received), Ending.CLOSED);
  }

  private static List<Answer> requests(String... received) {
    return List.of(received).stream().map(one -> answer("GET / HTTP/1.0\r\n\r\n", one)).toList();
  }

  private static List<Answer> garbage(String received) {
    return List.of(answer(GARBAGE, received), answer(GARBAGE, received));
  }

  private static Further further(String head, String elsewhere) {
    return new Further(answer("HEAD", head), answer("GET /x", elsewhere));
  }

  private static Judgement.Coherent coherent(Judgement judgement) {
    assertThat(judgement).isInstanceOf(Judgement.Coherent.class);
    return (Judgement.Coherent) judgement;
  }

  private static Judgement.Incoherent incoherent(Judgement judgement) {
    assertThat(judgement).isInstanceOf(Judgement.Incoherent.class);
    return (Judgement.Incoherent) judgement;
  }

  @Nested
  class Servers {

    @Test
    void thatRefuseGarbageAreSure() {
      assertThat(
              coherent(HttpJudge.judge(requests(PAGE, PAGE), garbage(REFUSAL), null)).confidence())
          .isGreaterThan(0.95);
    }

    @Test
    void thatHangUpOnGarbageAreAskedFurther() {
      assertThat(HttpJudge.judge(requests(PAGE, PAGE), garbage(""), null))
          .isInstanceOf(Judgement.Unsettled.class);
      String head = PAGE.substring(0, PAGE.length() - 4);
      assertThat(
              coherent(HttpJudge.judge(requests(PAGE, PAGE), garbage(""), further(head, PAGE)))
                  .confidence())
          .isGreaterThan(0.95);
    }

    @Test
    void thatHangUpAndMakeNoDifferenceAreLessSure() {
      assertThat(
              coherent(HttpJudge.judge(requests(PAGE, PAGE), garbage(""), further(PAGE, PAGE)))
                  .confidence())
          .isBetween(0.8, 0.92);
    }

    @Test
    void thatRefuseEverythingButHaveReadTheMethodAreServers() {
      String head = REFUSAL.substring(0, REFUSAL.length() - 3);
      coherent(
          HttpJudge.judge(requests(REFUSAL, REFUSAL), garbage(REFUSAL), further(head, REFUSAL)));
    }

    @Test
    void thatRefuseARequestWithoutHostOnlyAreServers() {
      coherent(HttpJudge.judge(requests(REFUSAL, PAGE), garbage(REFUSAL + "?"), null));
    }
  }

  @Nested
  class Impostors {

    @Test
    void echo() {
      assertThat(
              incoherent(HttpJudge.judge(requests(PAGE, PAGE), garbage(GARBAGE), null)).impostor())
          .isNotNull();
    }

    @Test
    void binaryNoise() {
      Answer noise =
          answer(GARBAGE, Bytes.hex("00 8f 03 c1 ff 10 02 99 a0 01 7f 05 06 07"), Ending.CLOSED);
      var judged = incoherent(HttpJudge.judge(requests(BARE, BARE), List.of(noise, noise), null));
      assertThat(judged.impostor()).isNotNull();
      assertThat(judged.impostor().claimed()).isEqualTo("http");
      assertThat(judged.impostor().received()).startsWith("\\x00\\x8f");
    }

    @Test
    void bareAnswerToEverything() {
      assertThat(incoherent(HttpJudge.judge(requests(BARE, BARE), garbage(BARE), null)).impostor())
          .isNotNull();
    }

    @Test
    void bareAnswerToRequestsOnlyIsFraming() {
      assertThat(incoherent(HttpJudge.judge(requests(BARE, BARE), garbage(""), null)).impostor())
          .isNull();
    }

    @Test
    void fixedPageForEverything() {
      assertThat(HttpJudge.judge(requests(PAGE, PAGE), garbage(PAGE), null))
          .isInstanceOf(Judgement.Unsettled.class);
      assertThat(
              incoherent(HttpJudge.judge(requests(PAGE, PAGE), garbage(PAGE), further(PAGE, PAGE)))
                  .impostor())
          .isNotNull();
    }

    @Test
    void fixedRefusalOfEverything() {
      assertThat(
              incoherent(
                      HttpJudge.judge(
                          requests(REFUSAL, REFUSAL), garbage(REFUSAL), further(REFUSAL, REFUSAL)))
                  .impostor())
          .isNotNull();
    }

    @Test
    void sameRefusalInTheVersionOfTheRequestIsAServers() {
      String old = REFUSAL.replace("HTTP/1.1", "HTTP/1.0");
      String modern = REFUSAL.replace("HTTP/1.0", "HTTP/1.1");
      assertThat(
              coherent(
                      HttpJudge.judge(requests(old, modern), garbage(old), further(modern, modern)))
                  .reason())
          .contains("each version");
      assertThat(
              incoherent(HttpJudge.judge(requests(old, old), garbage(old), further(old, old)))
                  .impostor())
          .isNotNull();
    }

    @Test
    void pagesWithoutStatusLineProveNothing() {
      assertThat(
              incoherent(
                      HttpJudge.judge(
                          requests("<html>x</html>", "<html>x</html>"), garbage(""), null))
                  .impostor())
          .isNull();
    }

    @Test
    void answeringOnlyTheFirstRequestIsIncoherent() {
      incoherent(HttpJudge.judge(requests(PAGE, ""), garbage(""), null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',CLOSED,END",
    "'',RESET,END",
    "'',SILENCE,SILENCE",
    "HTTP/1.0 400 Bad,CLOSED,REFUSAL",
    "HTTP/1.0 200 OK,CLOSED,WELCOME",
    "abcdefghi jklmnop,CLOSED,ECHO",
    "abcdefghi,CLOSED,ECHO",
    "<!DOCTYPE HTML><p>Error,CLOSED,PAGE",
    "ERROR unknown command,CLOSED,TEXT",
  })
  void reply(String received, Ending ending, Reply expected) {
    assertThat(Reply.of(answer(GARBAGE, Bytes.latin1(received), ending))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "68656c6c6f0d0a,false",
    "c3a9c3a9c3a9c3a9,false",
    "e282ace282ac,false",
    "000102,true",
    "0001,false",
    "e9e9e9e9,true",
    "ffffff,true",
    "1b5b306d0d0a09,false",
    "c3a9e2,false",
  })
  void binary(String hex, boolean expected) {
    assertThat(HttpJudge.isBinary(Bytes.hex(hex))).isEqualTo(expected);
  }
}
