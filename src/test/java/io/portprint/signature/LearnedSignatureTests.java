package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.capture.learning.LearntCandidates;
import io.portprint.capture.learning.Naming;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a replay learnt of product and version is a signature of the own book's format. */
class LearnedSignatureTests {

  @ParameterizedTest
  @CsvSource({"smtp, Exim, 4.96", "memcached,, 1.6.21", "words, Oracle-of-Words, 2.0.1"})
  void areReadAndCapture(String name, String product, String version) {
    Naming naming = new Naming(name, name, name, Transport.UDP, Set.of(99), Instant.EPOCH);
    String yaml = LearntCandidates.all().get(name).write(naming).signatures().orElseThrow();
    List<Rule> rules = SignatureFile.read(name, yaml);
    assertThat(rules).hasSize(1);
    Rule rule = rules.getFirst();
    assertThat(rule.field()).isEqualTo(name + ".answer");
    Bytes subject = rule.examples().getFirst().subject();
    Matcher matcher = rule.pattern().matcher(subject.latin1());
    assertThat(matcher.find()).isTrue();
    Match match = rule.match(subject.latin1(), matcher);
    assertThat(Optional.ofNullable(match.service().product()))
        .isEqualTo(Optional.ofNullable(product));
    assertThat(match.service().version()).isEqualTo(version);
  }
}
