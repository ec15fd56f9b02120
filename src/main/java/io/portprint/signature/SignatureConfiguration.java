package io.portprint.signature;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The signature book of the application. A file at fault ends the start-up. */
@Configuration(proxyBeanMethods = false)
class SignatureConfiguration {

  @Bean
  YamlSignatureBook signatureBook() {
    return YamlSignatureBook.ofClassPath();
  }

  @Bean
  MeterBinder signatureMeters(YamlSignatureBook book) {
    return registry ->
        FunctionCounter.builder(
                "portprint.signatures.abandoned", book, YamlSignatureBook::abandoned)
            .description("Signatures that were given up on before they matched or failed")
            .register(registry);
  }
}
