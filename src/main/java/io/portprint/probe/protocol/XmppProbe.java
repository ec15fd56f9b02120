package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * XMPP. Whatever it is sent, a server answers with a stream of its own, if only to say what was
 * wrong; streams of clients and those of servers have different namespaces.
 */
@Component
final class XmppProbe implements Probe {

  private static final String PROTOCOL = "xmpp-client";
  private static final String BETWEEN_SERVERS = "xmpp-server";
  private static final double STREAM = 0.85;
  private static final double OWN_STREAM = 0.9;

  private static final Pattern STREAMS =
      Pattern.compile(
          "\\s{0,16}(?:<\\?xml [^>]{1,100}\\?>\\s{0,16})?<stream:stream\\s([^>]{0,2000})>");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([\\w:]{1,40})=(?:'([^'<>]{0,300})'|\"([^\"<>]{0,300})\")");
  private static final Pattern MECHANISM = Pattern.compile("<mechanism>([\\w-]{1,40})</mechanism>");
  private static final Pattern CONDITION =
      Pattern.compile("<stream:error[^>]{0,100}><([a-z-]{1,40})[ />]");

  private final SignatureBook signatures;

  XmppProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        "xmpp",
        PROTOCOL,
        Transport.TCP,
        "Extensible Messaging and Presence Protocol",
        "Opens a stream as a client and reads the stream that comes back, its features or its"
            + " error. Authenticates nothing.",
        List.of("RFC 6120"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "xmpp-client.stream", Bytes.latin1(stream(null)), Set.of(5222, 5223, 5269, 5270), 8));
  }

  private static String stream(@Nullable String to) {
    return "<?xml version='1.0'?><stream:stream "
        + (to == null ? "" : "to='" + to + "' ")
        + "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
  }

  @Override
  public Recognition recognise(Answer answer) {
    Matcher stream = STREAMS.matcher(answer.received().head(4096).latin1());
    if (!stream.lookingAt()
        || echoes(answer)
        || !stream.group(1).contains("http://etherx.jabber.org/streams")) {
      return Recognition.MISMATCH;
    }
    Optional<String> namespace = attribute(stream.group(1), "xmlns");
    Optional<String> known = namespace.flatMap(XmppProbe::protocol);
    if (namespace.isPresent() && known.isEmpty()) {
      return Recognition.MISMATCH;
    }
    String protocol = known.orElse(PROTOCOL);
    Finding finding =
        Dossier.found(
            signatures,
            "xmpp-client.stream",
            protocol,
            answer,
            STREAM,
            "the stream of an XMPP server");
    Service service = finding.service().withProtocol(protocol);
    Optional<String> from = attribute(stream.group(1), "from").filter(name -> !name.isEmpty());
    Finding named =
        finding.withService(
            from.map(
                    name ->
                        service.orElse(
                            new Service(
                                protocol, null, null, null, name, null, null, List.of(), false)))
                .orElse(service));
    // some leave open whom they take us for where they were sent no stream
    return known.isPresent() ? new Recognition.Recognised(named) : new Recognition.Suspected(named);
  }

  private static Optional<String> protocol(String namespace) {
    return switch (namespace) {
      case "jabber:client" -> Optional.of(PROTOCOL);
      case "jabber:server" -> Optional.of(BETWEEN_SERVERS);
      default -> Optional.empty();
    };
  }

  private static boolean echoes(Answer answer) {
    return !answer.sent().isEmpty() && answer.received().startsWith(answer.sent());
  }

  private static Optional<String> attribute(String tag, String name) {
    return ATTRIBUTE
        .matcher(tag)
        .results()
        .filter(one -> one.group(1).equals(name))
        .map(one -> one.group(2) != null ? one.group(2) : one.group(3))
        .findFirst();
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    String host = finding.service().hostname();
    boolean usable = host != null && host.matches("[\\w.-]{1,253}");
    return Dialogue.speakingFirst(
            interview,
            Bytes.latin1(stream(usable ? host : "localhost")),
            "xmpp-client.stream",
            XmppProbe::ended,
            (dialogue, answer) -> question(finding, answer))
        .orElseThrow();
  }

  private Optional<Examination> question(Finding finding, Answer answer) {
    String text = answer.received().latin1();
    Matcher stream = STREAMS.matcher(text);
    if (!stream.lookingAt() || echoes(answer)) {
      return Dossier.caught(PROTOCOL, answer, "a stream of ours is not answered with one");
    }
    Optional<String> id = attribute(stream.group(1), "id");
    Matcher condition = CONDITION.matcher(text);
    boolean failed = condition.find();
    if (!failed && (id.isEmpty() || !text.contains("<stream:features"))) {
      return Dossier.caught(PROTOCOL, answer, "its stream has neither features nor an error");
    }
    Dossier dossier = new Dossier(signatures, finding);
    attribute(stream.group(1), "xmlns")
        .flatMap(XmppProbe::protocol)
        .ifPresent(protocol -> dossier.service(dossier.service().withProtocol(protocol)));
    dossier.proven(answer, OWN_STREAM, "a stream with its own id, and what it offers");
    dossier.learn("xmpp-client.stream", answer, "how the stream is written");
    if (failed) {
      dossier.detail("streamError", condition.group(1));
    } else {
      dossier.detail("startTls", text.contains("urn:ietf:params:xml:ns:xmpp-tls"));
      List<String> mechanisms =
          MECHANISM.matcher(text).results().map(one -> one.group(1)).limit(32).toList();
      if (!mechanisms.isEmpty()) {
        dossier.detail("mechanisms", mechanisms);
      }
    }
    return dossier.confirmed();
  }

  private static boolean ended(Bytes soFar) {
    String text = soFar.latin1();
    return text.contains("</stream:features>")
        || text.contains("<stream:features/>")
        || text.contains("</stream:error>");
  }
}
