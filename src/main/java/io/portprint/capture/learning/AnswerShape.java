package io.portprint.capture.learning;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a candidate demands of answers.
 *
 * @param length of the whole answer
 * @param fields in the order of their offsets
 * @param text what follows the fields; null where the answer is binary
 */
public record AnswerShape(LengthRule length, List<Field> fields, @Nullable TextPattern text) {

  public AnswerShape {
    fields = List.copyOf(fields);
  }
}
