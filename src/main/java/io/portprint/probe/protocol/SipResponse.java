package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Span;
import io.portprint.probe.Answer;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request of SIP (RFC 3261) that asks for nothing but capabilities, and the response to it. */
final class SipResponse {

  static final String PROTOCOL = "sip";

  private static final double REPEATS_CALL = 0.99;
  private static final Pattern CALL =
      Pattern.compile("^OPTIONS sip:.*\\r\\nCall-ID: (\\w{16})\\r\\n", Pattern.DOTALL);
  private static final Pattern STATUS = Pattern.compile("^SIP/2\\.0 ([1-6]\\d\\d) ");
  private static final Pattern SOFTWARE =
      Pattern.compile(
          "\\r\\n(?:Server|User-Agent):[ \\t]*([^\\r\\n]{1,200})", Pattern.CASE_INSENSITIVE);

  private SipResponse() {}

  /**
   * An OPTIONS request (section 11); {@code rport} has the response sent to where this came from.
   */
  static Bytes options(RandomGenerator random, String transport) {
    String call = Claims.random(random, 8).hex();
    return Bytes.latin1(
        "OPTIONS sip:portprint.invalid SIP/2.0\r\n"
            + "Via: SIP/2.0/%s portprint.invalid;branch=z9hG4bK%s;rport\r\n"
                .formatted(transport, call)
            + "From: <sip:portprint@portprint.invalid>;tag=%s\r\n".formatted(call.substring(8))
            + "To: <sip:portprint.invalid>\r\n"
            + "Call-ID: %s\r\n".formatted(call)
            + "CSeq: 1 OPTIONS\r\n"
            + "Contact: <sip:portprint@portprint.invalid>\r\n"
            + "Accept: application/sdp\r\n"
            + "Max-Forwards: 0\r\n"
            + "Content-Length: 0\r\n\r\n");
  }

  static Recognition recognise(Answer answer, SignatureBook signatures) {
    Matcher call = CALL.matcher(answer.sent().latin1());
    if (!call.find()) {
      return Recognition.MISMATCH;
    }
    String said = answer.received().latin1();
    Matcher status = STATUS.matcher(said);
    boolean begun = "SIP/2.0 ".startsWith(said) || said.startsWith("SIP/2.0 ");
    if (!status.find() || !said.contains("\r\n\r\n") || !said.contains(call.group(1))) {
      return Claims.notYet(answer, begun && !said.contains("\r\n\r\n"));
    }
    Matcher software = SOFTWARE.matcher(said);
    Optional<Bytes> product =
        software.find() ? Optional.of(Bytes.latin1(software.group(1))) : Optional.empty();
    Optional<Match> match = product.flatMap(text -> signatures.match("sip.server", text));
    Finding finding =
        Finding.of(
                Claims.named(PROTOCOL, match),
                REPEATS_CALL,
                answer.because(
                    "a response that repeats our call's 64 random bits",
                    List.of(new Span(status.start(), status.end())),
                    match.map(Match::signature).orElse(null)))
            .withDetail("status", Integer.parseInt(status.group(1)));
    return new Recognition.Recognised(
        product.map(text -> finding.withDetail("server", Claims.text(text))).orElse(finding));
  }
}
