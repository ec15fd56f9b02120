package io.portprint.job;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.State;
import io.portprint.job.Difference.Change;
import io.portprint.job.Difference.Field;
import io.portprint.job.Difference.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two jobs that have ended, held against each other endpoint by endpoint. Eight bytes for each
 * listed verdict are laid out, and the differences of one page. An endpoint on which a job has no
 * verdict, since it isn't among its endpoints, was cut off, or the verdict was not kept, is unknown
 * to it and not closed. Likewise, what is behind open endpoints is compared only where both jobs
 * looked for it.
 */
final class Comparison {

  private final Places before;
  private final Places after;

  Comparison(Verdicts before, Verdicts after) {
    this.before = new Places(before);
    this.after = new Places(after);
  }

  /** Those open after first, then those open before, both in the order of finding. */
  Differences page(@Nullable Change change, int limit, @Nullable String cursor) {
    boolean identified = before.verdicts.identified() && after.verdicts.identified();
    Sieve sieve = new Sieve(change, Cursors.position(cursor), limit, identified);
    after.verdicts.forEach(
        (fingerprint, _) -> {
          if (fingerprint.state() == State.OPEN) {
            sieve.openAfter(before.of(fingerprint.endpoint()), fingerprint);
          }
        });
    before.verdicts.forEach(
        (fingerprint, _) -> {
          if (fingerprint.state() == State.OPEN) {
            sieve.openBefore(fingerprint, after.of(fingerprint.endpoint()));
          }
        });
    return sieve.page();
  }

  /** Where a job has its verdict on an endpoint. */
  private static final class Places {

    private final Verdicts verdicts;

    /** For each listed verdict: its endpoint's place times their count, plus its position. */
    private final long[] keys;

    Places(Verdicts verdicts) {
      this.verdicts = verdicts;
      this.keys = new long[verdicts.size()];
      verdicts.forEach(
          (fingerprint, position) ->
              keys[position] =
                  key(verdicts.endpoints().indexOf(fingerprint.endpoint())) + position);
      Arrays.sort(keys);
    }

    private long key(long place) {
      return Math.multiplyExact(place, (long) keys.length);
    }

    Optional<Side> of(Endpoint endpoint) {
      long place = verdicts.endpoints().indexOf(endpoint);
      if (place < 0) {
        return Optional.empty();
      }
      if (verdicts.closed(place)) {
        return Optional.of(new Side(State.CLOSED, null));
      }
      if (keys.length == 0) {
        return Optional.empty();
      }
      int at = Arrays.binarySearch(keys, key(place));
      at = at < 0 ? -at - 1 : at;
      if (at == keys.length || keys[at] / keys.length != place) {
        return Optional.empty();
      }
      return Optional.of(verdicts.get((int) (keys[at] % keys.length)))
          .filter(fingerprint -> fingerprint.state() != State.NOT_PROBED)
          .map(Side::of);
    }
  }

  /** Counts all, and keeps the differences of one page. */
  private static final class Sieve {

    private final @Nullable Change wanted;
    private final int from;
    private final int limit;
    private final boolean identified;
    private final List<Difference> items = new ArrayList<>();
    private long seen;
    private long appeared;
    private long vanished;
    private long changed;
    private long unchanged;
    private long onlyInBefore;
    private long onlyInAfter;

    Sieve(@Nullable Change wanted, int from, int limit, boolean identified) {
      this.wanted = wanted;
      this.from = from;
      this.limit = limit;
      this.identified = identified;
    }

    void openAfter(Optional<Side> was, Fingerprint is) {
      if (was.isEmpty()) {
        onlyInAfter++;
        return;
      }
      Fingerprint known = was.get().fingerprint();
      if (known == null || known.state() != State.OPEN) {
        appeared++;
        offer(Change.APPEARED, is.endpoint(), was.get(), Side.of(is), List.of());
        return;
      }
      List<Field> fields = identified ? Field.differing(known, is) : List.of();
      if (fields.isEmpty()) {
        unchanged++;
      } else {
        changed++;
        offer(Change.CHANGED, is.endpoint(), was.get(), Side.of(is), fields);
      }
    }

    void openBefore(Fingerprint was, Optional<Side> is) {
      if (is.isEmpty()) {
        onlyInBefore++;
      } else if (is.get().state() != State.OPEN) {
        vanished++;
        offer(Change.VANISHED, was.endpoint(), Side.of(was), is.get(), List.of());
      }
    }

    private void offer(
        Change change, Endpoint endpoint, Side before, Side after, List<Field> fields) {
      if (wanted != null && wanted != change) {
        return;
      }
      if (seen >= from && items.size() < limit) {
        items.add(new Difference(change, endpoint, before, after, fields));
      }
      seen++;
    }

    Differences page() {
      long next = (long) from + items.size();
      return new Differences(
          new Differences.Counts(appeared, vanished, changed, unchanged, onlyInBefore, onlyInAfter),
          items,
          next < seen ? Cursors.at((int) next) : null);
    }
  }
}
