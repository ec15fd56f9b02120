package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import java.util.stream.Stream;

/** Whatever a peer says: the book answers, and what it answers can be shown. */
class SignatureFuzzTests {

  private static final YamlSignatureBook BOOK = YamlSignatureBook.ofClassPath();

  @FuzzTest
  void matcherIsTotal(byte[] subject) {
    BOOK.rules().stream()
        .map(Rule::field)
        .distinct()
        .forEach(field -> BOOK.match(field, Bytes.of(subject)).ifPresent(m -> check(m, subject)));
  }

  private static void check(Match match, byte[] subject) {
    assertThat(match.matched()).allMatch(span -> span.offset() + span.length() <= subject.length);
    Service service = match.service();
    Stream.of(
            service.product(),
            service.version(),
            service.info(),
            service.hostname(),
            service.os(),
            service.device())
        .filter(value -> value != null)
        .forEach(
            value ->
                assertThat(value.codePoints().noneMatch(Character::isISOControl))
                    .as(value)
                    .isTrue());
    assertThat(service.cpe())
        .allSatisfy(
            name -> assertThat(name.replaceAll("\\\\.", "").split(":", -1)).as(name).hasSize(13));
  }
}
