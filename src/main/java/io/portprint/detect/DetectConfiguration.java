package io.portprint.detect;

import io.portprint.probe.Probe;
import io.portprint.probe.Repertoire;
import io.portprint.signature.NmapBook;
import io.portprint.signature.SignatureBook;
import io.portprint.transport.Dialer;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Detection by every probe there is, and by the operator's files after them. */
@Configuration(proxyBeanMethods = false)
class DetectConfiguration {

  @Bean
  Dialogues dialogues(Dialer dialer) {
    return new Dialogues(dialer);
  }

  @Bean
  Repertoire repertoire(List<Probe> probes) {
    return new Repertoire(probes);
  }

  @Bean
  Overhearing overhearing(Repertoire repertoire) {
    return new Overhearing(repertoire);
  }

  @Bean
  Detector detector(
      Repertoire repertoire,
      NmapBook nmap,
      SignatureBook signatures,
      Dialer dialer,
      DetectProperties properties,
      InstantSource clock) {
    return new Detector(repertoire, nmap, signatures, dialer, properties, clock);
  }
}
