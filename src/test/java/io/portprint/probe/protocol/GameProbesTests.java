package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.detect.Effort;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Opening;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import io.portprint.testing.LoopbackPeer;
import io.portprint.testing.Probing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Games whose servers tell about themselves in more than one step, as they answered. */
class GameProbesTests {

  private static final SignatureBook BOOK = SignatureBooks.own();

  private static final Bytes VERSION_PLEASE =
      Bytes.hex(
          "0000002a 00000021 1f8b08000000000000ff 8b2e4b2d2acecccf8be58ad687330120bc170615000000");

  private static List<Probe> probes() {
    return List.of(new TeeworldsProbe(BOOK), new FreecivProbe(BOOK), new WesnothProbe(BOOK));
  }

  @ParameterizedTest
  @MethodSource("probes")
  void nobodyElse(Probe probe) {
    Strangers.assertNobodyElse(probe);
  }

  private static Service service(LoopbackPeer peer, Transport transport, Probe probe) {
    try (peer) {
      return Objects.requireNonNull(
          Probing.detect(peer.port(), transport, Effort.NORMAL, Effort.NORMAL.deadline(), probe)
              .service());
    }
  }

  @Test
  void teeworldsByToken() {
    Bytes theirs = Bytes.hex("73a87a86");
    Service service =
        service(
            LoopbackPeer.udp(
                (request, _) ->
                    switch (request.length()) {
                      case 520 ->
                          List.of(
                              Bytes.hex("040000")
                                  .plus(request.slice(8, 12))
                                  .plus(Bytes.hex("05"))
                                  .plus(theirs));
                      case 18 ->
                          List.of(
                              Bytes.hex("21")
                                  .plus(request.slice(5, 9))
                                  .plus(theirs)
                                  .plus(Bytes.hex("ffffffff"))
                                  .plus(Bytes.latin1("inf3\u00070.7.5\0unnamed server\0\0dm1\0")));
                      default -> List.of();
                    }),
            Transport.UDP,
            new TeeworldsProbe(BOOK));
    assertThat(service.product()).isEqualTo("Teeworlds");
    assertThat(service.version()).isEqualTo("0.7.5");
  }

  @Test
  void teeworldsOfOld() {
    Service service =
        service(
            LoopbackPeer.udp(
                (request, _) ->
                    request.length() == 15
                        ? List.of(
                            Bytes.hex("ffffffffffffffffffff")
                                .plus(
                                    Bytes.latin1(
                                        "inf3%d\0000.6.4, 16.4\0name\0".formatted(request.at(14)))))
                        : List.of()),
            Transport.UDP,
            new TeeworldsProbe(BOOK));
    assertThat(service.product()).isEqualTo("DDraceNetwork");
    assertThat(service.version()).isEqualTo("16.4");
  }

  @Test
  void freeciv() {
    Bytes refusal =
        Bytes.hex("0086 05 00")
            .plus(
                Bytes.latin1(
                    "The client is missing a capability that this server needs.\n"
                        + "Server version: 3.0.6 Client version: 0.0.0.\0"));
    Service service =
        service(
            LoopbackPeer.tcp(
                connection -> {
                  if (LoopbackPeer.hear(connection).length() == 18) {
                    LoopbackPeer.say(connection, refusal);
                  }
                }),
            Transport.TCP,
            new FreecivProbe(BOOK));
    assertThat(service.product()).isEqualTo("Freeciv");
    assertThat(service.version()).isEqualTo("3.0.6");
  }

  private static Bytes gzip(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
      zipped.write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Bytes content = Bytes.of(out.toByteArray());
    return Bytes.hex("%08x".formatted(content.length())).plus(content);
  }

  @Test
  void wesnoth() {
    Bytes reject = gzip("[reject]\naccepted_versions=\"1.16.*,1.16.9,test\"\n[/reject]\n");
    Service service =
        service(
            LoopbackPeer.tcp(
                connection -> {
                  if (LoopbackPeer.hear(connection).equals(Bytes.hex("00000000"))) {
                    LoopbackPeer.say(connection, VERSION_PLEASE);
                    if (LoopbackPeer.hear(connection).length() == 48) {
                      LoopbackPeer.say(connection, reject);
                    }
                  }
                }),
            Transport.TCP,
            new WesnothProbe(BOOK));
    assertThat(service.product()).isEqualTo("Battle for Wesnoth server");
    assertThat(service.version()).isEqualTo("1.16.9");
  }

  @Test
  void inflatesNothingThatIsNotCompressed() {
    assertThat(Inflated.zlib(Bytes.latin1("plain"))).isEqualTo(Bytes.EMPTY);
    assertThat(Inflated.gzip(Bytes.latin1("plain"))).isEqualTo(Bytes.EMPTY);
    assertThat(Inflated.gzip(VERSION_PLEASE.slice(8, VERSION_PLEASE.length())).latin1())
        .isEqualTo("[version]\n[/version]\n");
  }

  @FuzzTest
  void recognisersAreTotal(FuzzedDataProvider data) {
    Probe probe = probes().get(data.consumeInt(0, 2));
    Opening opening = probe.openings(new SplittableRandom(7)).getFirst();
    Bytes received = Bytes.of(data.consumeRemainingAsBytes());
    Recognition recognition = probe.recognise(Strangers.answer(opening.payload(), received));
    assertThat(recognition).isNotEqualTo(Recognition.INCOMPLETE);
  }
}
