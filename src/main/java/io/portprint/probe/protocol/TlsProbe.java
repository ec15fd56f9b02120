package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Finds TLS (RFC 8446, RFC 5246) by its answer to a ClientHello, and goes through a handshake so
 * that what speaks inside can be found out. Servers that can't be shaken hands with, because they
 * speak versions that Java refuses or demand what we don't have, are told by what their ServerHello
 * showed.
 */
@Component
final class TlsProbe implements Probe {

  private static final String PROTOCOL = "tls";
  private static final Service SERVICE = Service.of(PROTOCOL).withTls(true);

  private static final Set<Integer> PORTS =
      Set.of(
          261, 443, 465, 563, 614, 636, 684, 695, 832, 853, 989, 990, 992, 993, 994, 995, 1311,
          2083, 2087, 2096, 2376, 3269, 4433, 4443, 4843, 5061, 5223, 5349, 5671, 5986, 6443, 6514,
          6679, 6697, 7443, 8243, 8443, 8834, 8883, 9443, 10443);

  private static final double SERVER_HELLO = 0.99;
  private static final double ALERT_TO_CLIENT_HELLO = 0.85;
  private static final double UNASKED_ALERT = 0.60;
  private static final double SSL2 = 0.50;
  private static final List<String> WEB = List.of("h2", "http/1.1");

  /** What shows itself inside to nobody without a certificate, by its application protocol. */
  private static final Map<String, Service> BY_ALPN =
      Map.of(
          "bep/1.0",
          Claims.product(
                  "syncthing",
                  "Syncthing",
                  null,
                  List.of("cpe:2.3:a:syncthing:syncthing:*:*:*:*:*:*:*:*"))
              .withTls(true));

  @Override
  public Description description() {
    return new Description(
        "tls",
        PROTOCOL,
        Transport.TCP,
        "TLS",
        "Sends a ClientHello for TLS 1.0 to 1.3 and checks the ServerHello against it, then goes"
            + " through a handshake and has what speaks inside found out.",
        List.of("RFC 8446", "RFC 5246", "RFC 5746", "RFC 7301", "RFC 8422"));
  }

  /**
   * No server name is told: an opening does not know whom it is for. The handshake of the
   * examination tells it.
   */
  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("tls/client-hello", TlsHello.client(random), PORTS, 1));
  }

  @Override
  public Recognition recognise(Answer answer) {
    if (answer.silent()) {
      return answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
    }
    boolean asked = TlsHello.offer(answer.sent()).isPresent();
    return switch (read(answer)) {
      case TlsHello.Reply.ServerHello hello -> new Recognition.Recognised(found(answer, hello));
      case TlsHello.Reply.Alert alert ->
          // a server of TLS waits for the client, so what complains unasked is none
          answer.isGreeting()
              ? Recognition.MISMATCH
              : answer.ended()
                  ? new Recognition.Suspected(
                      Finding.of(
                          SERVICE,
                          asked ? ALERT_TO_CLIENT_HELLO : UNASKED_ALERT,
                          answer.because(
                              "an alert of TLS: " + alert.description(),
                              List.of(new Span(0, answer.received().length())))))
                  : Recognition.INCOMPLETE;
      case TlsHello.Reply.Ssl2() ->
          new Recognition.Suspected(
              Finding.of(
                  SERVICE, SSL2, answer.because("a message of SSL 2.0", List.of(new Span(0, 5)))));
      case TlsHello.Reply.Unfinished() ->
          answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
      case TlsHello.Reply.Foreign _ -> Recognition.MISMATCH;
    };
  }

  private static TlsHello.Reply read(Answer answer) {
    return TlsHello.read(answer.received(), TlsHello.offer(answer.sent()).orElse(null));
  }

  private static Finding found(Answer answer, TlsHello.Reply.ServerHello hello) {
    String reason =
        (hello.retry() ? "a ServerHello that asks for another key share" : "a ServerHello")
            + " that chooses "
            + hello.version()
            + " and "
            + hello.cipher()
            + " of our offer"
            + (hello.repeatsSession() ? ", and repeats our session id" : "");
    return Finding.of(
            SERVICE, SERVER_HELLO, answer.because(reason, List.of(new Span(0, hello.end()))))
        .withTls(new Tls(hello.version(), hello.cipher(), null, null, null, null));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    if (interview.insideTls()) {
      return new Examination.Confirmed(finding); // one layer deep, no deeper
    }
    Tls tls = shakeHands(interview, WEB);
    if (tls.failure() != null) {
      tls =
          shakeHands(
              interview, List.of()); // the offer of application protocols may have been refused
      if (tls.failure() == null) {
        Tls other = shakeHands(interview, List.copyOf(BY_ALPN.keySet()));
        Service named = other.alpn() == null ? null : BY_ALPN.get(other.alpn());
        if (named != null) {
          return new Examination.Confirmed(finding.withService(named).withTls(other));
        }
      }
    }
    return tls.failure() == null
        ? new Examination.Layer(finding.withConfidence(SERVER_HELLO).withTls(tls))
        : withoutHandshake(finding, interview, tls);
  }

  private static Tls shakeHands(Interview interview, List<String> alpn)
      throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      return conversation.startTls("", alpn);
    } catch (ConversationException failed) {
      return switch (failed.failure()) {
        case RESET -> new Tls(null, null, null, null, null, "reset in the handshake");
        case REFUSED, TIMEOUT, UNREACHABLE, ENDED, LOCAL -> throw failed;
      };
    }
  }

  /**
   * What a second ClientHello shows of a server that can't be shaken hands with: a true one answers
   * it with another random, a recording with the same.
   */
  private static Examination withoutHandshake(Finding finding, Interview interview, Tls failed)
      throws ConversationException {
    Answer again = interview.ask("tls/client-hello", TlsHello.client(interview.random()));
    return switch (read(again)) {
      case TlsHello.Reply.ServerHello hello ->
          replays(interview.first(), hello)
              ? impostor(again)
              : new Examination.Confirmed(found(again, hello).withTls(shown(failed, hello)));
      case TlsHello.Reply.Alert alert ->
          new Examination.Confirmed(
              finding
                  .withConfidence(ALERT_TO_CLIENT_HELLO)
                  .withEvidence(
                      again.because(
                          "a ClientHello is answered with an alert of TLS: " + alert.description(),
                          List.of(new Span(0, again.received().length()))))
                  .withTls(finding.tls() == null ? failed : withFailure(finding.tls(), failed)));
      case TlsHello.Reply.Ssl2() ->
          new Examination.Confirmed(
              finding
                  .withConfidence(SSL2)
                  .withTls(new Tls("SSLv2", null, null, null, null, failed.failure())));
      case TlsHello.Reply.Unfinished(), TlsHello.Reply.Foreign _ ->
          new Examination.Refuted(
              "no handshake, and no ServerHello or alert to a second ClientHello: "
                  + failed.failure(),
              null,
              List.of(again.because("neither ServerHello nor alert of TLS", List.of())));
    };
  }

  private static boolean replays(Answer first, TlsHello.Reply.ServerHello again) {
    return !again.retry()
        && read(first) instanceof TlsHello.Reply.ServerHello before
        && before.random().equals(again.random());
  }

  private static Examination impostor(Answer again) {
    String reason = "two ClientHellos are answered with the same server random";
    Bytes received = again.received();
    return new Examination.Refuted(
        reason,
        new Impostor(PROTOCOL, "a second ClientHello", received.head(64).escaped(), reason),
        List.of(again.because(reason, List.of(new Span(0, received.length())))));
  }

  private static Tls shown(Tls failed, TlsHello.Reply.ServerHello hello) {
    return new Tls(
        hello.version(), hello.cipher(), null, null, failed.certificate(), failed.failure());
  }

  private static Tls withFailure(Tls seen, Tls failed) {
    return new Tls(
        seen.version(), seen.cipher(), seen.alpn(), null, failed.certificate(), failed.failure());
  }
}
