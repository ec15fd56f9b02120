package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.ConversationException.Failure;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.FtpProbe.Reading;
import io.portprint.signature.SignatureBook;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * SMTP and its sibling LMTP. Both greet as FTP does, and the grammar of replies is the same; what
 * tells them is 250 to EHLO or LHLO, and that another command draws another reply.
 */
@Component
final class SmtpProbe implements Probe {

  private static final String PROTOCOL = "smtp";
  private static final String LOCAL = "lmtp";
  private static final double BARE_GREETING = 0.25;
  private static final double NAMED_GREETING = 0.75;
  private static final double UNWILLING = 0.15;
  private static final double SPECIFIC_ANSWER = 0.9;
  private static final double OWN_ANSWER = 0.6;

  private static final Pattern NAMES_MAIL =
      Pattern.compile(
          "\\b(?:e?smtps?|lmtp|postfix|sendmail|exim|opensmtpd|mail"
              + " (?:transfer|service|server))\\b",
          Pattern.CASE_INSENSITIVE);

  /** Others that greet with 220. */
  private static final Pattern NAMES_ANOTHER =
      Pattern.compile(
          "ftp|\\b(?:snpp|hylafax|vmware authentication|file transfer)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern DOMAIN =
      Pattern.compile("^220[ -]([A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})+)\\.?(?=[\\s;,])");

  private final SignatureBook signatures;

  SmtpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Simple Mail Transfer Protocol",
        "Listens for a greeting and says EHLO, which must be answered 250 (or LHLO, for LMTP), and"
            + " HELP, which must be answered with something else; then STARTTLS. Names no sender.",
        List.of("RFC 5321", "RFC 2033", "RFC 3207"));
  }

  /** The whole first reply of an answer. */
  private static Optional<Reading.Whole> reply(Bytes received) {
    return FtpProbe.read(received.latin1(), 0) instanceof Reading.Whole whole
        ? Optional.of(whole)
        : Optional.empty();
  }

  private static int code(Answer answer) {
    return reply(answer.received()).map(Reading.Whole::code).orElse(0);
  }

  @Override
  public Recognition recognise(Answer answer) {
    return switch (FtpProbe.read(answer.received().latin1(), 0)) {
      case Reading.Alien _ -> Recognition.MISMATCH;
      case Reading.Begun(int code) -> begun(answer, code);
      case Reading.Whole(int code, String text, _) -> {
        boolean named = NAMES_MAIL.matcher(text).find();
        boolean another = NAMES_ANOTHER.matcher(text).find();
        if (code == 220 && named && !another) {
          yield new Recognition.Recognised(greeted(answer, NAMED_GREETING, "names mail"));
        }
        if (code == 220 && (named || !another)) {
          yield new Recognition.Suspected(
              greeted(answer, another ? UNWILLING : BARE_GREETING, "could be SMTP's or FTP's"));
        }
        boolean refuses = code == 421 || code == 554;
        yield refuses && named && !another
            ? new Recognition.Suspected(greeted(answer, UNWILLING, "turns us away"))
            : Recognition.MISMATCH;
      }
    };
  }

  /** A greeting of several lines may take its time: some hold back its end on purpose. */
  private Recognition begun(Answer answer, int code) {
    boolean fits = code == 220 || code == 554 || code == 421;
    if (!answer.ended()) {
      return fits || code == 0 ? Recognition.INCOMPLETE : Recognition.MISMATCH;
    }
    return code == 220 && NAMES_MAIL.matcher(answer.received().latin1()).find()
        ? new Recognition.Suspected(greeted(answer, BARE_GREETING, "has begun, and names mail"))
        : Recognition.MISMATCH;
  }

  private Finding greeted(Answer answer, double confidence, String what) {
    Finding finding =
        Dossier.found(
            signatures, "smtp.greeting", PROTOCOL, answer, confidence, "the greeting " + what);
    Matcher domain = DOMAIN.matcher(answer.received().head(300).latin1());
    return finding.service().hostname() == null && domain.find()
        ? finding.withService(finding.service().orElse(onHost(domain.group(1))))
        : finding;
  }

  private static Service onHost(String name) {
    return new Service(PROTOCOL, null, null, null, name, null, null, List.of(), false);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            soFar -> reply(soFar).isPresent(),
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(
                        PROTOCOL, interview.first(), "it greets, and answers no command of SMTP")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    int greeted = code(greeting);
    if (greeted == 0) {
      return greeting.silent()
          ? Optional.empty()
          : Dossier.other(greeting, "the greeting does not come to an end");
    }
    if (greeted != 220) {
      throw new ConversationException(Failure.RESET, "the server turns us away: " + greeted);
    }
    Dossier dossier = new Dossier(signatures, finding);
    String protocol = PROTOCOL;
    String name = literal(dialogue.interview().first().local());
    Answer hello = ask(dialogue, "EHLO " + name);
    if (code(hello) == 500 || code(hello) == 502 || code(hello) == 503) {
      Answer local = ask(dialogue, "LHLO " + name);
      if (code(local) == 250) {
        hello = local;
        protocol = LOCAL;
      } else if (code(local) != 0) {
        hello = ask(dialogue, "HELO " + name);
      }
    }
    if (hello.silent()) {
      return Optional.empty();
    }
    if (code(hello) == 421) {
      throw new ConversationException(Failure.RESET, "the server does not serve us now: 421");
    }
    if (code(hello) != 250) {
      return Dossier.other(hello, "neither EHLO nor LHLO nor HELO is answered with 250");
    }
    Answer help = ask(dialogue, "HELP");
    if (help.received().equals(hello.received()) || code(help) == 0 && !help.silent()) {
      return Dossier.caught(PROTOCOL, help, "it answers EHLO and HELP as no mail server does");
    }
    dossier.proven(hello, SPECIFIC_ANSWER, "250 to a greeting of ours (RFC 5321, 4.1.1.1)");
    if (code(help) != 0) {
      dossier.proven(help, OWN_ANSWER, "HELP is answered otherwise");
      dossier.learn("smtp.help", help, "the answer to HELP");
    }
    if (protocol.equals(LOCAL)) {
      dossier.service(dossier.service().withProtocol(LOCAL));
    }
    dossier.learn("smtp.ehlo", hello, "the answer to EHLO");
    List<String> extensions = extensions(hello);
    dossier.detail("extensions", Dossier.shown(extensions));
    try {
      secure(dialogue, dossier, extensions);
    } catch (ConversationException e) {
      if (e.failure() != Failure.RESET) {
        throw e;
      }
    }
    return dossier.confirmed();
  }

  private static Answer ask(Dialogue dialogue, String command) throws ConversationException {
    String verb = command.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    return dialogue.ask("smtp/" + verb, command + "\r\n", soFar -> reply(soFar).isPresent());
  }

  /** What follows the first line (RFC 5321, 4.1.1.1). */
  private static List<String> extensions(Answer hello) {
    return reply(hello.received())
        .map(whole -> whole.lines().stream().skip(1).filter(line -> line.length() > 4))
        .map(lines -> lines.map(line -> line.substring(4)).toList())
        .orElse(List.of());
  }

  private static void secure(Dialogue dialogue, Dossier dossier, List<String> extensions)
      throws ConversationException {
    boolean offered = extensions.stream().anyMatch(line -> line.equalsIgnoreCase("STARTTLS"));
    dossier.detail("startTls", offered);
    if (offered && !dialogue.interview().insideTls()) {
      Answer ready = ask(dialogue, "STARTTLS");
      if (code(ready) == 220) {
        dossier.note(ready, "220, ready for TLS (RFC 3207)");
        Tls tls = dialogue.conversation().startTls("STARTTLS", List.of());
        dossier.tls(tls);
        if (tls.failure() != null) {
          return;
        }
      }
    }
    dialogue.farewell("smtp/quit", "QUIT\r\n", soFar -> reply(soFar).isPresent());
  }

  /** Whoever has no name of his own gives his address (RFC 5321, 4.1.4). */
  private static String literal(InetAddress local) {
    String address = local.getHostAddress();
    int zone = address.indexOf('%');
    String plain = zone < 0 ? address : address.substring(0, zone);
    return local instanceof Inet6Address ? "[IPv6:" + plain + "]" : "[" + plain + "]";
  }
}
