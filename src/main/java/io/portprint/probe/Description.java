package io.portprint.probe;

import io.portprint.fingerprint.Transport;
import java.util.List;

/**
 * What a probe is for.
 *
 * @param name unique, lower case, such as {@code skype-udp}
 * @param protocol the protocol that it can name: IANA service name where there is one
 * @param title the protocol's name for people
 * @param summary what is asked and what proves it, in a sentence or two
 * @param references RFCs, BEPs, papers that the probe was written from
 */
public record Description(
    String name,
    String protocol,
    Transport transport,
    String title,
    String summary,
    List<String> references) {

  public Description {
    references = List.copyOf(references);
  }
}
