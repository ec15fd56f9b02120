package io.portprint.capture;

import io.portprint.capture.IpPacket.Fragment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragmented payloads together again (RFC 791, section 3.2; RFC 8200, section 4.5). Where
 * fragments overlap, what came first stays in IPv4; in IPv6 the whole is given up on, as <a
 * href="https://www.rfc-editor.org/rfc/rfc5722">RFC 5722</a> has it. What stays incomplete is
 * counted.
 */
final class Defragmenter {

  /** A payload is no longer, whatever its fragments claim. */
  private static final int LONGEST = 65_535;

  static final int MOST_PENDING = 1024;
  static final int MOST_BYTES = 4 << 20;

  /** Of headers and list entries; keeps a flood of tiny fragments within the bound too. */
  private static final int OVERHEAD = 64;

  /** Identifiers are used again after it (RFC 8200, section 4.5). */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final class Pending {
    private final @Nullable Instant since;

    /** By their offsets; none overlaps another. */
    private final TreeMap<Integer, byte[]> parts = new TreeMap<>();

    private int covered;
    private int length = -1;
    private int protocol = -1;
    private int weight;

    /** Its fragments contradict each other: it will never be whole. */
    private boolean spoilt;

    Pending(@Nullable Instant since) {
      this.since = since;
    }

    boolean outlived(@Nullable Instant now) {
      return since != null
          && now != null
          && Duration.between(since, now).abs().compareTo(PATIENCE) > 0;
    }
  }

  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private long weight;
  private long abandoned;

  /** The whole packet, when this was the last fragment that it lacked. */
  Optional<IpPacket> add(IpPacket packet, Fragment fragment, @Nullable Instant at)
      throws MalformedPacketException {
    byte[] bytes = packet.payload().rest();
    if (bytes.length < packet.length()) {
      throw new MalformedPacketException("a fragment was not captured whole");
    }
    int to = fragment.offset() + bytes.length;
    if (to > LONGEST || bytes.length == 0 || fragment.more() && bytes.length % 8 != 0) {
      throw new MalformedPacketException("a fragment has a length that can't be");
    }
    boolean v6 = packet.source().getAddress().length > 4;
    String key = key(packet, fragment, v6);
    Pending whole = pending.get(key);
    if (whole != null && whole.outlived(at)) {
      abandon(key, whole);
      whole = null;
    }
    if (whole == null) {
      whole = new Pending(at);
      pending.put(key, whole);
    }
    add(whole, fragment, bytes, v6);
    if (fragment.offset() == 0) {
      whole.protocol = packet.protocol();
    }
    Optional<IpPacket> done = whole(packet, whole);
    if (done.isPresent()) {
      remove(key, whole);
    } else {
      makeRoom();
    }
    return done;
  }

  /** Payloads that were given up on, and those that are still incomplete. */
  long incomplete() {
    return abandoned + pending.size();
  }

  private static String key(IpPacket packet, Fragment fragment, boolean v6) {
    return new String(packet.source().getAddress(), StandardCharsets.ISO_8859_1)
        + new String(packet.destination().getAddress(), StandardCharsets.ISO_8859_1)
        + fragment.id()
        + (v6 ? "" : "/" + packet.protocol());
  }

  private void add(Pending whole, Fragment fragment, byte[] bytes, boolean v6) {
    int from = fragment.offset();
    int to = from + bytes.length;
    if (whole.spoilt) {
      return;
    }
    if (!fragment.more() && whole.length < 0) {
      whole.length = to;
    }
    byte[] known = whole.parts.get(from);
    if (known != null && known.length == bytes.length) {
      return; // sent again; what came first stays
    }
    int before = whole.covered;
    for (int at = from; at < to; ) {
      Map.Entry<Integer, byte[]> floor = whole.parts.floorEntry(at);
      if (floor != null && floor.getKey() + floor.getValue().length > at) {
        at = floor.getKey() + floor.getValue().length;
        continue;
      }
      Integer next = whole.parts.higherKey(at);
      int end = next == null ? to : Math.min(to, next);
      whole.parts.put(at, Arrays.copyOfRange(bytes, at - from, end - from));
      whole.covered += end - at;
      weigh(whole, end - at + OVERHEAD);
      at = end;
    }
    boolean overlaps = whole.covered - before < bytes.length;
    boolean beyond = whole.length >= 0 && end(whole) > whole.length;
    if (v6 && overlaps || beyond) {
      whole.spoilt = true;
      whole.parts.clear();
      weigh(whole, -whole.weight);
    }
  }

  private static int end(Pending whole) {
    Map.Entry<Integer, byte[]> last = whole.parts.lastEntry();
    return last == null ? 0 : last.getKey() + last.getValue().length;
  }

  private static Optional<IpPacket> whole(IpPacket last, Pending whole)
      throws MalformedPacketException {
    if (whole.spoilt || whole.protocol < 0 || whole.covered != whole.length) {
      return Optional.empty();
    }
    byte[] content = new byte[whole.length];
    whole.parts.forEach((from, part) -> System.arraycopy(part, 0, content, from, part.length));
    return Optional.of(
        IpPacket.behindExtensions(
            last.source(), last.destination(), whole.protocol, Cursor.of(content), content.length));
  }

  private void makeRoom() {
    Iterator<Map.Entry<String, Pending>> oldestFirst = pending.entrySet().iterator();
    while ((pending.size() > MOST_PENDING || weight > MOST_BYTES) && oldestFirst.hasNext()) {
      Pending oldest = oldestFirst.next().getValue();
      oldestFirst.remove();
      weight -= oldest.weight;
      abandoned++;
    }
  }

  private void abandon(String key, Pending whole) {
    remove(key, whole);
    abandoned++;
  }

  private void remove(String key, Pending whole) {
    pending.remove(key);
    weight -= whole.weight;
  }

  private void weigh(Pending whole, int more) {
    whole.weight += more;
    weight += more;
  }
}
