package io.portprint.capture;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for known protocols in what servers said, and not for ever.
 *
 * <p>A suspicion counts where the rest of the capture supports it: a server that tells the client's
 * address, as some do, can't have guessed it. Behind a translator the capture does not hold the
 * address under which servers see the client; there several of them have to tell the same.
 */
final class Recognition {

  /** Answers of one flow: a protocol shows early, or not at all. */
  private static final int ANSWERS = 4;

  /** Datagrams that an answer may be to, for several may be asked at once. */
  private static final int QUESTIONS = 3;

  /** In one capture; each costs some microseconds for every probe there is. */
  static final int MOST_JUDGED = 20_000;

  /** Servers, at different addresses, that have to agree in what they see. */
  private static final int AGREEING = 2;

  /** Of the details of one flow, in bytes of memory; those beyond are left out. */
  private static final int DETAILS = 2_048;

  private static final int LONGEST = 65_536;

  private final Recogniser recogniser;

  Recognition(Recogniser recogniser) {
    this.recogniser = recogniser;
  }

  /**
   * @param room that what is kept of the details is taken from
   */
  Capture.Content of(Capture.Content content, Room.Share room) {
    List<Search> searches = new ArrayList<>(content.flows().size());
    Observers observers = new Observers();
    int left = MOST_JUDGED;
    for (Flow flow : content.flows()) {
      Search search = new Search(flow, left);
      search.run();
      search.found().ifPresent(sighting -> room.take(sighting.weight()));
      search.suspected().ifPresent(suspicion -> observers.add(flow, suspicion));
      searches.add(search);
      left = search.left;
    }
    List<Flow> flows = new ArrayList<>(searches.size());
    for (Search search : searches) {
      Optional<Sighting> known =
          search
              .proven()
              .or(() -> search.suspected().filter(one -> observers.support(search.flow, one)));
      if (known.isEmpty()) {
        search.found().ifPresent(sighting -> room.giveBack(sighting.weight()));
      }
      flows.add(known.map(search.flow::recognised).orElse(search.flow));
    }
    List<Damage> damage = new ArrayList<>(content.damage());
    if (left == 0) {
      damage.add(
          new Damage(
              "protocols were looked for in the first %,d answers only".formatted(MOST_JUDGED),
              content.size(),
              1));
    }
    return new Capture.Content(
        content.format(),
        content.linkTypes(),
        content.size(),
        content.packets(),
        content.bytes(),
        content.length(),
        content.from(),
        content.to(),
        content.unread(),
        damage,
        flows);
  }

  /** Which servers tell a client the same address. */
  private static final class Observers {

    private record Observation(String protocol, InetAddress client, String observed) {}

    private final Map<Observation, Set<InetAddress>> servers = new HashMap<>();

    private static Observation observation(Flow flow, Sighting suspicion) {
      return new Observation(
          suspicion.protocol(), flow.client().address(), suspicion.observed().orElse(""));
    }

    void add(Flow flow, Sighting suspicion) {
      servers
          .computeIfAbsent(observation(flow, suspicion), _ -> new HashSet<>())
          .add(flow.server().address());
    }

    boolean support(Flow flow, Sighting suspicion) {
      return suspicion.observed().filter(flow.client().addressText()::equals).isPresent()
          || flow.client().isPrivate()
              && servers.getOrDefault(observation(flow, suspicion), Set.of()).size() >= AGREEING;
    }
  }

  /** Through one flow. */
  private final class Search {

    private final Flow flow;
    private int left;
    private @Nullable Sighting proven;
    private @Nullable Sighting suspected;
    private boolean contradicted;

    Search(Flow flow, int left) {
      this.flow = flow;
      this.left = left;
    }

    /** What of it is kept. */
    Optional<Sighting> found() {
      return proven().or(this::suspected);
    }

    Optional<Sighting> proven() {
      return Optional.ofNullable(proven);
    }

    /** What tells the client's address, and the same one in all answers. */
    Optional<Sighting> suspected() {
      return contradicted ? Optional.empty() : Optional.ofNullable(suspected);
    }

    void run() {
      List<Bytes> asked = new ArrayList<>(); // the last first
      int questions = flow.transport() == Transport.UDP ? QUESTIONS : 1;
      int answers = 0;
      for (Turn turn : flow.turns()) {
        Bytes said = turn.payload().head(LONGEST);
        if (turn.speaker() == Speaker.CLIENT) {
          asked.addFirst(said);
          if (asked.size() > questions) {
            asked.removeLast();
          }
        } else if (!said.isEmpty()) {
          for (Bytes question : asked.isEmpty() ? List.of(Bytes.EMPTY) : asked) {
            if (left == 0) {
              return;
            }
            left--;
            weigh(recogniser.sightings(flow.transport(), flow.client().address(), question, said));
            if (proven != null) {
              return;
            }
          }
          if (++answers == ANSWERS) {
            return;
          }
        }
      }
    }

    private void weigh(List<Sighting> sightings) {
      proven =
          sightings.stream()
              .filter(Sighting::proven)
              .findFirst()
              .map(one -> one.within(DETAILS))
              .orElse(null);
      if (proven != null) {
        return;
      }
      Optional<Sighting> telling =
          sightings.stream().filter(one -> one.observed().isPresent()).findFirst();
      if (telling.isPresent()) {
        Sighting one = telling.get().within(DETAILS);
        if (suspected == null) {
          suspected = one;
        } else if (!suspected.observed().equals(one.observed())
            || !suspected.protocol().equals(one.protocol())) {
          contradicted = true;
        } else if (one.confidence() > suspected.confidence()) {
          suspected = one;
        }
      }
    }
  }
}
