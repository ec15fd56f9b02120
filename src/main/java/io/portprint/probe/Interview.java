package io.portprint.probe;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The examination of one endpoint, as a probe sees it: new conversations with it, within its
 * deadline and its limits, and in the layer (plain, or inside TLS) in which it was recognised.
 */
public interface Interview {

  Endpoint endpoint();

  /**
   * Our own addresses as the peer may see them: that of the socket, and public ones that the
   * operator configured.
   */
  Set<InetAddress> ownAddresses();

  /** Whether this takes place inside TLS. */
  boolean insideTls();

  /** The answer that led to the examination. */
  Answer first();

  /**
   * The conversation of the first answer, while the peer still listens in it; the caller may go on
   * with it.
   */
  Optional<Conversation> ongoing();

  /** A new conversation in the same layer. */
  Conversation converse() throws ConversationException;

  /**
   * A new conversation in the same layer that offers application protocols where the layer is TLS.
   */
  Conversation converse(List<String> alpn) throws ConversationException;

  /**
   * A new plain conversation with the same port over a given transport: a service may be the surer
   * for what the other transport of its port says.
   */
  Conversation converse(Transport transport) throws ConversationException;

  /** A new conversation in the same layer, in which the answer may come from elsewhere. */
  Conversation converse(AnswersFrom answersFrom) throws ConversationException;

  /** Asks one question in a conversation of its own and waits for all of the answer. */
  Answer ask(String name, Bytes payload) throws ConversationException;

  /**
   * The general challenge: two different lots of ASCII garbage, each in a conversation of its own.
   * Asked at most once per layer, however many probes want to know.
   */
  List<Answer> challenge() throws ConversationException;

  RandomGenerator random();
}
