package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
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
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * MySQL and MariaDB. The server speaks first, in a packet of many fields that must fit one another,
 * among them random bytes; servers block whoever breaks off often, so as little as possible is
 * asked after it.
 */
@Component
final class MysqlProbe implements Probe {

  private static final String PROTOCOL = "mysql";
  private static final int LARGEST_PACKET = 4096;
  private static final int HEADER = 4;
  private static final int ERROR = 0xff;
  private static final int VERSION_10 = 10;
  private static final int CLIENT_SSL = 0x800;
  private static final int CLIENT_PROTOCOL_41 = 0x200;
  private static final int CLIENT_SECURE_CONNECTION = 0x8000;
  private static final int CLIENT_PLUGIN_AUTH = 0x8_0000;

  private static final double HANDSHAKE = 0.9;
  private static final double FRESH_SALT = 0.9;
  private static final double TLS_ON_DEMAND = 0.9;
  private static final double TAKES_ANYBODY = 0.9;

  /** A packet of one byte in the place of a login: no name, no password. */
  private static final Bytes NOBODY = Bytes.hex("01 0000 01 00");

  /** The second packet of a conversation, an OK. */
  private static final Bytes OK = Bytes.hex("07 0000 02 00 00 00");

  private static final Pattern VERSION = Pattern.compile("\\d{1,2}\\.\\d{1,3}[ -~]{0,120}");
  private static final Pattern REFUSES =
      Pattern.compile(
          "^(?:#[0-9A-Z]{5})?(?:Host .{1,300} is (?:blocked because of many connection errors"
              + "|not allowed to connect to this M)|Too many connections)");

  private final SignatureBook signatures;

  MysqlProbe(SignatureBook signatures) {
    this.signatures = signatures;
  }

  @Override
  public Description description() {
    return new Description(
        PROTOCOL,
        PROTOCOL,
        Transport.TCP,
        "MySQL client/server protocol",
        "Reads the handshake, or the refusal in its place, with which the server begins; then asks"
            + " for TLS, or for a second handshake, whose random bytes must be others. Never logs"
            + " in.",
        List.of("MySQL Internals: Connection Phase", "MariaDB: Connection"));
  }

  /** The first packet of a server. */
  sealed interface Packet {

    /**
     * @param salt what the client is to hash its password with
     * @param plugin empty where none is named
     */
    record Handshake(
        String version, long connection, Bytes salt, long capabilities, String plugin, int end)
        implements Packet {

      boolean offersTls() {
        return (capabilities & CLIENT_SSL) != 0;
      }
    }

    record Refusal(int code, String message) implements Packet {}

    record Begun() implements Packet {}

    record Alien() implements Packet {}

    static Packet read(Bytes stream) {
      if (stream.length() > 3 && stream.at(3) != 0) {
        return new Alien();
      }
      if (stream.length() < HEADER + 1) {
        return new Begun();
      }
      int length = stream.at(0) | stream.at(1) << 8 | stream.at(2) << 16;
      int type = stream.at(HEADER);
      if (length < 10 || length > LARGEST_PACKET || type != VERSION_10 && type != ERROR) {
        return new Alien();
      }
      if (stream.length() < HEADER + length) {
        return new Begun();
      }
      Bytes body = stream.slice(HEADER, HEADER + length);
      return type == ERROR ? refusal(body) : handshake(body, HEADER + length);
    }

    private static Packet refusal(Bytes body) {
      int code = body.at(1) | body.at(2) << 8;
      String message = body.slice(3, body.length()).latin1();
      return REFUSES.matcher(message).find() ? new Refusal(code, message) : new Alien();
    }

    private static Packet handshake(Bytes body, int end) {
      String text = body.latin1();
      int version = text.indexOf(0, 1);
      // thread id, first part of the salt, filler, lower capabilities
      if (version < 0
          || !VERSION.matcher(text.substring(1, version)).matches()
          || body.length() < version + 1 + 4 + 8 + 1 + 2) {
        return new Alien();
      }
      int at = version + 1;
      long connection =
          body.at(at) | body.at(at + 1) << 8 | body.at(at + 2) << 16 | (long) body.at(at + 3) << 24;
      Bytes salt = body.slice(at + 4, at + 12);
      if (body.at(at + 12) != 0) {
        return new Alien();
      }
      long capabilities = body.at(at + 13) | body.at(at + 14) << 8;
      String plugin = "";
      if (body.length() >= at + 15 + 16) {
        capabilities |= (long) body.at(at + 18) << 16 | (long) body.at(at + 19) << 24;
        int salted = at + 31;
        int saltEnd = text.indexOf(0, salted);
        if ((capabilities & CLIENT_SECURE_CONNECTION) != 0 && saltEnd > salted) {
          salt = salt.plus(body.slice(salted, saltEnd));
          int name = saltEnd + 1;
          int nameEnd = text.indexOf(0, name);
          if ((capabilities & CLIENT_PLUGIN_AUTH) != 0 && name < text.length()) {
            plugin = text.substring(name, nameEnd < 0 ? text.length() : nameEnd);
          }
        }
      }
      boolean random = salt.latin1().chars().distinct().count() > 2;
      return random
          ? new Handshake(text.substring(1, version), connection, salt, capabilities, plugin, end)
          : new Alien();
    }
  }

  @Override
  public Recognition recognise(Answer answer) {
    return switch (Packet.read(answer.received())) {
      case Packet.Alien _ -> Recognition.MISMATCH;
      case Packet.Begun _ ->
          answer.ended() || answer.silent() ? Recognition.MISMATCH : Recognition.INCOMPLETE;
      case Packet.Refusal(int code, String message) ->
          new Recognition.Recognised(refused(answer, message).withDetail("errorCode", code));
      case Packet.Handshake handshake -> new Recognition.Recognised(greeted(answer, handshake));
    };
  }

  private Finding refused(Answer answer, String message) {
    Finding finding =
        Finding.of(
            Service.of(PROTOCOL),
            HANDSHAKE,
            answer.because(
                "an error packet that turns our host away",
                List.of(new Span(HEADER, answer.received().length() - HEADER))));
    return signatures
        .match("mysql.error", Bytes.latin1(message))
        .map(match -> finding.withService(match.service().orElse(finding.service())))
        .orElse(finding)
        .withDetail("error", Dossier.shown(message));
  }

  private Finding greeted(Answer answer, Packet.Handshake handshake) {
    Finding finding =
        Finding.of(
            Service.of(PROTOCOL),
            HANDSHAKE,
            answer.because(
                "a handshake of protocol version 10", List.of(new Span(0, handshake.end()))));
    return signatures
        .match("mysql.version", Bytes.latin1(handshake.version()))
        .map(match -> finding.withService(match.service().orElse(finding.service())))
        .orElse(finding)
        .withDetail("serverVersion", Dossier.shown(handshake.version()))
        .withDetail("capabilities", "%08x".formatted(handshake.capabilities()))
        .withDetail("authPlugin", Dossier.shown(handshake.plugin()))
        .withDetail("tls", handshake.offersTls());
  }

  @Override
  public Examination examine(Finding finding, Interview interview) throws ConversationException {
    Dossier dossier = new Dossier(signatures, finding);
    if (!(Packet.read(interview.first().received()) instanceof Packet.Handshake first)) {
      return new Examination.Confirmed(finding);
    }
    Optional<Conversation> ongoing =
        interview.first().isGreeting() ? interview.ongoing() : Optional.empty();
    if (first.offersTls() && ongoing.isPresent()) {
      try (Conversation conversation = ongoing.get()) {
        return secured(dossier, conversation);
      }
    }
    try (Conversation conversation = interview.converse()) {
      Answer again =
          conversation.receive(
              Answer.GREETING, soFar -> !(Packet.read(soFar) instanceof Packet.Begun));
      if (!(Packet.read(again.received()) instanceof Packet.Handshake second)) {
        return new Examination.Confirmed(finding);
      }
      if (second.salt().equals(first.salt())) {
        return unsalted(dossier, conversation, again);
      }
      dossier.proven(again, FRESH_SALT, "a second handshake has other random bytes");
      return first.offersTls() ? secured(dossier, conversation) : dossier.confirmed().orElseThrow();
    }
  }

  /** Search daemons that speak the protocol know no users, and so need no salt. */
  private static Examination unsalted(Dossier dossier, Conversation conversation, Answer again)
      throws ConversationException {
    Answer taken = conversation.ask("mysql/nobody", NOBODY, soFar -> soFar.length() > OK.length());
    if (!taken.received().startsWith(OK)) {
      return Dossier.caught(PROTOCOL, again, "its random bytes are always the same").orElseThrow();
    }
    dossier.proven(taken, TAKES_ANYBODY, "takes nobody for a user");
    return dossier.confirmed().orElseThrow();
  }

  /** Asks for TLS in the place of a login, with the short form of the login packet. */
  private static Examination secured(Dossier dossier, Conversation conversation)
      throws ConversationException {
    int wanted = CLIENT_SSL | CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION;
    conversation.send(
        Bytes.hex("20 00 00 01")
            .plus(Bytes.of((byte) wanted, (byte) (wanted >> 8), (byte) 0, (byte) 0))
            .plus(Bytes.hex("00 00 00 01 21"))
            .plus(Bytes.of(new byte[23])));
    Tls tls = conversation.startTls("SSLRequest", List.of());
    dossier.tls(tls);
    if (tls.failure() == null) {
      dossier.weigh(TLS_ON_DEMAND);
    }
    return dossier.confirmed().orElseThrow();
  }
}
