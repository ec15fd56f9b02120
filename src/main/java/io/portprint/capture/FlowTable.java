package io.portprint.capture;

import io.portprint.capture.Capture.Unread;
import io.portprint.fingerprint.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Puts packets into the conversations that they belong to. */
final class FlowTable implements Packet.Sink {

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int UDP_HEADER = 8;

  private final CaptureProperties limits;
  private final Damages damages;
  private final Room.Share room;
  private final Defragmenter defragmenter = new Defragmenter();
  private final Conversation.Waiting waiting;

  /** By both ends, whichever is the sender: a text, which can't be made to collide at will. */
  private final Map<String, Conversation> open = new HashMap<>();

  private final List<Conversation> all = new ArrayList<>();
  private final Set<Integer> linkTypes = new TreeSet<>();
  private long packets;
  private long bytes;
  private long length;
  private @Nullable Instant from;
  private @Nullable Instant to;
  private long notIp;
  private long otherTransport;
  private long malformed;
  private long beyondFlows;

  FlowTable(CaptureProperties limits, Damages damages, Room.Share room) {
    this.limits = limits;
    this.damages = damages;
    this.room = room;
    this.waiting = new Conversation.Waiting(room);
  }

  @Override
  public boolean take(Packet packet) {
    if (packets == limits.maxPackets()) {
      damages.note(
          "only the first %,d packets are read (portprint.captures.max-packets)"
              .formatted(limits.maxPackets()),
          packet.offset());
      return false;
    }
    packets++;
    bytes += packet.data().length;
    length += packet.length();
    Instant at = packet.at();
    if (at != null) {
      from = from == null || at.isBefore(from) ? at : from;
      to = to == null || at.isAfter(to) ? at : to;
    }
    try {
      link(packet);
    } catch (MalformedPacketException e) {
      malformed++;
      damages.note(String.valueOf(e.getMessage()), packet.offset());
    }
    return true;
  }

  private void link(Packet packet) throws MalformedPacketException {
    LinkType type = LinkType.of(packet.linkType());
    linkTypes.add(packet.linkType());
    if (type == null) {
      notIp++;
      damages.note(
          "packets of link type %d are not read".formatted(packet.linkType()), packet.offset());
      return;
    }
    Cursor ip = type.ip(Cursor.of(packet.data()));
    if (ip == null) {
      notIp++;
      return;
    }
    IpPacket read = IpPacket.read(ip);
    if (read.fragment() != null) {
      read = defragmenter.add(read, read.fragment(), packet.at()).orElse(null);
    }
    if (read != null) {
      transport(read, packet);
    }
  }

  private void transport(IpPacket ip, Packet packet) throws MalformedPacketException {
    if (ip.fragment() != null) {
      throw new MalformedPacketException("a fragment is in fragments itself");
    }
    switch (ip.protocol()) {
      case TCP -> {
        TcpSegment segment = TcpSegment.read(ip);
        Peer source = new Peer(ip.source(), segment.sourcePort());
        Peer destination = new Peer(ip.destination(), segment.destinationPort());
        Conversation conversation =
            conversation(Transport.TCP, source, destination, segment, packet.offset());
        if (conversation != null) {
          conversation.segment(source, packet.at(), segment);
        }
      }
      case UDP -> udp(ip, packet);
      default -> otherTransport++;
    }
  }

  /** <a href="https://www.rfc-editor.org/rfc/rfc768">RFC 768</a>. */
  private void udp(IpPacket ip, Packet packet) throws MalformedPacketException {
    Cursor cursor = ip.payload();
    Peer source = new Peer(ip.source(), cursor.u16());
    Peer destination = new Peer(ip.destination(), cursor.u16());
    int claimed = cursor.u16();
    cursor.skip(2);
    int whole = claimed == 0 ? ip.length() : claimed; // 0: a jumbogram (RFC 2675)
    if (whole < UDP_HEADER || whole > ip.length()) {
      throw new MalformedPacketException("a UDP header has a length that can't be");
    }
    Conversation conversation =
        conversation(Transport.UDP, source, destination, null, packet.offset());
    if (conversation != null) {
      byte[] data = cursor.head(whole - UDP_HEADER).rest();
      conversation.datagram(source, packet.at(), data, whole - UDP_HEADER);
    }
  }

  private @Nullable Conversation conversation(
      Transport transport,
      Peer source,
      Peer destination,
      @Nullable TcpSegment segment,
      long offset) {
    String key = key(transport, source, destination);
    Conversation known = open.get(key);
    if (known != null && (segment == null || !known.isSucceededBy(source, segment))) {
      return known;
    }
    if (all.size() == limits.maxFlows()) {
      beyondFlows++;
      damages.note(
          "only the first %,d conversations are kept (portprint.captures.max-flows)"
              .formatted(limits.maxFlows()),
          offset);
      return null;
    }
    Conversation begun =
        new Conversation(
            transport, source, destination, (int) limits.maxFlowBytes().toBytes(), room, waiting);
    open.put(key, begun);
    all.add(begun);
    return begun;
  }

  private static String key(Transport transport, Peer source, Peer destination) {
    byte[] one = bytes(source);
    byte[] other = bytes(destination);
    boolean inOrder = Arrays.compareUnsigned(one, other) <= 0;
    return transport.label() + text(inOrder ? one : other) + text(inOrder ? other : one);
  }

  private static byte[] bytes(Peer peer) {
    byte[] address = peer.address().getAddress();
    byte[] bytes = Arrays.copyOf(address, address.length + 2);
    bytes[address.length] = (byte) (peer.port() >> 8);
    bytes[address.length + 1] = (byte) peer.port();
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** What was in the capture, after its last packet. */
  Capture.Content end(CaptureFormat format, long size) {
    List<Flow> flows = new ArrayList<>(all.size());
    for (Conversation conversation : all) {
      flows.add(conversation.end(flows.size() + 1));
    }
    return new Capture.Content(
        format,
        linkTypes.stream().map(LinkType::label).distinct().toList(),
        size,
        packets,
        bytes,
        length,
        from,
        to,
        new Unread(notIp, otherTransport, malformed, defragmenter.incomplete(), beyondFlows),
        damages.list(),
        flows);
  }
}
