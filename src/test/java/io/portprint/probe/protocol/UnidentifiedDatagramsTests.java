package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Recognition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocols whose answer repeats nothing random: less sure, and said only where a port fits. */
class UnidentifiedDatagramsTests {

  private static final String ROOT_DEVICE =
      "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=100\r\nEXT:\r\nST: upnp:rootdevice\r\n"
          + "SERVER: Linux/3.4 UPnP/1.0 MiniUPnPd/2.1\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n";

  private final TftpProbe tftp = new TftpProbe();
  private final SsdpProbe ssdp = new SsdpProbe();

  @Test
  void fileNotFound() {
    Bytes answer = Bytes.hex("0005 0001").plus(Bytes.latin1("File not found\0"));
    assertThat(
            Strangers.recognised(tftp.recognise(Strangers.answer(Strangers.opening(tftp), answer)))
                .details())
        .containsEntry("error", "File not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0005", "0005000100", "000500097800", "0004000100", "00050001780079"})
  void noErrorOfTftp(String answer) {
    assertThat(tftp.recognise(Strangers.answer(Strangers.opening(tftp), Bytes.hex(answer))))
        .isEqualTo(Recognition.MISMATCH);
  }

  @Test
  void neverAsksToWrite() {
    assertThat(Strangers.opening(tftp).u16(0)).isEqualTo(1);
  }

  @Test
  void rootDevice() {
    assertThat(
            Strangers.recognised(
                    ssdp.recognise(
                        Strangers.answer(Strangers.opening(ssdp), Bytes.latin1(ROOT_DEVICE))))
                .details())
        .containsEntry("server", "Linux/3.4 UPnP/1.0 MiniUPnPd/2.1");
  }

  @Test
  void nobodyElseIsARootDevice() {
    Strangers.assertNobodyElse(ssdp);
  }
}
