package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.probe.Answer;
import io.portprint.probe.Conversation;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Interview;
import io.portprint.probe.Opening;
import io.portprint.probe.Recognition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What is said to a server of ONC RPC and made of its answers, the same over both transports but
 * for the marks of records in a stream.
 */
record RpcExchange(boolean framed) {

  static final String PROTOCOL = "rpcbind";
  static final List<String> REFERENCES = List.of("RFC 1833", "RFC 5531");

  private static final Set<Integer> PORTS = Set.of(111, 2049, 32771);
  private static final double NULL_ANSWERED = 0.97;
  private static final double DUMPED = 0.99;

  List<Opening> openings(RandomGenerator random) {
    return List.of(
        new Opening(
            "rpcbind/null",
            wire(RpcMessage.call(random, RpcMessage.PORTMAPPER, 2, RpcMessage.NULL)),
            PORTS,
            4));
  }

  private Bytes wire(Bytes message) {
    return framed ? RpcMessage.framed(message) : message;
  }

  private Optional<Bytes> message(Bytes wire) {
    return framed ? RpcMessage.unframed(wire) : Optional.of(wire);
  }

  Recognition recognise(Answer answer) {
    Bytes call = message(answer.sent()).orElse(Bytes.EMPTY);
    if (!RpcMessage.isOpening(call)) {
      return Recognition.MISMATCH;
    }
    Optional<RpcMessage> reply =
        message(answer.received()).flatMap(message -> RpcMessage.read(call, message));
    if (reply.isEmpty()) {
      return Claims.notYet(answer, framed && begun(answer.received(), call));
    }
    RpcMessage said = reply.get();
    if (said.succeeded() && said.result().isEmpty() || said.programMismatch()) {
      return Claims.recognised(
          Service.of(PROTOCOL),
          NULL_ANSWERED,
          answer,
          "a reply to our call that says that the port mapper is here");
    }
    if (said.programUnavailable()) {
      return new Recognition.Suspected(
          Claims.found(
              Service.of("nfs"), 0.5, answer, "a server of ONC RPC without a port mapper"));
    }
    return Recognition.MISMATCH;
  }

  private static boolean begun(Bytes received, Bytes call) {
    return received.length() < 8 || received.u32(4) == call.u32(0);
  }

  Examination examine(Finding finding, Interview interview) throws ConversationException {
    try (Conversation conversation = interview.converse()) {
      return finding.protocol().equals(PROTOCOL)
          ? new Examination.Confirmed(dump(finding, conversation, interview))
          : network(finding, conversation, interview);
    }
  }

  /** What is registered with the port mapper. */
  private Finding dump(Finding finding, Conversation conversation, Interview interview)
      throws ConversationException {
    Bytes call = RpcMessage.call(interview.random(), RpcMessage.PORTMAPPER, 2, RpcMessage.DUMP);
    Answer answer = ask(conversation, "rpcbind/dump", call);
    Optional<RpcMessage> reply =
        message(answer.received()).flatMap(message -> RpcMessage.read(call, message));
    if (reply.isEmpty() || !reply.get().succeeded()) {
      return finding;
    }
    List<Map<String, Object>> programs = reply.get().programs();
    if (programs.isEmpty()) {
      return finding;
    }
    return finding
        .withConfidence(DUMPED)
        .withDetail("programs", programs)
        .withEvidence(answer.because("lists the registered programs", List.of()));
  }

  /** Which program it is that has a port of its own, without a port mapper. */
  private Examination network(Finding finding, Conversation conversation, Interview interview)
      throws ConversationException {
    for (RpcMessage.Program program : RpcMessage.WITHOUT_PORT_MAPPER) {
      Bytes call =
          RpcMessage.call(interview.random(), program.number(), program.version(), RpcMessage.NULL);
      Answer answer = ask(conversation, program.protocol() + "/null", call);
      Optional<RpcMessage> reply =
          message(answer.received()).flatMap(message -> RpcMessage.read(call, message));
      if (reply.isEmpty()) {
        break;
      }
      RpcMessage said = reply.get();
      // who does not have a program says so before it asks for credentials
      if (said.succeeded() || said.programMismatch() || said.denied()) {
        return new Examination.Confirmed(
            finding
                .withService(Service.of(program.protocol()))
                .withConfidence(DUMPED)
                .withDetail("program", program.number())
                .withEvidence(
                    answer.because(
                        "a reply that says that " + program.protocol() + " is here", List.of())));
      }
    }
    return new Examination.Refuted(
        "a server of ONC RPC with neither port mapper nor a program that is known",
        null,
        finding.evidence());
  }

  private Answer ask(Conversation conversation, String name, Bytes call)
      throws ConversationException {
    return conversation.ask(name, wire(call), soFar -> RpcMessage.unframed(soFar).isPresent());
  }
}
