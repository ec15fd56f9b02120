package io.portprint.capture;

import io.portprint.capture.CaptureException.NotACapture;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;

/** A capture file of either form, told by its first four bytes. */
final class CaptureFile {

  private static final HexFormat HEX = HexFormat.of();

  private CaptureFile() {}

  /**
   * Reads all packets there are, as far as they can be read; what can't is noted.
   *
   * @throws NotACapture where the file is of neither form
   * @throws IOException where the upload itself broke off
   */
  static CaptureFormat read(CaptureInput input, Damages damages, Packet.Sink sink)
      throws IOException {
    byte[] magic = input.read(4);
    if (magic.length == 0) {
      throw new NotACapture("it is empty");
    }
    String hex = HEX.formatHex(magic);
    return switch (hex) {
      case "a1b2c3d4" -> new PcapFile(input, damages, false, false).read(sink);
      case "d4c3b2a1" -> new PcapFile(input, damages, true, false).read(sink);
      case "a1b23c4d" -> new PcapFile(input, damages, false, true).read(sink);
      case "4d3cb2a1" -> new PcapFile(input, damages, true, true).read(sink);
      case "0a0d0d0a" -> new PcapngFile(input, damages).read(sink);
      default ->
          throw new NotACapture(
              hex.startsWith("1f8b") || Arrays.equals(magic, HEX.parseHex("28b52ffd"))
                  ? "it is compressed; unpack it first"
                  : "it begins with " + hex + ", and neither pcap nor pcapng begins so");
    };
  }
}
