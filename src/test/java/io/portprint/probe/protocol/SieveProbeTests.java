package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SieveProbeTests {

  private static final String GREETING =
      "\"IMPLEMENTATION\" \"Dovecot (Debian) Pigeonhole\"\r\n"
          + "\"SIEVE\" \"fileinto reject envelope\"\r\n\"SASL\" \"\"\r\n\"VERSION\" \"1.0\"\r\n"
          + "OK \"Dovecot (Debian) ready.\"\r\n";

  private final SieveProbe probe = new SieveProbe(SignatureBooks.own());

  private Recognition heard(String text, Ending ending) {
    return probe.recognise(LineServer.greeting(text, ending));
  }

  @Test
  void takesCapabilitiesThatEndWithOk() {
    assertThat(heard(GREETING, Ending.SILENCE)).isInstanceOf(Recognition.Recognised.class);
  }

  @Test
  void waitsForTheEnd() {
    assertThat(heard(GREETING.substring(0, 120), Ending.OPEN)).isEqualTo(Recognition.INCOMPLETE);
    assertThat(heard(GREETING.substring(0, 120), Ending.CLOSED)).isEqualTo(Recognition.MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "OK \"ready\"\r\n",
        "\"a\" \"b\"\r\n\"c\" \"d\"\r\nOK\r\n",
        "\"SIEVE\" \"fileinto\"\r\nOK\r\n",
        "* OK IMAP4rev1\r\n"
      })
  void refusesTheRest(String text) {
    assertThat(heard(text, Ending.SILENCE)).isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void isProvenByTheWordThatComesBack() {
    Fingerprint print =
        LineServer.detect(
            probe,
            GREETING,
            line ->
                line.startsWith("NOOP ")
                    ? "OK (TAG " + line.substring(5) + ") \"NOOP completed.\"\r\n"
                    : "OK \"Logout completed.\"\r\n");
    assertThat(print.service().protocol()).isEqualTo("sieve");
    assertThat(print.service().product()).isEqualTo("Dovecot Pigeonhole");
    assertThat(print.confidence()).isGreaterThan(0.95);
    assertThat(print.details()).containsEntry("startTls", false);
  }

  @Test
  void takesAnOlderServer() {
    Fingerprint print =
        LineServer.detect(
            probe,
            "\"IMPLEMENTATION\" \"Cyrus timsieved v2.4.17\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n",
            line -> "NO \"Unknown command\"\r\n");
    assertThat(print.service().version()).isEqualTo("2.4.17");
    assertThat(print.confidence()).isGreaterThan(0.85);
  }

  @Test
  void catchesWhoeverSaysTheSameAgain() {
    Fingerprint print = LineServer.detect(probe, GREETING, line -> GREETING);
    assertThat(print.identified()).isFalse();
    assertThat(print.impostor()).isNotNull();
  }

  @FuzzTest
  void neverFails(FuzzedDataProvider data) {
    Ending ending = data.pickValue(Ending.values());
    String text = Bytes.of(data.consumeRemainingAsBytes()).latin1();
    assertThat(heard(text, ending)).isNotNull();
  }
}
