package io.portprint.scope;

/**
 * How many endpoints there are and how they are spread over hosts, which is what the time of a job
 * depends on. A host is an address, whatever its names.
 *
 * @param hosts different addresses
 * @param loopback what is on this machine, to which limits on rates don't apply
 * @param beyond what is not
 */
public record Census(long hosts, Share loopback, Share beyond) {

  /**
   * Part of the endpoints.
   *
   * @param tcp how many there are of TCP
   * @param udp how many there are of UDP
   * @param mostTcp how many of TCP the host has that has most of them
   * @param mostUdp how many of UDP the host has that has most of them
   */
  public record Share(long tcp, long udp, long mostTcp, long mostUdp) {

    static final Share NONE = new Share(0, 0, 0, 0);

    /** With more hosts, each of which has so many endpoints. */
    Share plus(long hosts, long tcpEach, long udpEach) {
      return new Share(
          tcp + hosts * tcpEach,
          udp + hosts * udpEach,
          Math.max(mostTcp, tcpEach),
          Math.max(mostUdp, udpEach));
    }
  }

  /** All endpoints of TCP. */
  public long tcp() {
    return loopback.tcp + beyond.tcp;
  }

  /** All endpoints of UDP. */
  public long udp() {
    return loopback.udp + beyond.udp;
  }
}
