package io.portprint.probe;

import io.portprint.fingerprint.Bytes;
import java.util.List;
import java.util.Set;

/**
 * What a probe says first.
 *
 * @param name as it stands in evidence, such as {@code http/get}
 * @param payload at least one byte; no longer than a datagram where the transport is UDP
 * @param ports on which the protocol is common: there it is said at once
 * @param rarity 1 (said to nearly every port) to 9 (seldom worth it, unless the port suggests it)
 * @param alpn what to offer where this is said inside TLS (RFC 7301); empty for no offer
 * @param answersFrom where the answer has to come from
 */
public record Opening(
    String name,
    Bytes payload,
    Set<Integer> ports,
    int rarity,
    List<String> alpn,
    AnswersFrom answersFrom) {

  public Opening {
    if (payload.isEmpty()) {
      throw new IllegalArgumentException("an opening says something: " + name);
    }
    if (rarity < 1 || rarity > 9) {
      throw new IllegalArgumentException("rarity out of 1..9: " + rarity);
    }
    ports = Set.copyOf(ports);
    alpn = List.copyOf(alpn);
  }

  public Opening(String name, Bytes payload, Set<Integer> ports, int rarity, List<String> alpn) {
    this(name, payload, ports, rarity, alpn, AnswersFrom.PORT);
  }

  public Opening(String name, Bytes payload, Set<Integer> ports, int rarity) {
    this(name, payload, ports, rarity, List.of());
  }
}
