package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Bytes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SignatureConfigurationTests {

  @Test
  void offersTheOwnBook() {
    new ApplicationContextRunner()
        .withUserConfiguration(SignatureConfiguration.class)
        .run(
            context ->
                assertThat(
                        context
                            .getBean(SignatureBook.class)
                            .match("ftp.greeting", Bytes.latin1("220 (vsFTPd 3.0.3)\r\n")))
                    .map(Match::signature)
                    .contains("ftp/vsftpd"));
  }

  @Test
  void countsWhatWasAbandoned() {
    YamlSignatureBook book =
        YamlSignatureBook.of(
            Map.of(
                "demo.yaml",
                """
                protocol: demo
                signatures:
                  - id: bomb
                    field: f
                    pattern: '^(.*)(.*)(.*)(.*)[#%]'
                    product: Bomb
                    examples: [{text: '#'}]
                """));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    MeterBinder meters =
        new SignatureConfiguration().signatureMeters(book, NmapBook.EMPTY, RecogBook.EMPTY);
    meters.bindTo(registry);
    book.match("demo.f", Bytes.latin1("a".repeat(2000)));
    assertThat(
            registry
                .get("portprint.signatures.abandoned")
                .tag("origin", "own")
                .functionCounter()
                .count())
        .isEqualTo(1);
  }
}
