package io.portprint.api;

import io.portprint.capture.Recogniser;
import io.portprint.detect.Detector;
import io.portprint.probe.Answer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts what servers said in captures before the probes that judge our own conversations. */
@Configuration(proxyBeanMethods = false)
class OverheardProtocols {

  @Bean
  Recogniser recogniser(Detector detector) {
    return (transport, client, sent, received) ->
        detector.protocolOf(
            transport,
            new Answer(
                sent.isEmpty() ? Answer.GREETING : "overheard",
                sent,
                received,
                Answer.Ending.COMPLETE,
                client,
                null));
  }
}
