package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintCsvTest {

  private static String row(String product) {
    return FingerprintCsv.row(
        Exports.open(
            21, new Service("ftp", product, "1", null, null, null, null, List.of(), false), null));
  }

  @Test
  void aRowHasACellForEveryColumn() {
    Service service =
        new Service(
            "http",
            "nginx, \"the\" server",
            "1.22.1",
            "info",
            "www.example",
            "Linux",
            "router",
            List.of("cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*", "cpe:2.3:o:x:y:*:*:*:*:*:*:*:*"),
            true);

    assertThat(FingerprintCsv.row(Exports.open(443, service, "http")))
        .isEqualTo(
            "127.0.0.1,127.0.0.1,443,tcp,open,http,\"nginx, \"\"the\"\" server\",1.22.1,info,"
                + "www.example,Linux,router,true,\"cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*"
                + " cpe:2.3:o:x:y:*:*:*:*:*:*:*:*\",0.97,http,2026-11-02T20:00:05Z,1500.0\r\n");
  }

  @Test
  void whatIsUnknownIsEmpty() {
    Endpoint endpoint =
        new Endpoint("lab", InetAddress.ofLiteral("2001:db8::1"), 53, Transport.UDP);

    assertThat(
            FingerprintCsv.row(
                Fingerprint.without(endpoint, State.OPEN_OR_FILTERED, Exports.NOW, Duration.ZERO)))
        .isEqualTo(
            "lab,2001:db8:0:0:0:0:0:1,53,udp,openOrFiltered,,,,,,,,,,0.0,,2026-11-02T20:00:05Z,0.0"
                + "\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "=1+1, \"'=1+1\"",
        "+1, \"'+1\"",
        "-1, \"'-1\"",
        "@SUM(A1), \"'@SUM(A1)\"",
        "\uff1d1, \"'\uff1d1\"",
        "a=1, a=1",
        "1-1, 1-1"
      })
  void whatBeginsLikeAFormulaIsText(String product, String cell) {
    assertThat(row(product)).contains(",ftp," + cell + ",1,");
  }

  @Test
  void whatCanNotBeSeenIsEscaped() {
    assertThat(row("\t=1+1")).contains(",ftp,\\t=1+1,1,");
    assertThat(row("a\r\nb\0\u001b[31m\u202e\\"))
        .contains(",ftp,a\\r\\nb\\x00\\x1b[31m\\u{202e}\\\\,");
    assertThat(row("Gr\u00fc\u00dfe \u65e5\u672c"))
        .contains(",ftp,\"Gr\u00fc\u00dfe \u65e5\u672c\",");
  }

  @Test
  void theHeaderNamesTheColumns() {
    assertThat(Exports.readCsv(FingerprintCsv.HEADER + row("x")))
        .hasSize(2)
        .allSatisfy(cells -> assertThat(cells).hasSize(18));
  }
}
