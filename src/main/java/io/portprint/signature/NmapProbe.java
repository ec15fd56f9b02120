package io.portprint.signature;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.util.List;

/**
 * One probe of an operator's file in Nmap's format: what to say, and where.
 *
 * @param name unique among the probes of its transport
 * @param payload what is said; empty for the probe that only listens
 * @param ports where it is likely to be answered
 * @param sslPorts where it is likely to be answered inside TLS
 * @param rarity 1 for what is answered often, to 9 for what hardly ever is
 * @param totalWaitMillis how long an answer is waited for; 0 where the file says nothing
 * @param tcpWrappedMillis a connection closed within this time is no service; 0 where the file says
 *     nothing
 * @param fallback fields of the probes whose signatures are tried after its own, in this order
 */
public record NmapProbe(
    Transport transport,
    String name,
    Bytes payload,
    Ports ports,
    Ports sslPorts,
    int rarity,
    int totalWaitMillis,
    int tcpWrappedMillis,
    List<String> fallback) {

  public NmapProbe {
    fallback = List.copyOf(fallback);
  }

  /** The field under which its signatures are listed: {@code nmap.tcp.GetRequest}. */
  public String field() {
    return field(transport, name);
  }

  static String field(Transport transport, String name) {
    return "nmap." + transport.label() + "." + name;
  }

  NmapProbe withFallback(List<String> fields) {
    return new NmapProbe(
        transport,
        name,
        payload,
        ports,
        sslPorts,
        rarity,
        totalWaitMillis,
        tcpWrappedMillis,
        fields);
  }

  /** Port numbers as ranges, ends included. */
  public record Ports(List<Range> ranges) {

    public static final Ports NONE = new Ports(List.of());

    public Ports {
      ranges = List.copyOf(ranges);
    }

    public boolean contains(int port) {
      return ranges.stream().anyMatch(range -> range.from <= port && port <= range.to);
    }

    /** From one port to another, both included. */
    public record Range(int from, int to) {}
  }
}
