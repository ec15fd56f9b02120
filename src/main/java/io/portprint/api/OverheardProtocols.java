package io.portprint.api;

import io.portprint.capture.Recogniser;
import io.portprint.capture.Sighting;
import io.portprint.detect.Overhearing;
import io.portprint.probe.Answer;
import io.portprint.probe.Finding;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts what servers said in captures before the probes that judge our own conversations. */
@Configuration(proxyBeanMethods = false)
class OverheardProtocols {

  @Bean
  Recogniser recogniser(Overhearing overhearing) {
    return (transport, client, sent, received) ->
        overhearing
            .of(
                transport,
                new Answer(
                    sent.isEmpty() ? Answer.GREETING : "overheard",
                    sent,
                    received,
                    Answer.Ending.COMPLETE,
                    client,
                    null))
            .stream()
            .map(one -> sighting(one.finding(), one.recognised()))
            .toList();
  }

  private static Sighting sighting(Finding finding, boolean proven) {
    return new Sighting(finding.protocol(), proven, finding.confidence(), finding.details());
  }
}
