package io.portprint.capture;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.capture.CaptureException.NoRoom;
import io.portprint.capture.CaptureException.NotACapture;
import io.portprint.capture.CaptureException.NotFound;
import io.portprint.capture.CaptureException.TooManyUploads;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The captures of all clients, in memory: each is its client's own, and is forgotten after a while.
 * How much they may take together, and how many may be uploaded at a time, is bounded here.
 */
public final class Captures {

  private static final Logger log = LoggerFactory.getLogger(Captures.class);

  /** Of a capture without any conversation. */
  private static final int WEIGHT = 4096;

  private record Kept(Capture capture, String client, Room.Share share) {}

  private final CaptureProperties limits;
  private final Recognition recognition;
  private final InstantSource clock;
  private final Room room;
  private final Map<UUID, Kept> kept = new LinkedHashMap<>(); // the oldest first
  private final Map<String, Integer> uploadsOf = new HashMap<>();
  private int uploads;

  public Captures(
      CaptureProperties limits, Recogniser recogniser, InstantSource clock, MeterRegistry meters) {
    this.limits = limits;
    this.recognition = new Recognition(recogniser);
    this.clock = clock;
    this.room = new Room(limits.maxBytes().toBytes());
    Gauge.builder("portprint.captures", this, Captures::count)
        .description("Captures that are kept")
        .register(meters);
    Gauge.builder("portprint.captures.weight", room, Room::used)
        .description("Weight of the captures that are kept or being read")
        .baseUnit("bytes")
        .register(meters);
  }

  /**
   * Reads a capture as it is uploaded, as far as it can be read, and keeps it.
   *
   * @throws CaptureException where it can't be taken; nothing of it is kept then
   * @throws IOException where the upload itself broke off
   */
  public Capture upload(InputStream file, String client) throws IOException {
    begin(client);
    Room.Share share = room.share(client);
    boolean taken = false;
    try {
      share.take(WEIGHT);
      Capture capture = read(file, share);
      synchronized (kept) {
        kept.put(capture.id(), new Kept(capture, client, share));
      }
      taken = true;
      log.atInfo()
          .addKeyValue("capture", capture.id())
          .addKeyValue("format", capture.content().format().label())
          .addKeyValue("packets", capture.content().packets())
          .addKeyValue("flows", capture.content().flows().size())
          .log("capture read");
      return capture;
    } finally {
      if (!taken) {
        share.close();
      }
      end(client);
    }
  }

  private Capture read(InputStream file, Room.Share share) throws IOException {
    Instant now = clock.instant();
    CaptureInput input =
        new CaptureInput(file, limits.maxSize().toBytes(), clock, now.plus(limits.maxUploadTime()));
    Damages damages = new Damages();
    FlowTable flows = new FlowTable(limits, damages, share);
    Capture.Content content;
    try {
      CaptureFormat format = CaptureFile.read(input, damages, flows);
      input.drain();
      content = recognition.of(flows.end(format, input.position()), share);
    } catch (NotACapture | NoRoom e) {
      input.drain();
      throw e;
    }
    Instant read = clock.instant();
    return new Capture(UUID.randomUUID(), read, read.plus(limits.keep()), content);
  }

  private void begin(String client) {
    forgetExpired();
    synchronized (uploadsOf) {
      int most = Math.max(1, limits.maxUploads() / 2);
      if (uploadsOf.getOrDefault(client, 0) >= most) {
        throw new TooManyUploads("you upload %d captures already".formatted(most));
      }
      if (uploads >= limits.maxUploads()) {
        throw new TooManyUploads("%d captures are being uploaded already".formatted(uploads));
      }
      uploads++;
      uploadsOf.merge(client, 1, Integer::sum);
    }
  }

  private void end(String client) {
    synchronized (uploadsOf) {
      uploads--;
      if (uploadsOf.merge(client, -1, Integer::sum) == 0) {
        uploadsOf.remove(client);
      }
    }
  }

  /**
   * @throws NotFound where the client has no such capture
   */
  public Capture get(UUID id, String client) {
    forgetExpired();
    synchronized (kept) {
      return own(id, client).capture;
    }
  }

  /**
   * Forgets a capture at once.
   *
   * @throws NotFound where the client has no such capture
   */
  public void delete(UUID id, String client) {
    forgetExpired();
    synchronized (kept) {
      own(id, client).share.close();
      kept.remove(id);
    }
  }

  private Kept own(UUID id, String client) {
    Kept one = kept.get(id);
    if (one == null || !one.client.equals(client)) {
      throw new NotFound(id);
    }
    return one;
  }

  private int count() {
    forgetExpired();
    synchronized (kept) {
      return kept.size();
    }
  }

  private void forgetExpired() {
    Instant now = clock.instant();
    synchronized (kept) {
      Iterator<Kept> oldestFirst = kept.values().iterator();
      while (oldestFirst.hasNext()) {
        Kept one = oldestFirst.next();
        if (one.capture.expiresAt().isAfter(now)) {
          break;
        }
        one.share.close();
        oldestFirst.remove();
      }
    }
  }
}
