package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TftpProbeTests {

  private final TftpProbe probe = new TftpProbe(SignatureBooks.own());

  private static Bytes error(int code, String text) {
    return Bytes.of((byte) 0, (byte) 5, (byte) 0, (byte) code).plus(Bytes.latin1(text + "\0"));
  }

  /** As tftpd-hpa does. */
  private static Bytes strict(Bytes request) {
    return request.latin1().endsWith("\0octet\0")
        ? error(1, "File not found")
        : error(4, "Unknown mode");
  }

  /** As atftpd does. */
  private static Bytes lenient(Bytes request) {
    return request.at(1) == 1 ? error(1, "File not found") : error(4, "Illegal TFTP operation");
  }

  /** A server that answers from a port of its own for each transfer, on a given address. */
  private static LoopbackPeer server(String address, UnaryOperator<Bytes> answers) {
    return LoopbackPeer.udp(
        (request, sender) -> {
          send(address, sender, answers.apply(request));
          return List.of();
        });
  }

  private static void send(String address, InetSocketAddress to, Bytes answer) {
    try (DatagramSocket transfer = new DatagramSocket(0, InetAddress.ofLiteral(address))) {
      transfer.send(new DatagramPacket(answer.toArray(), answer.length(), to));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Fingerprint verdict(LoopbackPeer peer) {
    try (peer) {
      return Probing.detect(
          peer.port(), Transport.UDP, Effort.NORMAL, Effort.NORMAL.deadline(), probe);
    }
  }

  @Test
  void answersFromAnotherPort() {
    Fingerprint verdict = verdict(server("127.0.0.1", TftpProbeTests::strict));
    assertThat(verdict.service().protocol()).isEqualTo("tftp");
    assertThat(verdict.service().product()).isEqualTo("tftpd-hpa");
    assertThat(verdict.confidence()).isGreaterThan(0.95);
  }

  @Test
  void knowsNoModes() {
    assertThat(verdict(server("127.0.0.1", TftpProbeTests::lenient)).service().product())
        .isEqualTo("atftpd");
  }

  @Test
  void answersFromTheSamePort() {
    assertThat(
            verdict(LoopbackPeer.udp((request, _) -> List.of(strict(request)))).service().product())
        .isEqualTo("tftpd-hpa");
  }

  @Test
  void answersFromAnotherHostGoUnheard() {
    assertThat(verdict(server("127.0.0.2", TftpProbeTests::strict)).service()).isNull();
  }

  @Test
  void anotherHostDoesNotSilenceTheAskedOne() {
    Fingerprint verdict =
        verdict(
            LoopbackPeer.udp(
                (request, sender) -> {
                  send("127.0.0.2", sender, Bytes.latin1("stray"));
                  send("127.0.0.1", sender, strict(request));
                  return List.of();
                }));
    assertThat(verdict.service().protocol()).isEqualTo("tftp");
  }

  @Test
  void sayTheSameToEverything() {
    assertThat(verdict(server("127.0.0.1", _ -> error(1, "File not found"))).service().protocol())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0005 0001",
        "0005 0001 41",
        "0005 0009 41 00",
        "0005 0001 01 00",
        "0003 0001 41 00",
        "0005"
      })
  void packetsThatAreNoErrors(String packet) {
    Bytes opening = Strangers.opening(probe);
    assertThat(probe.recognise(Strangers.answer(opening, Bytes.hex(packet))))
        .isEqualTo(Recognition.MISMATCH);
  }

  @FuzzTest
  void readingIsTotal(FuzzedDataProvider data) {
    TftpProbe.Fault.read(Bytes.of(data.consumeRemainingAsBytes()))
        .ifPresent(fault -> assertThat(fault.code()).isBetween(0, 8));
  }
}
