package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * Signatures by the field that they are tried on, such as {@code ftp.greeting} or {@code
 * http.server}.
 */
public interface SignatureBook {

  /**
   * The first signature of the field, in the book's order, that matches. Total: hostile subjects
   * are cut at a bound and given up on within a step budget, and are then no match.
   */
  Optional<Match> match(String field, Bytes subject);

  /**
   * A subject that is known to be of a protocol.
   *
   * @param subject a whole answer, or a field of one
   */
  record Example(String protocol, Bytes subject) {}

  /** What proves the signatures; empty for a book that has no examples. */
  default List<Example> examples() {
    return List.of();
  }

  /** All signatures in the book's order; empty for a book that can't list them. */
  default List<Signature> signatures() {
    return List.of();
  }
}
