package io.portprint.publication;

import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.Naming;
import io.portprint.capture.learning.Written;
import io.portprint.probe.LearnedProbe;
import io.portprint.probe.Probe;
import io.portprint.probe.ProbeReader;
import io.portprint.probe.Repertoire;
import io.portprint.publication.PublicationException.Reason;
import io.portprint.signature.SignatureBook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signatures that are published: detection asks them from the moment on in which they are, and
 * no more from that in which they are withdrawn.
 */
public final class Publications {

  private static final Logger log = LoggerFactory.getLogger(Publications.class);

  /** A layer around others, whose name opens doors: nothing that was learned has it. */
  private static final String TLS = "tls";

  private final Repertoire repertoire;
  private final ProbeReader reader;
  private final SignatureBook signatures;
  private final @Nullable PublicationFolder folder;
  private final int most;
  private final Map<String, Publication> published = new TreeMap<>();

  Publications(
      Repertoire repertoire,
      ProbeReader reader,
      SignatureBook signatures,
      PublicationProperties properties) {
    this.repertoire = repertoire;
    this.reader = reader;
    this.signatures = signatures;
    this.folder = properties.path().map(PublicationFolder::new).orElse(null);
    this.most = properties.maxPublished();
    if (folder != null) {
      folder.read().forEach(this::restore);
    }
  }

  /**
   * Puts a signature that was published before to work again.
   *
   * @throws IllegalStateException where it is not fit any more: somebody has changed the file, or
   *     the book has learned what it really is
   */
  private void restore(PublicationFolder.Text text) {
    try {
      LearnedProbe learned = reader.read(text.name(), text.exchange(), text.signatures());
      if (!learned.name().equals(text.name())) {
        throw new IllegalArgumentException("the file is named otherwise: " + learned.name());
      }
      admit(new Publication(learned, text.exchange(), text.signatures(), audition(learned)));
    } catch (IllegalArgumentException | PublicationException e) {
      throw new IllegalStateException(
          "the published signature %s can't be used: %s".formatted(text.name(), e.getMessage()), e);
    }
  }

  /**
   * Publishes what was learned.
   *
   * @param namesProduct whether what looks like a product and a version is to be named
   * @param missed the servers that it was learned from and that the probe does not name: fresh
   *     requests change all at once what replays changed one by one
   * @throws PublicationException where it is not fit to be published, or can't be
   */
  public Publication publish(
      Candidate candidate,
      Naming naming,
      boolean namesProduct,
      Function<Probe, List<String>> missed) {
    if (folder == null) {
      throw new PublicationException(
          Reason.OFF, "there is no folder for published signatures: portprint.publications.folder");
    }
    Written written = candidate.write(naming);
    PublicationFolder.Text text =
        new PublicationFolder.Text(
            naming.name(),
            written.exchange(),
            namesProduct ? written.signatures().orElse(null) : null);
    LearnedProbe learned;
    try {
      learned = reader.read(naming.name(), text.exchange(), text.signatures());
    } catch (IllegalArgumentException e) {
      throw new PublicationException(
          Reason.NOT_FIT, "the book's format can't say it: " + e.getMessage(), e);
    }
    checkRoom(naming.name());
    Passed passed = audition(learned);
    List<String> unnamed = missed.apply(learned.probe());
    if (!unnamed.isEmpty()) {
      throw new PublicationException(
          Reason.NOT_FIT,
          "it does not recognise by fresh requests where it was learned: "
              + String.join(", ", unnamed));
    }
    Publication publication = new Publication(learned, text.exchange(), text.signatures(), passed);
    synchronized (this) {
      checkRoom(naming.name());
      folder.write(text);
      admit(publication);
    }
    log.atInfo().addKeyValue("signature", naming.name()).log("signature published");
    return publication;
  }

  private synchronized void checkRoom(String name) {
    if (published.size() >= most) {
      throw new PublicationException(
          Reason.FULL, "%d signatures are published, which is the limit".formatted(most));
    }
    if (repertoire.knows(name)) {
      throw new PublicationException(
          Reason.NAME_TAKEN, "there is a probe named %s already".formatted(name));
    }
  }

  private Passed audition(LearnedProbe learned) {
    if (learned.probe().description().protocol().equals(TLS)) {
      throw new PublicationException(Reason.NOT_FIT, "tls is not a protocol that can be learned");
    }
    return Audition.of(learned, repertoire.probes(), signatures);
  }

  /** Lets detection ask it from now on. */
  private synchronized void admit(Publication publication) {
    repertoire.add(publication.learned().probe());
    published.put(publication.name(), publication);
  }

  /** All of them, by name. */
  public synchronized Collection<Publication> all() {
    return new ArrayList<>(published.values());
  }

  public synchronized Optional<Publication> find(String name) {
    return Optional.ofNullable(published.get(name));
  }

  /**
   * Withdraws a signature: its files are gone, and detection asks it no more.
   *
   * @throws PublicationException where there is none of that name, or its files can't be deleted
   */
  public synchronized Publication withdraw(String name) {
    Publication publication =
        find(name)
            .orElseThrow(
                () ->
                    new PublicationException(
                        Reason.UNKNOWN, "no signature named %s is published".formatted(name)));
    if (folder != null) {
      folder.delete(name);
    }
    published.remove(name);
    repertoire.remove(publication.learned().probe());
    log.atInfo().addKeyValue("signature", name).log("signature withdrawn");
    return publication;
  }
}
