package io.portprint.capture.learning;

import io.portprint.fingerprint.Bytes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What trials taught.
 *
 * @param trials that were looked at
 * @param answered of them, with an answer
 * @param explained those with an answer of the kind that is explained: to the unmutated request, or
 *     to a mutated one and alike
 * @param request that was mutated; empty where the server speaks first
 * @param length of the answers; null where there was none
 * @param fields of the binary part of the answers, in the order of their offsets
 * @param text of the answers, or of what follows the fields; null where they are binary
 * @param reactions to each mutation
 * @param candidate empty where nothing was found that could tell such an answer from another
 * @param surer what would make it surer, in sentences for people
 */
public record Lesson(
    int trials,
    int answered,
    List<Trial> explained,
    Bytes request,
    @Nullable LengthRule length,
    List<Field> fields,
    @Nullable TextPattern text,
    List<Reaction> reactions,
    Optional<Candidate> candidate,
    List<String> surer) {

  public Lesson {
    explained = List.copyOf(explained);
    fields = List.copyOf(fields);
    reactions = List.copyOf(reactions);
    surer = List.copyOf(surer);
  }

  /** Answers that are explained. */
  public int samples() {
    return explained.size();
  }

  /** The field at an offset of the answers. */
  public Optional<Field> fieldAt(int offset) {
    return fields.stream()
        .filter(field -> field.offset() <= offset && offset < field.end())
        .findFirst();
  }
}
