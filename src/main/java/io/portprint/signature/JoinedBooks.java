package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import java.util.List;
import java.util.Optional;

/** Several books as one: the first that matches answers. Their fields don't overlap. */
record JoinedBooks(List<SignatureBook> books) implements SignatureBook {

  JoinedBooks {
    books = List.copyOf(books);
  }

  @Override
  public Optional<Match> match(String field, Bytes subject) {
    for (SignatureBook book : books) {
      Optional<Match> match = book.match(field, subject);
      if (match.isPresent()) {
        return match;
      }
    }
    return Optional.empty();
  }

  @Override
  public List<Example> examples() {
    return books.stream().flatMap(book -> book.examples().stream()).toList();
  }

  @Override
  public List<Signature> signatures() {
    return books.stream().flatMap(book -> book.signatures().stream()).toList();
  }
}
