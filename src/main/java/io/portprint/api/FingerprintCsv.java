package io.portprint.api;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprints as comma-separated values (RFC 4180): a header row, then a row each, every line
 * ended by CR LF. What peers made up is escaped, so no cell holds a line break, and no cell begins
 * with what a spreadsheet takes for a formula.
 */
final class FingerprintCsv {

  static final String MEDIA_TYPE = "text/csv";
  static final String HEADER =
      "host,address,port,transport,state,protocol,product,version,info,hostname,os,device,tls,cpe,"
          + "confidence,impostor,observedAt,durationMillis\r\n";

  /** What is shown of an impostor that claims nothing in particular. */
  static final String ANYTHING = "anything";

  /**
   * What begins a formula in the spreadsheets that are about, also in full width. Tab and CR, which
   * some pass over before one, are escaped already.
   */
  private static final String FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20";

  private FingerprintCsv() {}

  static String row(Fingerprint fingerprint) {
    Endpoint endpoint = fingerprint.endpoint();
    Service service = fingerprint.service();
    Service known = service == null ? Service.UNKNOWN : service;
    List<String> cells =
        List.of(
            cell(endpoint.host()),
            cell(endpoint.addressText()),
            Integer.toString(endpoint.port()),
            endpoint.transport().label(),
            Words.of(fingerprint.state()),
            cell(known.protocol()),
            cell(known.product()),
            cell(known.version()),
            cell(known.info()),
            cell(known.hostname()),
            cell(known.os()),
            cell(known.device()),
            service == null ? "" : Boolean.toString(service.tls()),
            cell(String.join(" ", known.cpe())),
            Double.toString(Words.threeDecimals(fingerprint.confidence())),
            cell(claim(fingerprint.impostor())),
            Words.millis(fingerprint.observedAt()).toString(),
            Double.toString(Words.millis(fingerprint.duration())));
    return cells.stream().collect(Collectors.joining(",", "", "\r\n"));
  }

  /** What an impostor claims to be; null of what is none. */
  static @Nullable String claim(@Nullable Impostor impostor) {
    return impostor == null ? null : Objects.requireNonNullElse(impostor.claimed(), ANYTHING);
  }

  private static String cell(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return "";
    }
    String escaped = PeerText.escaped(text);
    String harmless = FORMULA.indexOf(escaped.charAt(0)) < 0 ? escaped : '\'' + escaped;
    return harmless.chars().allMatch(FingerprintCsv::plain)
        ? harmless
        : '"' + harmless.replace("\"", "\"\"") + '"';
  }

  /** What separates cells in some country, and quotes, stand in quotes; so does any white space. */
  private static boolean plain(int c) {
    return c > ' ' && ",;\"'".indexOf(c) < 0;
  }
}
