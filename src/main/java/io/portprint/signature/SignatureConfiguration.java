package io.portprint.signature;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The signature books of the application. A file at fault ends the start-up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SignatureProperties.class)
class SignatureConfiguration {

  /** The own book, then those of the operator, under fields of their own. */
  @Bean
  @Primary
  SignatureBook signatureBook(YamlSignatureBook own, NmapBook nmap, RecogBook recog) {
    return new JoinedBooks(List.of(own, recog, nmap));
  }

  @Bean
  YamlSignatureBook ownBook() {
    return YamlSignatureBook.ofClassPath();
  }

  @Bean
  NmapBook nmapBook(SignatureProperties properties) {
    return properties.nmapFile().map(NmapBook::read).orElse(NmapBook.EMPTY);
  }

  @Bean
  RecogBook recogBook(SignatureProperties properties) {
    return properties.recogFolder().map(RecogBook::read).orElse(RecogBook.EMPTY);
  }

  @Bean
  MeterBinder signatureMeters(YamlSignatureBook own, NmapBook nmap, RecogBook recog) {
    return registry -> {
      counter(YamlSignatureBook.ORIGIN, own, YamlSignatureBook::abandoned).register(registry);
      counter(NmapBook.ORIGIN, nmap, NmapBook::abandoned).register(registry);
      counter(RecogBook.ORIGIN, recog, RecogBook::abandoned).register(registry);
    };
  }

  private static <T> FunctionCounter.Builder<T> counter(
      String origin, T book, ToDoubleFunction<T> abandoned) {
    return FunctionCounter.builder("portprint.signatures.abandoned", book, abandoned)
        .tag("origin", origin)
        .description("Signatures that were given up on before they matched or failed");
  }
}
