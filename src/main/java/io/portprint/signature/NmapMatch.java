package io.portprint.signature;

/**
 * What a line of an operator's file says of an answer.
 *
 * @param match its service's protocol is Nmap's name of the service, without {@code ssl/}, which is
 *     told by its {@code tls}
 * @param soft whether the line names the protocol and leaves the rest to other probes: those of
 *     {@link NmapBook#probesThatSettle}
 */
public record NmapMatch(Match match, boolean soft) {}
