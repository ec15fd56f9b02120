package io.portprint.job;

import io.portprint.fingerprint.Fingerprint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of a job as one reader takes them, one after the other. Nothing is queued for the
 * reader: results are read from where they are kept, and progress is told as it is when the reader
 * comes for it, once a second at most. Not safe for use by many threads.
 */
public final class JobEvents {

  private static final int BATCH = 16;
  private static final Duration PROGRESS = Duration.ofSeconds(1);

  private final JobRun job;
  private final BooleanSupplier remembered;
  private final ResultFilter filter;
  private final Queue<Fingerprint> read = new ArrayDeque<>(BATCH);
  private final Timer progress = new Timer(PROGRESS);
  private final Timer silence;
  private @Nullable JobCounts told;
  private long position;
  private boolean last;

  /**
   * @param remembered whether the job still is; false from before its results are cleared
   */
  JobEvents(
      JobRun job,
      BooleanSupplier remembered,
      ResultFilter filter,
      long after,
      Duration silenceAfter) {
    this.job = job;
    this.remembered = remembered;
    this.filter = filter;
    this.position = after;
    this.silence = new Timer(silenceAfter);
    if (after > 0 && !exists(after)) {
      throw new UnknownPositionException(after);
    }
  }

  /**
   * The next event, as soon as there is one. The first is the progress so far; after one that
   * nothing follows there is nothing to ask for.
   */
  public JobEvent next() throws InterruptedException {
    JobEvent event = null;
    while (event == null) {
      event = progress.isOver() ? progress() : null;
      if (event == null) {
        event = read.isEmpty() ? await() : found(read.remove());
      }
    }
    silence.restart();
    return event;
  }

  /** Where the counts have changed since they were told. */
  private @Nullable JobEvent progress() {
    progress.restart();
    Job now = job.snapshot();
    if (now.counts().equals(told)) {
      return null;
    }
    told = now.counts();
    return new JobEvent.Progress(now);
  }

  private @Nullable JobEvent found(Fingerprint fingerprint) {
    position++;
    return filter.accepts(fingerprint) ? new JobEvent.Found(position, fingerprint) : null;
  }

  private @Nullable JobEvent await() throws InterruptedException {
    if (last) {
      return new JobEvent.Ended(job.snapshot());
    }
    long wait = Math.max(0, Math.min(progress.left(), silence.left()));
    Results.Batch batch = batch(position, BATCH, Duration.ofNanos(wait));
    if (!remembered.getAsBoolean()) {
      return new JobEvent.Forgotten();
    }
    read.addAll(batch.items());
    last = batch.last();
    return read.isEmpty() && !last && silence.isOver() ? new JobEvent.Silence() : null;
  }

  private boolean exists(long at) {
    try {
      return at <= Integer.MAX_VALUE && !batch(at - 1, 1, Duration.ZERO).items().isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The one place that reads the results. */
  private Results.Batch batch(long from, int most, Duration time) throws InterruptedException {
    return job.results().await(Math.toIntExact(from), most, time);
  }

  /** How long it is until something is due. */
  private static final class Timer {

    private final long period;
    private long due = System.nanoTime();

    Timer(Duration period) {
      this.period = period.toNanos();
    }

    void restart() {
      due = System.nanoTime() + period;
    }

    /** In nanoseconds; none or less when it is over. */
    long left() {
      return due - System.nanoTime();
    }

    boolean isOver() {
      return left() <= 0;
    }
  }
}
