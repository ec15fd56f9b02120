package io.portprint.capture;

import io.portprint.capture.CaptureException.NotACapture;
import java.io.IOException;
import java.time.Instant;

/**
 * A capture in the classic form, in either byte order, with times in microseconds or nanoseconds
 * (<a href="https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/">draft-ietf-opsawg-pcap</a>).
 */
final class PcapFile {

  private static final int HEADER = 20; // after the magic
  private static final int RECORD = 16;

  private final CaptureInput input;
  private final Damages damages;
  private final boolean littleEndian;
  private final boolean nanoseconds;

  PcapFile(CaptureInput input, Damages damages, boolean littleEndian, boolean nanoseconds) {
    this.input = input;
    this.damages = damages;
    this.littleEndian = littleEndian;
    this.nanoseconds = nanoseconds;
  }

  CaptureFormat read(Packet.Sink sink) throws IOException {
    byte[] header = input.read(HEADER);
    if (header.length < HEADER) {
      throw new NotACapture("it ends within the file header");
    }
    try {
      Cursor cursor = Cursor.of(header).littleEndian(littleEndian);
      int major = cursor.u16();
      if (major != 2) {
        throw new NotACapture("it is of version %d; version 2 is what is read".formatted(major));
      }
      cursor.skip(14); // minor version, two reserved fields, longest packet
      int linkType = (int) cursor.u32() & 0xffff; // the upper half tells of the checksum
      boolean more = true;
      while (more) {
        more = record(linkType, sink);
      }
    } catch (MalformedPacketException e) {
      throw new AssertionError("headers are read whole", e);
    }
    return nanoseconds ? CaptureFormat.PCAP_NANO : CaptureFormat.PCAP;
  }

  private boolean record(int linkType, Packet.Sink sink)
      throws IOException, MalformedPacketException {
    long offset = input.position();
    byte[] header = input.read(RECORD);
    if (header.length < RECORD) {
      if (header.length > 0) {
        damages.note("the file ends within the header of a packet", offset);
      }
      return false;
    }
    Cursor cursor = Cursor.of(header).littleEndian(littleEndian);
    long seconds = cursor.u32();
    long fraction = cursor.u32();
    long kept = cursor.u32();
    long length = cursor.u32();
    if (kept > Packet.LONGEST) {
      damages.note("a packet claims to be longer than any is; nothing is read beyond it", offset);
      return false;
    }
    byte[] data = input.read((int) kept);
    if (data.length < kept) {
      damages.note("the file ends within a packet", offset);
      return false;
    }
    if (kept > length) {
      damages.note("a packet claims that more was kept of it than there was", offset);
    }
    Instant at = Instant.ofEpochSecond(seconds, nanoseconds ? fraction : fraction * 1000);
    return sink.take(new Packet(offset, at, linkType, data, Math.max(kept, length)));
  }
}
