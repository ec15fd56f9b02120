package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Confidence;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Evidence;
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
import io.portprint.signature.Match;
import io.portprint.signature.SignatureBook;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * HTTP/1.x (RFC 9110, 9112). The framing proves little, for trackers, proxies, Skype nodes and the
 * error pages of other daemons use it; so every claim is examined by further requests and by
 * garbage.
 */
@Component
final class HttpProbe implements Probe {

  private static final Logger log = LoggerFactory.getLogger(HttpProbe.class);

  /** The Skype probe rests on exactly these bytes: their answer is its first step. */
  static final Bytes GET = Bytes.latin1("GET / HTTP/1.0\r\n\r\n");

  private static final String PROTOCOL = "http";
  private static final Set<Integer> PORTS =
      Set.of(
          80, 81, 443, 591, 631, 2375, 2376, 2379, 3000, 3128, 4000, 4200, 4443, 5000, 5601, 5800,
          5985, 6969, 7001, 7474, 8000, 8001, 8008, 8080, 8081, 8082, 8083, 8086, 8088, 8090, 8118,
          8123, 8161, 8180, 8200, 8443, 8500, 8888, 8983, 9000, 9080, 9090, 9091, 9093, 9200, 9443,
          10000, 15672);
  private static final int STRONG = 3;
  private static final int MOST_INQUIRIES = 4;
  private static final int MOST_HOPS = 2;
  private static final Set<String> LIBRARIES =
      Set.of(
          "aiohttp",
          "BaseHTTPServer",
          "Cheroot",
          "CherryPy",
          "Express",
          "PHP",
          "SimpleHTTPServer",
          "Tornado",
          "Twisted Web",
          "WEBrick",
          "Werkzeug",
          "WSGIServer");
  private static final int SPOKEN = 4096;
  private static final double REFUSING_PROXY = 0.8;
  private static final Pattern PATH = Pattern.compile("/(?!/)[!-~]{0,200}");
  private static final Pattern UPNP = Pattern.compile("\\bUPnP/\\d\\.\\d,? +");
  private static final Pattern PRODUCT =
      Pattern.compile("([A-Za-z][\\w!#$%&'*+.^`|~-]{1,40})/v?(\\d[\\w.+~-]{0,30})(?=$|[ (,;])");
  private static final Pattern LONE_PRODUCT =
      Pattern.compile("([A-Za-z][\\w!#$%&'*+.^`|~-]{2,40})(?: +\\([^()]{0,80}\\))?");
  private static final Set<String> NAMELESS =
      Set.of(
          "centos",
          "debian",
          "hidden",
          "http",
          "http-server",
          "httpd",
          "https",
          "httpserver",
          "linux",
          "none",
          "null",
          "private",
          "secret",
          "server",
          "ubuntu",
          "unix",
          "unknown",
          "web",
          "web-server",
          "webserver",
          "windows");
  private static final Pattern KEY = Pattern.compile("(?i)web-?socket");
  private static final int MOST_SHOWN = 300;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9.])?");
  private static final int MOST_CHALLENGE = 1024;
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9-]{0,31}(?![^ ,])");
  private static final Pattern REALM =
      Pattern.compile(
          "\\brealm\\s?=\\s?(?:\"([^\"]{0,256})|([^\", ]{1,256}))", Pattern.CASE_INSENSITIVE);

  private final SignatureBook book;
  private final HttpInquiries inquiries;

  @Autowired
  HttpProbe(SignatureBook book) {
    this(book, HttpInquiries.own());
  }

  HttpProbe(SignatureBook book, HttpInquiries inquiries) {
    this.book = book;
    this.inquiries = inquiries;
  }

  @Override
  public Description description() {
    return new Description(
        "http",
        PROTOCOL,
        Transport.TCP,
        "HTTP/1.x",
        "Asks for / in HTTP/1.0 and HTTP/1.1 and challenges with garbage. A status line alone is"
            + " framing; header fields, coherent answers and a refusal of garbage prove a server.",
        List.of("RFC 9110", "RFC 9112"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(new Opening("http/get", GET, PORTS, 1, List.of("http/1.1")));
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    Optional<HttpMessage> parsed = HttpMessage.parse(received);
    if (parsed.isEmpty()) {
      if (!answer.ended() && !received.isEmpty() && HttpMessage.mayBegin(received)) {
        return Recognition.INCOMPLETE;
      }
      return answer.ended() && HttpJudge.isPage(received)
          ? suspected(answer, 0.1, "a page without a status line, as HTTP/0.9 had it", 0)
          : Recognition.MISMATCH;
    }
    HttpMessage message = parsed.get();
    if (!message.headComplete() && !answer.ended()) {
      return Recognition.INCOMPLETE;
    }
    int line = Math.max(1, received.latin1().indexOf('\n') + 1);
    int telling = message.telling();
    // A 400 may be what another daemon, or a server that wants TLS, answers to what it doesn't
    // understand.
    if (message.headComplete()
        && message.faults() == 0
        && telling >= STRONG
        && message.status() != 400) {
      return new Recognition.Recognised(
          finding(
              answer,
              0.8,
              "a status line and %d header fields of HTTP servers".formatted(telling),
              line));
    }
    if (!answer.ended()) {
      return Recognition.INCOMPLETE;
    }
    return telling > 0
        ? suspected(answer, 0.5, "a status line and a header field of HTTP servers", line)
        : suspected(answer, 0.1, "speaks HTTP framing: a status line and no header field", line);
  }

  private static Recognition suspected(
      Answer answer, double confidence, String reason, int matched) {
    return new Recognition.Suspected(finding(answer, confidence, reason, matched));
  }

  private static Finding finding(Answer answer, double confidence, String reason, int matched) {
    List<Span> spans =
        matched == 0
            ? List.of()
            : List.of(new Span(0, Math.min(matched, answer.received().length())));
    return Finding.of(Service.of(PROTOCOL), confidence, answer.because(reason, spans));
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return new Visit(interview).examine(finding);
  }

  /** A match, and the turn in which its subject was received. */
  private record Named(Match match, Answer turn, String field, Bytes subject) {

    Evidence evidence() {
      int at = turn.received().indexOf(subject);
      List<Span> spans =
          at < 0
              ? List.of()
              : match.matched().stream()
                  .map(span -> new Span(at + span.offset(), span.length()))
                  .toList();
      String what = Optional.ofNullable(match.service().product()).orElse("the protocol");
      return turn.because("%s names %s".formatted(field, what), spans, match.signature());
    }
  }

  /** The examination of one endpoint. */
  private final class Visit {

    private final Interview interview;
    private final String host;
    private final List<Named> named = new ArrayList<>();

    Visit(Interview interview) {
      this.interview = interview;
      this.host = host(interview.endpoint(), interview.insideTls());
    }

    Examination examine(Finding finding) throws ConversationException {
      List<Answer> requests = new ArrayList<>();
      Answer old =
          interview.first().sent().equals(GET)
              ? interview.first()
              : converse("http/get", GET, false);
      requests.add(old);
      Answer answer = converse("http/get-1.1", request("GET", "/"), false);
      requests.add(answer);
      List<HttpMessage> messages =
          requests.stream().flatMap(one -> HttpMessage.parse(one.received()).stream()).toList();

      if (!messages.isEmpty()
          && messages.stream().allMatch(message -> message.status() == 400)
          && speaksTls()) {
        return new Examination.Refuted(
            "refuses plain requests and speaks TLS: HTTP is to be found inside",
            null,
            finding.evidence());
      }
      List<Answer> garbage = interview.challenge();
      HttpJudge.Judgement judgement = HttpJudge.judge(requests, garbage, null);
      if (judgement instanceof HttpJudge.Judgement.Unsettled) {
        judgement = HttpJudge.judge(requests, garbage, further());
      }
      return switch (judgement) {
        case HttpJudge.Judgement.Incoherent(var reason, var impostor, Answer witness) -> {
          Optional<Finding> other =
              trackerBehind(finding, messages).or(() -> proxyBehind(finding, requests, witness));
          if (other.isPresent()) {
            yield confirmed(other.get());
          }
          List<Evidence> evidence = new ArrayList<>(finding.evidence());
          evidence.add(witness.because(reason, List.of()));
          yield new Examination.Refuted(reason, impostor, evidence);
        }
        case HttpJudge.Judgement.Unsettled _ ->
            throw new IllegalStateException("unsettled after all has been asked");
        case HttpJudge.Judgement.Coherent(double confidence, String reason) -> {
          if (requests.stream().allMatch(Answer::silent)) {
            yield confirmed(
                unanswered(finding.withConfidence(confidence), garbage.getFirst(), reason));
          }
          Answer best = better(old, answer);
          yield confirmed(
              describe(
                  finding.withConfidence(confidence), requests, best, garbage.getFirst(), reason));
        }
      };
    }

    /** Garbage has been asked: that a server refuses it as it does us is not held against it. */
    private static Examination confirmed(Finding found) {
      return new Examination.Confirmed(found, true);
    }

    /**
     * HTTP/1.1 with a Host field is what servers are made for; they may still have more to say to
     * HTTP/1.0.
     */
    private Answer better(Answer old, Answer modern) {
      int oldStatus = HttpMessage.parse(old.received()).map(HttpMessage::status).orElse(999);
      int status = HttpMessage.parse(modern.received()).map(HttpMessage::status).orElse(999);
      return status >= 400 && oldStatus < 400 ? old : modern;
    }

    private HttpJudge.Further further() throws ConversationException {
      StringBuilder token = new StringBuilder();
      interview.random().ints(16, 'a', 'z' + 1).forEach(c -> token.append((char) c));
      return new HttpJudge.Further(
          converse("http/head", request("HEAD", "/"), true),
          converse("http/elsewhere", request("GET", "/" + token), false));
    }

    /** A tracker may send a bare 404 to all but announcements (XBT does). */
    private Optional<Finding> trackerBehind(Finding finding, List<HttpMessage> messages) {
      if (messages.isEmpty() || messages.getFirst().telling() > 0) {
        return Optional.empty();
      }
      inquire(messages.getFirst());
      return named.stream()
          .findFirst()
          .map(
              one ->
                  finding
                      .withService(one.match().service().orElse(Service.of(PROTOCOL)))
                      .withConfidence(0.9)
                      .withEvidence(one.evidence()));
    }

    /**
     * A proxy that is not for us refuses whatever is said in the same words. They are its own where
     * a signature knows them.
     */
    private Optional<Finding> proxyBehind(Finding finding, List<Answer> requests, Answer witness) {
      Answer last = requests.getLast();
      Optional<HttpMessage> message =
          HttpMessage.parse(last.received())
              .filter(_ -> HttpJudge.Reply.of(witness) == HttpJudge.Reply.REFUSAL);
      message.ifPresent(
          refusal -> {
            match(refusal, last);
            inquire(refusal);
          });
      Service service = service();
      return service.protocol() == null || service.product() == null
          ? Optional.empty()
          : Optional.of(
              new Finding(
                  service,
                  REFUSING_PROXY,
                  named.stream().map(Named::evidence).toList(),
                  finding.details(),
                  finding.tls()));
    }

    /** A server that keeps requests waiting, as one in front of a slow one does. */
    private Finding unanswered(Finding finding, Answer refusal, String reason) {
      HttpMessage message = HttpMessage.parse(refusal.received()).orElseThrow();
      match(message, refusal);
      List<Evidence> evidence = new ArrayList<>(finding.evidence());
      evidence.add(refusal.because(reason, List.of()));
      named.forEach(one -> evidence.add(one.evidence()));
      return new Finding(
          service().orElse(Service.of(PROTOCOL)),
          finding.confidence(),
          evidence,
          details(message),
          finding.tls());
    }

    private Finding describe(
        Finding finding, List<Answer> requests, Answer best, Answer garbage, String reason) {
      HttpMessage message = HttpMessage.parse(best.received()).orElseThrow();
      match(message, best);
      // the other answers may name what this one hides, such as an error page
      for (Answer other : List.of(requests.getFirst(), requests.getLast(), garbage)) {
        if (products().isEmpty()) {
          HttpMessage.parse(other.received()).ifPresent(more -> match(more, other));
        }
      }
      follow(message);
      inquire(message);
      if (products().isEmpty() && message.value("server").isEmpty()) {
        Bytes manners =
            garbage.received().head(SPOKEN).plus(requests.getLast().received().head(SPOKEN));
        match("http.manners", manners, garbage);
      }
      Optional<Answer> upgraded = upgrade(requests);
      Map<String, Object> details = new LinkedHashMap<>(finding.details());
      details.putAll(details(message));
      details.put("versions", versions(requests));
      upgraded.ifPresent(_ -> details.put("websocket", true));
      icon(message).ifPresent(icon -> details.put("favicon", icon));
      List<Map<String, Object>> applications = applications();
      if (applications.size() > 1) {
        details.put("applications", applications);
      }

      Service service = service();
      List<Evidence> evidence = new ArrayList<>(finding.evidence());
      evidence.add(best.because(reason, List.of()));
      evidence.add(garbage.because("garbage, to see what is made of it", List.of()));
      upgraded.ifPresent(
          turn ->
              evidence.add(turn.because("WebSocket, by the digest of a random key", List.of())));
      named.forEach(one -> evidence.add(one.evidence()));
      if (service.product() == null) {
        Optional<Service> introduced = message.value("server").flatMap(HttpProbe::introduced);
        if (introduced.isPresent()) {
          service = service.orElse(introduced.get());
          evidence.add(best.because("the Server field introduces it, unknown as it is", List.of()));
        }
      }
      double confidence =
          products().isEmpty()
              ? finding.confidence()
              : Confidence.combine(finding.confidence(), 0.5);
      return new Finding(
          service.orElse(Service.of(PROTOCOL)), confidence, evidence, details, finding.tls());
    }

    /**
     * The server first, and what others know of it or beside it; but a server that is a library is
     * a part of the application that was written on it.
     */
    private Service service() {
      Service service = Service.of(null);
      for (Named one : named) {
        if (!LIBRARIES.contains(String.valueOf(one.match().service().product()))) {
          service = service.orElse(one.match().service());
        }
      }
      for (Named one : named) {
        service = service.orElse(one.match().service());
      }
      return service;
    }

    private Set<String> products() {
      Set<String> products = new LinkedHashSet<>();
      for (Named one : named) {
        String product = one.match().service().product();
        if (product != null) {
          products.add(product);
        }
      }
      return products;
    }

    /** Whatever names a product, the server first, once each. */
    private List<Map<String, Object>> applications() {
      Map<String, Map<String, Object>> byProduct = new LinkedHashMap<>();
      for (Named one : named) {
        Service service = one.match().service();
        String product = service.product();
        if (product != null) {
          Map<String, Object> entry =
              byProduct.computeIfAbsent(product, name -> new LinkedHashMap<>());
          entry.put("product", product);
          String version = service.version();
          if (version != null) {
            entry.putIfAbsent("version", version);
          }
        }
      }
      return List.copyOf(byProduct.values());
    }

    private void match(HttpMessage message, Answer turn) {
      message.values("server").forEach(value -> match("http.server", Bytes.latin1(value), turn));
      message
          .values("x-powered-by")
          .forEach(value -> match("http.powered-by", Bytes.latin1(value), turn));
      for (HttpMessage.Field field : message.fields()) {
        match("http.header", Bytes.latin1(field.name() + ": " + field.value()), turn);
      }
      HtmlHead.rawTitle(message.body()).ifPresent(title -> match("http.title", title, turn));
      match("http.body", message.body(), turn);
      message
          .values("www-authenticate")
          .forEach(value -> match("http.authenticate", Bytes.latin1(value), turn));
      for (String cookie : message.values("set-cookie")) {
        int end = cookie.indexOf('=');
        if (end > 0) {
          match("http.cookie", Bytes.latin1(cookie.substring(0, end).strip()), turn);
        }
      }
    }

    private void match(String field, Bytes subject, Answer turn) {
      if (!subject.isEmpty()) {
        book.match(field, subject)
            .filter(
                match ->
                    named.stream()
                        .noneMatch(one -> one.match().signature().equals(match.signature())))
            .ifPresent(match -> named.add(new Named(match, turn, field, subject)));
      }
    }

    /** Many an application sends who comes in at the front to its own door. */
    private void follow(HttpMessage message) {
      HttpMessage page = message;
      for (int hop = 0; hop < MOST_HOPS; hop++) {
        Optional<String> path = elsewhere(page);
        Optional<Answer> turn = path.flatMap(there -> optional("http/redirect", there));
        Optional<HttpMessage> next = turn.flatMap(one -> HttpMessage.parse(one.received()));
        if (next.isEmpty()) {
          return;
        }
        page = next.get();
        match(page, turn.orElseThrow());
      }
    }

    /** Where a redirection leads, as long as it stays with this very server. */
    private Optional<String> elsewhere(HttpMessage message) {
      if (message.status() < 300 || message.status() > 399) {
        return Optional.empty();
      }
      String scheme = interview.insideTls() ? "https" : "http";
      return message
          .value("location")
          .map(String::strip)
          .map(
              to ->
                  to.startsWith(scheme + "://" + host + "/")
                      ? to.substring(scheme.length() + 3 + host.length())
                      : to)
          .map(to -> to.replaceFirst("#.*", ""))
          .filter(to -> PATH.matcher(to).matches());
    }

    private void inquire(HttpMessage message) {
      Service known = service();
      if (known.product() != null && known.version() != null) {
        return;
      }
      for (HttpInquiries.Inquiry inquiry :
          inquiries.after(message, known.product()).stream().limit(MOST_INQUIRIES).toList()) {
        Optional<Answer> turn = optional("http/" + inquiry.id(), inquiry.ask());
        turn.flatMap(one -> HttpMessage.parse(one.received()))
            .ifPresent(
                answer -> {
                  match(inquiry.field(), answer.body(), turn.orElseThrow());
                  match(answer, turn.orElseThrow());
                });
      }
    }

    /**
     * The answer that upgrades to WebSocket, where a server that speaks of it proves that it does
     * by the digest of a random key (RFC 6455, section 4.2.2).
     */
    private Optional<Answer> upgrade(List<Answer> requests) {
      boolean spokenOf =
          requests.stream()
              .anyMatch(turn -> KEY.matcher(turn.received().head(SPOKEN).latin1()).find());
      if (!spokenOf) {
        return Optional.empty();
      }
      String key =
          Base64.getEncoder().encodeToString(Claims.random(interview.random(), 16).toArray());
      try (Conversation conversation = interview.converse()) {
        Answer turn =
            conversation.ask(
                "http/upgrade",
                WebSocketKey.request(host, key),
                soFar -> HttpMessage.parseHead(soFar).map(HttpMessage::headComplete).orElse(false));
        return Optional.of(turn)
            .filter(
                one ->
                    HttpMessage.parseHead(one.received())
                        .filter(answer -> WebSocketKey.isAccepted(answer, key))
                        .isPresent());
      } catch (ConversationException e) {
        log.atDebug()
            .addKeyValue("endpoint", interview.endpoint())
            .addKeyValue("failure", e.failure())
            .log("no upgrade to WebSocket");
        return Optional.empty();
      }
    }

    /** The icon, where the server has one and all of it came. */
    private Optional<Map<String, Object>> icon(HttpMessage page) {
      String path = HtmlHead.iconPath(page.body()).orElse("/favicon.ico");
      return optional("http/favicon", path)
          .flatMap(
              turn -> {
                Optional<HttpMessage> answer = HttpMessage.parse(turn.received());
                boolean whole =
                    answer.map(HttpMessage::complete).orElse(false)
                        || (turn.ending() == Answer.Ending.CLOSED
                            && answer
                                .map(one -> one.value("content-length").isEmpty())
                                .orElse(false));
                return answer
                    .filter(one -> whole && one.status() == 200 && isIcon(one))
                    .map(HttpMessage::body)
                    .map(
                        icon -> {
                          FaviconHash hash = FaviconHash.of(icon);
                          match("http.favicon", Bytes.latin1(Integer.toString(hash.mmh3())), turn);
                          match("http.favicon", Bytes.latin1(hash.md5()), turn);
                          return Map.<String, Object>of(
                              "path",
                              path,
                              "mmh3",
                              hash.mmh3(),
                              "md5",
                              hash.md5(),
                              "length",
                              icon.length());
                        });
              });
    }

    private static boolean isIcon(HttpMessage answer) {
      return !answer.body().isEmpty()
          && !HttpJudge.isPage(answer.body())
          && answer.value("content-type").map(type -> !type.startsWith("text/")).orElse(true);
    }

    /** What is nice to know: a failure costs it and nothing else. */
    private Optional<Answer> optional(String name, String path) {
      try {
        return Optional.of(converse(name, request("GET", path), false));
      } catch (ConversationException e) {
        log.atDebug()
            .addKeyValue("endpoint", interview.endpoint())
            .addKeyValue("asked", name)
            .addKeyValue("failure", e.failure())
            .log("a question stayed unanswered");
        return Optional.empty();
      }
    }

    private Bytes request(String method, String path) {
      return HttpProbe.request(method, path, host);
    }

    private Answer converse(String name, Bytes request, boolean head) throws ConversationException {
      try (Conversation conversation = interview.converse()) {
        return conversation.ask(
            name,
            request,
            soFar ->
                (head ? HttpMessage.parseHead(soFar) : HttpMessage.parse(soFar))
                    .map(HttpMessage::complete)
                    .orElse(false));
      }
    }

    private boolean speaksTls() throws ConversationException {
      if (interview.insideTls()) {
        return false;
      }
      try (Conversation conversation = interview.converse()) {
        Tls tls = conversation.startTls("", List.of());
        return tls.version() != null;
      }
    }

    /**
     * What the server says that it speaks. The preface of HTTP/2 reads as a request in HTTP/1.x, so
     * it is answered at once either way (RFC 9113, section 3.4).
     */
    private List<String> versions(List<Answer> requests) {
      Set<String> versions = new TreeSet<>();
      for (Answer answer : requests) {
        HttpMessage.parse(answer.received())
            .ifPresent(
                message -> {
                  versions.add("1." + message.minor());
                  if (answer.sent().equals(GET) && !message.isError()) {
                    versions.add("1.0");
                  }
                });
      }
      if (speaksHttp2()) {
        versions.add("2");
      }
      return List.copyOf(versions);
    }

    private boolean speaksHttp2() {
      try (Conversation conversation = interview.converse(List.of("h2"))) {
        Answer answer =
            conversation.ask(
                "http/2", Http2Frame.PREFACE, soFar -> soFar.length() >= Http2Frame.HEADER);
        return Http2Frame.beginsConnection(answer.received());
      } catch (ConversationException e) {
        log.atDebug()
            .addKeyValue("endpoint", interview.endpoint())
            .addKeyValue("failure", e.failure())
            .log("no HTTP/2 conversation");
        return false;
      }
    }
  }

  /**
   * What a Server field says by itself (RFC 9110, section 10.2.4): the first product of its list,
   * where it has a version to tell it from a phrase, or else stands alone.
   */
  static Optional<Service> introduced(String server) {
    // UPnP devices say their system and the version of UPnP before it (UPnP Device Architecture
    // 2.0, section 1.2.2)
    Matcher upnp = UPNP.matcher(server);
    String introduction = upnp.find() ? server.substring(upnp.end()) : server;
    Matcher product = PRODUCT.matcher(introduction);
    if (product.lookingAt()) {
      return Optional.of(introduced(product.group(1), product.group(2)));
    }
    Matcher lone = LONE_PRODUCT.matcher(introduction);
    return lone.matches() && !NAMELESS.contains(lone.group(1).toLowerCase(Locale.ROOT))
        ? Optional.of(introduced(lone.group(1), null))
        : Optional.empty();
  }

  private static Service introduced(String product, @Nullable String version) {
    return new Service(null, product, version, null, null, null, null, List.of(), false);
  }

  /** A request that no server need answer with more than one response. */
  static Bytes request(String method, String path, String host) {
    return Bytes.latin1(
        "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Portprint/1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            .formatted(method, path, host));
  }

  /** The value of the Host field (RFC 9110, section 7.2). */
  static String host(Endpoint endpoint, boolean tls) {
    String address = endpoint.addressText();
    String host =
        endpoint.named() && NAME.matcher(endpoint.host()).matches()
            ? endpoint.host()
            : endpoint.address() instanceof Inet6Address ? "[" + address + "]" : address;
    return endpoint.port() == (tls ? 443 : 80) ? host : host + ":" + endpoint.port();
  }

  /** What a response tells without any signature. */
  static Map<String, Object> details(HttpMessage message) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("statusCode", message.status());
    message.value("server").ifPresent(value -> put(details, "server", value));
    message.value("x-powered-by").ifPresent(value -> put(details, "poweredBy", value));
    HtmlHead.title(message.body()).ifPresent(title -> details.put("title", title));
    if (message.status() >= 300 && message.status() < 400) {
      message.value("location").ifPresent(value -> put(details, "location", value));
    }
    message
        .value("www-authenticate")
        .flatMap(HttpProbe::authenticate)
        .ifPresent(challenge -> details.put("authenticate", challenge));
    return details;
  }

  private static void put(Map<String, Object> details, String name, String value) {
    String shown = HttpMessage.shown(value, MOST_SHOWN);
    if (!shown.isEmpty()) {
      details.put(name, shown);
    }
  }

  /** Scheme and realm of a challenge (RFC 9110, section 11). */
  private static Optional<Map<String, Object>> authenticate(String value) {
    String challenge =
        value.length() <= MOST_CHALLENGE ? value : value.substring(0, MOST_CHALLENGE);
    Matcher scheme = SCHEME.matcher(challenge);
    if (!scheme.find()) {
      return Optional.empty();
    }
    Map<String, Object> authenticate = new LinkedHashMap<>();
    authenticate.put("scheme", scheme.group());
    Matcher realm = REALM.matcher(challenge);
    if (realm.find()) {
      String text = realm.group(1) != null ? realm.group(1) : realm.group(2);
      put(authenticate, "realm", text == null ? "" : text);
    }
    return Optional.of(authenticate);
  }
}
