package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer;
import io.portprint.probe.AnswersFrom;
import io.portprint.probe.Conversation;
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
import org.springframework.stereotype.Component;

/**
 * Finds TFTP servers (RFC 1350) by the error that a request for a file of a random name draws, from
 * whichever port the server gave the transfer. The error ends the transfer, so nothing more is said
 * in it. A true server finds another fault with a mode or an operation that don't exist; products
 * differ in which, and in how they word it.
 */
@Component
final class TftpProbe implements Probe {

  private static final String PROTOCOL = "tftp";
  private static final int READ = 1;
  private static final int ERROR = 5;
  private static final int NO_OPERATION = 9;
  private static final int ILLEGAL_OPERATION = 4;
  private static final int MOST_CODE = 8;
  private static final int LONGEST = 516;
  private static final int NAME = 12;
  private static final Bytes OCTET = Bytes.latin1("\0octet\0");

  private static final double AN_ERROR = 0.60;
  private static final double ANOTHER_ERROR = 0.95;

  private final SignatureBook signatures;

  TftpProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  /** An ERROR packet (section 5). */
  record Fault(int code, String text) {

    static Optional<Fault> read(Bytes packet) {
      int end = packet.length() - 1;
      if (end < 4
          || packet.length() > LONGEST
          || packet.u16(0) != ERROR
          || packet.u16(2) > MOST_CODE
          || packet.at(end) != 0) {
        return Optional.empty();
      }
      String text = packet.slice(4, end).latin1();
      return text.chars().allMatch(Fault::printed)
          ? Optional.of(new Fault(packet.u16(2), text))
          : Optional.empty();
    }

    private static boolean printed(int character) {
      return character >= ' ' && character != 0x7f
          || character == '\n'
          || character == '\r'
          || character == '\t';
    }

    private String line(String question) {
      return "%s: %d %s\n".formatted(question, code, text.strip());
    }
  }

  @Override
  public Description description() {
    return new Description(
        "tftp",
        PROTOCOL,
        Transport.UDP,
        "TFTP",
        "Requests a file of a random name, and requires an error; then another error for a mode or"
            + " an operation that don't exist.",
        List.of("RFC 1350", "RFC 2347"));
  }

  @Override
  public List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "tftp/read", request(READ, random, OCTET), Set.of(69), 5, List.of(), AnswersFrom.HOST));
  }

  private static Bytes request(int operation, RandomGenerator random, Bytes mode) {
    return Bytes.of((byte) 0, (byte) operation).plus(letters(random, NAME)).plus(mode);
  }

  private static Bytes letters(RandomGenerator random, int count) {
    byte[] letters = new byte[count];
    for (int i = 0; i < count; i++) {
      letters[i] = (byte) random.nextInt('a', 'z' + 1);
    }
    return Bytes.of(letters);
  }

  @Override
  public Recognition recognise(Answer answer) {
    Bytes sent = answer.sent();
    boolean asked =
        sent.length() == 2 + NAME + OCTET.length()
            && sent.u16(0) == READ
            && sent.slice(2 + NAME, sent.length()).equals(OCTET);
    Optional<Fault> fault = asked ? Fault.read(answer.received()) : Optional.empty();
    return fault
        .<Recognition>map(
            known ->
                new Recognition.Suspected(
                    Claims.found(
                        Service.of(PROTOCOL),
                        AN_ERROR,
                        answer,
                        "an error for a file that can't be: " + known.code())))
        .orElse(Recognition.MISMATCH);
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Answer first = interview.first();
    Fault noFile = Fault.read(first.received()).orElse(new Fault(0, ""));
    Dossier dossier = new Dossier(signatures, finding);
    StringBuilder conduct = new StringBuilder(noFile.line("name"));
    RandomGenerator random = interview.random();

    Bytes noMode = Bytes.latin1("\0").plus(letters(random, 8)).plus(Bytes.latin1("\0"));
    Answer mode = ask(interview, "tftp/mode", request(READ, random, noMode));
    Optional<Fault> badMode = Fault.read(mode.received());
    badMode.ifPresent(fault -> conduct.append(fault.line("mode")));
    Answer last = mode;
    boolean differs = badMode.isPresent() && !badMode.get().equals(noFile);
    if (differs) {
      dossier.proven(mode, ANOTHER_ERROR, "another error for a mode that doesn't exist");
    } else {
      last = ask(interview, "tftp/operation", request(NO_OPERATION, random, OCTET));
      Optional<Fault> badOperation = Fault.read(last.received());
      if (badOperation.isEmpty() || badOperation.get().code() != ILLEGAL_OPERATION) {
        return Dossier.other(last, "no error of TFTP for an operation that doesn't exist")
            .orElseThrow();
      }
      conduct.append(badOperation.get().line("operation"));
      dossier.proven(last, ANOTHER_ERROR, "another error for an operation that doesn't exist");
    }
    dossier.detail("errors", Dossier.shown(conduct.toString().lines().toList()));
    dossier.learn("tftp.conduct", Bytes.latin1(conduct.toString()), last, "words errors so");
    return dossier.confirmed().orElseThrow();
  }

  private static Answer ask(Interview interview, String name, Bytes request)
      throws ConversationException {
    try (Conversation conversation = interview.converse(AnswersFrom.HOST)) {
      return conversation.ask(name, request, soFar -> true);
    }
  }
}
