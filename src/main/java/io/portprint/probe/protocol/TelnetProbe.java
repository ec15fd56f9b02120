package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Description;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Telnet. A server begins with the negotiation of options; it must take our refusal of all of them,
 * and answer for a timing mark, with yes or with no.
 */
@Component
final class TelnetProbe implements Probe {

  private static final String PROTOCOL = "telnet";
  private static final int IAC = 255;
  private static final int SE = 240;
  private static final int SB = 250;
  private static final int WILL = 251;
  private static final int WONT = 252;
  private static final int DO = 253;
  private static final int DONT = 254;
  private static final int TIMING_MARK = 6;
  private static final int LAST_OPTION = 49;

  private static final double NEGOTIATION = 0.8;
  private static final double ONE_COMMAND = 0.4;
  private static final double MARKED = 0.9;
  private static final double HEEDED = 0.6;

  /** Options, each another, that say enough where no mark is answered for. */
  private static final int ENOUGH = 3;

  private final SignatureBook signatures;

  TelnetProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "Telnet",
        "Reads the options that the server negotiates, refuses them all, and asks for a timing"
            + " mark, for which every server must answer. Enters no name.",
        List.of("RFC 854", "RFC 855", "RFC 860", "RFC 1143"));
  }

  /**
   * What a stream holds besides data.
   *
   * @param commands each a verb and an option
   * @param text the data
   * @param sound whether every command is one that there is
   * @param head how many bytes of commands come before the first data
   */
  record Negotiation(List<int[]> commands, String text, boolean sound, int head) {

    static Negotiation read(Bytes stream) {
      List<int[]> commands = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      boolean sound = true;
      int head = -1;
      int at = 0;
      while (at < stream.length()) {
        int one = stream.at(at);
        if (one != IAC) {
          head = head < 0 ? at : head;
          text.append((char) one);
          at++;
        } else if (at + 1 >= stream.length()) {
          break;
        } else if (stream.at(at + 1) == IAC) {
          text.append((char) IAC);
          at += 2;
        } else if (stream.at(at + 1) >= WILL) {
          if (at + 2 < stream.length()) {
            commands.add(new int[] {stream.at(at + 1), stream.at(at + 2)});
            sound &= stream.at(at + 2) <= LAST_OPTION;
          }
          at += 3;
        } else if (stream.at(at + 1) == SB) {
          int end = stream.slice(at, stream.length()).indexOf(Bytes.of((byte) IAC, (byte) SE));
          at = end < 0 ? stream.length() : at + end + 2;
        } else {
          sound &= stream.at(at + 1) > SE;
          at += 2;
        }
      }
      return new Negotiation(
          List.copyOf(commands), text.toString(), sound, head < 0 ? stream.length() : head);
    }

    /** How many options it is about. */
    long options() {
      return commands.stream().mapToInt(one -> one[1]).distinct().count();
    }

    boolean says(int verb, int option) {
      return commands.stream().anyMatch(one -> one[0] == verb && one[1] == option);
    }

    /** No to everything that was offered or asked for. */
    Bytes refusals() {
      Bytes said = Bytes.EMPTY;
      Set<Integer> answered = new LinkedHashSet<>();
      for (int[] command : commands) {
        boolean offer = command[0] == WILL;
        boolean demand = command[0] == DO;
        if ((offer || demand) && answered.add(command[0] << 8 | command[1])) {
          said = said.plus(command(offer ? DONT : WONT, command[1]));
        }
      }
      return said;
    }
  }

  private static Bytes command(int verb, int option) {
    return Bytes.of((byte) IAC, (byte) verb, (byte) option);
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes received = answer.received();
    if (received.isEmpty() || received.at(0) != IAC) {
      return Recognition.MISMATCH;
    }
    Negotiation negotiation = Negotiation.read(received);
    boolean echoed = !answer.sent().isEmpty() && received.indexOf(answer.sent().head(8)) == 0;
    boolean readable = negotiation.text().chars().allMatch(TelnetProbe::isText);
    if (!negotiation.sound() || !readable || echoed) {
      return Recognition.MISMATCH;
    }
    int count = negotiation.commands().size();
    if (count == 0) {
      return answer.ended() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
    }
    Finding finding =
        Finding.of(
            Service.of(PROTOCOL),
            count > 1 ? NEGOTIATION : ONE_COMMAND,
            answer.because(
                "options of Telnet, negotiated as RFC 855 has it",
                List.of(new Span(0, negotiation.head()))));
    return count > 1 ? new Recognition.Recognised(finding) : new Recognition.Suspected(finding);
  }

  private static boolean isText(int c) {
    return c == 0 || c >= 7 && c <= 13 || c == 27 || c >= ' ' && c != 127 && c != IAC;
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    return Dialogue.afterGreeting(
            interview,
            soFar -> !Negotiation.read(soFar).commands().isEmpty(),
            (dialogue, greeting) -> question(finding, dialogue, greeting))
        .orElseGet(
            () ->
                Dossier.caught(
                        PROTOCOL, interview.first(), "it negotiates, and answers for nothing")
                    .orElseThrow());
  }

  private Optional<Examination> question(Finding finding, Dialogue dialogue, Answer greeting)
      throws ConversationException {
    Negotiation offered = Negotiation.read(greeting.received());
    if (offered.commands().isEmpty()) {
      return Optional.empty();
    }
    // everything else first: the mark tells that all before it was taken in
    Bytes ours = offered.refusals().plus(command(DO, TIMING_MARK));
    Answer answer = dialogue.ask("telnet/timing-mark", ours, TelnetProbe::marked);
    Negotiation reply = Negotiation.read(answer.received());
    boolean marked = reply.says(WILL, TIMING_MARK) || reply.says(WONT, TIMING_MARK);
    // BusyBox lets pass whatever it has not asked for
    boolean heeded = offered.options() >= ENOUGH && reply.commands().isEmpty();
    if (answer.silent() && !heeded) {
      return Optional.empty();
    }
    if (!marked && !heeded) {
      return Dossier.caught(PROTOCOL, answer, "it does not answer for the timing mark (RFC 860)");
    }
    Dossier dossier = new Dossier(signatures, finding);
    if (marked) {
      dossier.proven(answer, MARKED, "an answer for the timing mark that was asked for (RFC 860)");
    } else {
      dossier.proven(answer, HEEDED, "our refusals are taken, and nothing is asked for again");
      dossier.tacit();
    }
    List<String> options =
        offered.commands().stream().limit(64).map(one -> verb(one[0]) + " " + one[1]).toList();
    dossier.detail("options", options);
    String course = String.join(", ", options) + (marked ? "; marks" : "; ignores the mark");
    dossier.learn("telnet.options", Bytes.latin1(course), greeting, "which options it begins with");
    Answer prompt =
        dialogue.ask(
            "telnet/refusals", reply.refusals().plus(command(DONT, TIMING_MARK)), soFar -> false);
    String text =
        (offered.text() + reply.text() + Negotiation.read(prompt.received()).text()).strip();
    if (!text.isEmpty()) {
      dossier.detail("text", Dossier.shown(text));
      dossier.learn("telnet.text", Bytes.latin1(text), prompt, "what is shown before login");
    }
    return dossier.confirmed();
  }

  private static boolean marked(Bytes soFar) {
    Negotiation reply = Negotiation.read(soFar);
    return reply.says(WILL, TIMING_MARK) || reply.says(WONT, TIMING_MARK);
  }

  private static String verb(int code) {
    return switch (code) {
      case WILL -> "WILL";
      case WONT -> "WONT";
      case DO -> "DO";
      default -> "DONT";
    };
  }
}
