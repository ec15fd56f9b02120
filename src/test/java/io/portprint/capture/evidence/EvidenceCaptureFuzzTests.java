package io.portprint.capture.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.capture.evidence.Blocks.Packet;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Evidence;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Span;
import io.portprint.fingerprint.State;
import io.portprint.fingerprint.Tls;
import io.portprint.fingerprint.Transport;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whatever was said, heard and remarked: the capture can be read to its end, and holds it all. */
class EvidenceCaptureFuzzTests {

  @FuzzTest
  void anyEvidence(byte[] input) throws UnknownHostException {
    Input in = new Input(ByteBuffer.wrap(input));
    Transport transport = in.bit() ? Transport.TCP : Transport.UDP;
    byte[] address = in.bytes(in.bit() ? 4 : 16);
    int port = 1 + in.number() % 65_535;
    Instant observed = Instant.ofEpochSecond(in.whole() % 31_556_889_864_403_199L);
    Duration duration = Duration.ofSeconds(in.whole());
    List<Evidence> evidence = new ArrayList<>();
    while (in.more() && evidence.size() < 64) {
      evidence.add(
          new Evidence(
              in.text(),
              in.said(),
              in.said(),
              in.bit() ? in.text() : null,
              in.bit() ? List.of(new Span(in.number(), in.number())) : List.of(),
              in.text(),
              in.bit() ? Duration.ofSeconds(in.whole(), in.number()) : null,
              in.bit()));
    }
    Fingerprint fingerprint =
        new Fingerprint(
            new Endpoint(in.text(), InetAddress.getByAddress(address), port, transport),
            State.OPEN,
            in.bit() ? Service.of(in.text()).withTls(in.bit()) : null,
            0,
            List.of(),
            null,
            in.bit() ? new Tls(null, null, null, in.bit() ? in.text() : null, null, null) : null,
            Map.of(),
            evidence,
            observed,
            duration,
            false);

    List<Packet> packets = Blocks.packets(Samples.capture(fingerprint));

    assertThat(new EvidenceCapture(fingerprint, "").isEmpty()).isEqualTo(packets.isEmpty());
    assertThat(payload(packets, true))
        .isEqualTo(evidence.stream().map(Evidence::sent).reduce(Bytes.EMPTY, Bytes::plus));
    assertThat(payload(packets, false))
        .isEqualTo(evidence.stream().map(Evidence::received).reduce(Bytes.EMPTY, Bytes::plus));
    long last = -1;
    for (Packet packet : packets) {
      assertThat(packet.time()).isGreaterThan(last);
      last = packet.time();
      assertThat(String.valueOf(packet.comment())).matches("[\\x20-\\x7e\\n]*");
    }
  }

  private static Bytes payload(List<Packet> packets, boolean outbound) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    packets.stream()
        .filter(one -> one.outbound() == outbound)
        .forEach(one -> all.writeBytes(one.payload()));
    return Bytes.of(all.toByteArray());
  }

  /** Values cut off the front; zeros when there is nothing left. */
  private record Input(ByteBuffer rest) {

    boolean more() {
      return rest.hasRemaining();
    }

    byte[] bytes(int length) {
      byte[] bytes = new byte[length];
      rest.get(bytes, 0, Math.min(length, rest.remaining()));
      return bytes;
    }

    boolean bit() {
      return (bytes(1)[0] & 1) != 0;
    }

    int number() {
      return ByteBuffer.wrap(bytes(2)).getShort() & 0xffff;
    }

    long whole() {
      return ByteBuffer.wrap(bytes(8)).getLong();
    }

    /** Up to some hundred bytes, or so many times as much that they fill several packets. */
    Bytes said() {
      byte[] some = bytes(bytes(1)[0] & 0xff);
      Bytes said = Bytes.of(some);
      if (bit()) {
        while (!said.isEmpty() && said.length() < 20_000) {
          said = said.plus(said);
        }
      }
      return said;
    }

    String text() {
      char[] chars = new char[bytes(1)[0] & 0xff];
      ByteBuffer.wrap(bytes(2 * chars.length)).asCharBuffer().get(chars);
      return new String(chars);
    }
  }
}
