package io.portprint.detect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What the ports of a host have been like lately. A host that is alike on every port (a firewall
 * that accepts for everybody, a tarpit, a spoofer) need not be asked everything on each of them.
 *
 * <p>Bounded: the last verdicts of the hosts that were seen last.
 */
final class Neighbours {

  /** Verdicts on open ports that are remembered of a host. */
  private static final int REMEMBERED = 32;

  /** Of them alike before others are expected to be. */
  private static final int ALIKE = 28;

  private static final int HOSTS = 10_000;
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final Cache<InetAddress, Street> hosts =
      Caffeine.newBuilder().maximumSize(HOSTS).expireAfterAccess(KEPT).build();

  /** The ports of one host, the last ones last. */
  private static final class Street {

    private final Deque<Habit> last = new ArrayDeque<>();

    synchronized void note(Habit habit) {
      if (last.size() == REMEMBERED) {
        last.removeFirst();
      }
      last.addLast(habit);
    }

    synchronized Optional<Alike> alike() {
      if (last.size() < REMEMBERED) {
        return Optional.empty();
      }
      Habit habit = last.getLast();
      int alike = (int) last.stream().filter(habit::equals).count();
      return habit.named() || alike < ALIKE
          ? Optional.empty()
          : Optional.of(new Alike(habit, alike));
    }
  }

  /** How most ports of a host are, and how many of those seen last. */
  record Alike(Habit habit, int ports) {}

  /** Remembers how an open port was. */
  void note(InetAddress host, Habit habit) {
    hosts.get(host, _ -> new Street()).note(habit);
  }

  /** How the ports of a host are, if nearly all of the last ones were alike and unknown. */
  Optional<Alike> alike(InetAddress host) {
    return Optional.ofNullable(hosts.getIfPresent(host)).flatMap(Street::alike);
  }
}
