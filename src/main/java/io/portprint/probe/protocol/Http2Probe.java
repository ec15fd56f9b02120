package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
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
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** HTTP/2 (RFC 9113) for servers that speak nothing older, such as gRPC. */
@Component
final class Http2Probe implements Probe {

  private static final String PROTOCOL = "http";
  private static final String GRPC = "grpc";
  private static final int STREAM = 1;
  private static final List<String> ALPN = List.of("h2");

  private final SignatureBook book;
  private final HttpProbe older;

  Http2Probe(SignatureBook book) {
    this.book = book;
    this.older = new HttpProbe(book);
  }

  @Override
  public Description description() {
    return new Description(
        "http2",
        PROTOCOL,
        Transport.TCP,
        "HTTP/2",
        "Begins a connection with prior knowledge; SETTINGS as the first frame, an acknowledgement"
            + " of ours, and a response in HPACK prove it.",
        List.of("RFC 9113", "RFC 7541"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("http2/preface", Http2Frame.PREFACE, Set.of(50051, 8443), 3, ALPN));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (!Http2Frame.beginsConnection(received)) {
      return !answer.ended() && Http2Frame.mayBeginConnection(received)
          ? Recognition.INCOMPLETE
          : Recognition.MISMATCH;
    }
    List<Http2Frame> frames = Http2Frame.read(received);
    if (frames.isEmpty()) {
      return answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
    }
    Http2Frame settings = frames.getFirst();
    if (!settings.isValidSettings()) {
      return Recognition.MISMATCH;
    }
    int length = Http2Frame.HEADER + settings.payload().length();
    Evidence evidence =
        answer.because(
            "the first frame is a server's SETTINGS (RFC 9113, 3.4)", List.of(new Span(0, length)));
    // nine octets of zeros and a 4 are little; settings with values in range, or a second frame,
    // are more
    boolean more = frames.size() > 1 || settings.payload().length() > 0;
    Finding finding =
        Finding.of(Service.of(PROTOCOL), more ? 0.85 : 0.6, evidence)
            .withDetail("versions", List.of("2"));
    return answer.sent().equals(Http2Frame.PREFACE) && more
        ? new Recognition.Recognised(finding)
        : new Recognition.Suspected(finding);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Optional<Examination> both = inOlderVersions(finding, interview);
    if (both.isPresent()) {
      return both.get();
    }
    Bytes question =
        question(
            interview.insideTls(), HttpProbe.host(interview.endpoint(), interview.insideTls()));
    Answer answer;
    try (Conversation conversation = interview.converse(ALPN)) {
      answer =
          conversation.ask(
              "http2/get", question, soFar -> Http2Frame.ended(Http2Frame.read(soFar), STREAM));
    }
    return judge(finding, answer);
  }

  /**
   * What the server shows in HTTP/1.x, where it speaks that too: it shows more there, and is to be
   * called the same whichever opening it answers first.
   */
  private Optional<Examination> inOlderVersions(Finding finding, Interview interview)
      throws ConversationException {
    Answer answer = interview.ask("http/get", HttpProbe.GET);
    Optional<Finding> found =
        switch (older.recognise(answer)) {
          case Recognition.Recognised(Finding recognised) -> Optional.of(recognised);
          case Recognition.Suspected(Finding suspected) -> Optional.of(suspected);
          case Recognition.Incomplete _, Recognition.Mismatch _ -> Optional.empty();
        };
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<Evidence> evidence = new ArrayList<>(finding.evidence());
    evidence.addAll(found.get().evidence());
    Finding whole =
        new Finding(
            found.get().service(), found.get().confidence(), evidence, Map.of(), finding.tls());
    return Optional.of(older.examine(whole, interview))
        .filter(examination -> examination instanceof Examination.Confirmed);
  }

  /**
   * The preface, a request for / on the first stream, and our acknowledgement of whatever settings
   * come.
   */
  static Bytes question(boolean tls, String authority) {
    Bytes block = Hpack.request(tls ? "https" : "http", authority, "/");
    return Http2Frame.PREFACE
        .plus(
            new Http2Frame(
                    Http2Frame.HEADERS,
                    Http2Frame.END_HEADERS | Http2Frame.END_STREAM,
                    STREAM,
                    block)
                .encoded())
        .plus(new Http2Frame(Http2Frame.SETTINGS, Http2Frame.ACK, 0, Bytes.EMPTY).encoded());
  }

  /** What the answer to {@link #question} proves. */
  Examination judge(Finding finding, Answer answer) {
    List<Http2Frame> frames = Http2Frame.read(answer.received());
    if (frames.isEmpty() || !frames.getFirst().isValidSettings()) {
      String reason = "the same beginning is not answered by SETTINGS again";
      return new Examination.Refuted(reason, null, List.of(answer.because(reason, List.of())));
    }
    List<HttpMessage.Field> fields =
        Http2Frame.headerBlock(frames, STREAM).map(Hpack::decode).orElse(List.of());
    Optional<Integer> status = status(fields);
    boolean acknowledged =
        frames.stream()
            .anyMatch(
                frame ->
                    frame.type() == Http2Frame.SETTINGS
                        && frame.has(Http2Frame.ACK)
                        && frame.payload().isEmpty());
    boolean answered = status.isPresent() || Http2Frame.ended(frames, STREAM);
    if (!acknowledged && !answered) {
      String reason =
          "SETTINGS came, but neither an acknowledgement of ours nor an answer to a request";
      return new Examination.Refuted(reason, null, List.of(answer.because(reason, List.of())));
    }
    double confidence =
        Confidence.combine(
            finding.confidence(),
            acknowledged ? 0.6 : 0,
            answered ? 0.5 : 0,
            status.isPresent() ? 0.8 : 0);
    Map<String, Object> details = new LinkedHashMap<>(finding.details());
    details.put("versions", List.of("2"));
    List<Evidence> evidence = new ArrayList<>(finding.evidence());
    evidence.add(
        answer.because(
            status
                .map(code -> "a request on stream 1 answered by status " + code)
                .orElse("our settings acknowledged"),
            List.of()));
    Service service = Service.of(null);
    if (status.isPresent()) {
      Bytes body = Http2Frame.data(frames, STREAM);
      HttpMessage message =
          new HttpMessage(
              0, status.get(), "", fields, 0, true, body, Http2Frame.ended(frames, STREAM));
      details.putAll(HttpProbe.details(message));
      if (isGrpc(message)) {
        service = Service.of(GRPC);
        evidence.add(answer.because("the response is one of gRPC", List.of()));
      }
      for (String server : message.values("server")) {
        Optional<Match> match = book.match("http.server", Bytes.latin1(server));
        if (match.isEmpty()) {
          service = HttpProbe.introduced(server).map(service::orElse).orElse(service);
        } else {
          service = service.orElse(match.get().service());
          evidence.add(
              answer.because(
                  "http.server names " + match.get().service().product(),
                  List.of(),
                  match.get().signature()));
        }
      }
    }
    return new Examination.Confirmed(
        new Finding(
            service.orElse(Service.of(PROTOCOL)), confidence, evidence, details, finding.tls()));
  }

  /** Whether a response has the content type, or the trailing status, of gRPC. */
  private static boolean isGrpc(HttpMessage message) {
    return message
            .value("content-type")
            .filter(type -> type.equals("application/grpc") || type.startsWith("application/grpc+"))
            .isPresent()
        || message.value("grpc-status").filter(status -> status.matches("\\d{1,2}")).isPresent();
  }

  private static Optional<Integer> status(List<HttpMessage.Field> fields) {
    return fields.stream()
        .filter(field -> field.name().equals(":status") && field.value().matches("[1-5]\\d\\d"))
        .map(field -> Integer.parseInt(field.value()))
        .findFirst();
  }
}
