package io.portprint.job;

import io.portprint.capture.learning.Lesson;
import io.portprint.capture.learning.Trial;
import io.portprint.fingerprint.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A replay as it stood at one moment.
 *
 * @param alsoAt further servers of the same kind
 * @param opens whether the request that is learnt from is the first that is said
 * @param planned conversations that belong to it
 * @param conversations those that were held, in their order
 * @param lesson what they taught; null until it has ended
 * @param ending why it ended early; null where it did not
 */
public record Replay(
    UUID id,
    Endpoint endpoint,
    List<Endpoint> alsoAt,
    boolean opens,
    JobState state,
    Instant createdAt,
    @Nullable Instant finishedAt,
    int planned,
    List<HeldConversation> conversations,
    @Nullable Lesson lesson,
    @Nullable String ending) {

  public Replay {
    alsoAt = List.copyOf(alsoAt);
    conversations = List.copyOf(conversations);
  }

  /** The ports at which it was learned. */
  public Set<Integer> ports() {
    Set<Integer> ports = new TreeSet<>();
    ports.add(endpoint.port());
    alsoAt.forEach(one -> ports.add(one.port()));
    return ports;
  }

  /** What is learnt from each conversation. */
  public List<Trial> trials() {
    return conversations.stream().map(HeldConversation::trial).toList();
  }
}
