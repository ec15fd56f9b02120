package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import java.net.InetAddress;
import java.util.List;

class TlsFuzzTests {

  private final TlsProbe probe = new TlsProbe();

  @FuzzTest
  void records(byte[] content) {
    Bytes received = Bytes.of(content);
    for (Bytes sent :
        List.of(TlsHelloTests.CLIENT, TlsHelloTests.RFC_CLIENT, received, Bytes.EMPTY)) {
      for (Ending ending : List.of(Ending.OPEN, Ending.CLOSED)) {
        check(sent, received, ending);
      }
    }
  }

  private void check(Bytes sent, Bytes received, Ending ending) {
    InetAddress local = InetAddress.ofLiteral("127.0.0.1");
    Answer answer = new Answer("turn", sent, received, ending, local, null);
    switch (probe.recognise(answer)) {
      case Recognition.Recognised(Finding finding) -> {
        assertThat(TlsHello.offer(sent)).isPresent();
        assertThat(finding.tls().version()).matches("TLSv1(\\.[123])?|SSLv3");
        assertThat(finding.evidence().getFirst().matched())
            .allMatch(span -> span.offset() + span.length() <= received.length());
      }
      case Recognition.Suspected(Finding finding) ->
          assertThat(finding.confidence()).isLessThan(0.9);
      case Recognition.Incomplete _ -> assertThat(ending).isEqualTo(Ending.OPEN);
      case Recognition.Mismatch _ ->
          assertThat(
                  received.startsWith(TlsHelloTests.RFC_SERVER)
                      && sent.equals(TlsHelloTests.RFC_CLIENT))
              .isFalse();
    }
  }
}
