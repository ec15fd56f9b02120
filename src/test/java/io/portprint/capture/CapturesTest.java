package io.portprint.capture;

import static io.portprint.capture.Packets.ACK;
import static io.portprint.capture.Packets.CLIENT;
import static io.portprint.capture.Packets.RAW;
import static io.portprint.capture.Packets.SERVER;
import static io.portprint.capture.Packets.SYN;
import static io.portprint.capture.Packets.UDP;
import static io.portprint.capture.Packets.fromClient;
import static io.portprint.capture.Packets.fromServer;
import static io.portprint.capture.Packets.ipv4;
import static io.portprint.capture.Packets.latin1;
import static io.portprint.capture.Packets.pcap;
import static io.portprint.capture.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.capture.CaptureException.NoRoom;
import io.portprint.capture.CaptureException.NotACapture;
import io.portprint.capture.CaptureException.NotFound;
import io.portprint.capture.CaptureException.TooLarge;
import io.portprint.capture.CaptureException.TooManyUploads;
import io.portprint.capture.CaptureException.TooSlow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class CapturesTest {

  private static final byte[] QUESTION =
      ipv4(UDP, CLIENT, SERVER, udp(1000, 53, latin1("question")));
  private static final byte[] ANSWER = ipv4(UDP, SERVER, CLIENT, udp(53, 1000, latin1("answer")));

  /** So large that a client's half has room for one and not for two. */
  private static final byte[] LARGE =
      pcap(RAW, ipv4(UDP, CLIENT, SERVER, udp(1000, 53, new byte[30_000])));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> judged = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-22T20:00:00Z");

  private final Captures captures =
      new Captures(
          new CaptureProperties(
              DataSize.ofKilobytes(64),
              DataSize.ofKilobytes(120),
              Duration.ofHours(1),
              10,
              10,
              DataSize.ofMegabytes(1),
              4,
              Duration.ofMinutes(2)),
          (transport, client, sent, received) -> {
            judged.add(transport.label() + " " + sent.latin1() + ">" + received.latin1());
            return received.latin1().equals("answer")
                ? List.of(new Sighting("known", true, 0.9, Map.of("large", "x".repeat(1_000))))
                : List.of();
          },
          () -> now,
          meters);

  private Capture upload(byte[] file, String client) {
    try {
      return captures.upload(new ByteArrayInputStream(file), client);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private double weight() {
    return meters.get("portprint.captures.weight").gauge().value();
  }

  @Test
  void areTheirClientsOwn() {
    Capture capture = upload(pcap(RAW, QUESTION), "one");

    assertThat(captures.get(capture.id(), "one")).isSameAs(capture);
    assertThatThrownBy(() -> captures.get(capture.id(), "other")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> captures.delete(capture.id(), "other")).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> captures.get(UUID.randomUUID(), "one")).isInstanceOf(NotFound.class);
    assertThat(meters.get("portprint.captures").gauge().value()).isEqualTo(1);
  }

  @Test
  void areForgottenAfterAWhile() {
    Capture capture = upload(LARGE, "one");
    assertThat(capture.expiresAt()).isEqualTo(now.plus(Duration.ofHours(1)));

    now = now.plus(Duration.ofMinutes(59));
    captures.get(capture.id(), "one");
    now = now.plus(Duration.ofMinutes(1));

    assertThatThrownBy(() -> captures.get(capture.id(), "one")).isInstanceOf(NotFound.class);
    assertThat(weight()).isZero();
  }

  @Test
  void makeRoomWhenTheyAreDeleted() {
    Capture capture = upload(LARGE, "one");
    assertThat(weight()).isGreaterThan(30_000);

    assertThatThrownBy(() -> upload(LARGE, "one"))
        .isInstanceOf(NoRoom.class)
        .hasMessageContaining("your captures");
    captures.delete(capture.id(), "one");

    assertThat(weight()).isZero();
    assertThat(upload(LARGE, "one").content().packets()).isEqualTo(1);
  }

  @Test
  void ofOneClientLeaveRoomForOthers() {
    upload(LARGE, "one");
    upload(LARGE, "two");

    assertThat(weight()).isLessThan(120 * 1024);
    upload(pcap(RAW), "three");
    assertThatThrownBy(
            () -> {
              for (int client = 0; client < 40; client++) {
                upload(pcap(RAW, QUESTION), "client " + client);
              }
            })
        .isInstanceOf(NoRoom.class)
        .hasMessageContaining("all captures");
  }

  @Test
  void thatAreRefusedLeaveNothing() {
    assertThatThrownBy(() -> upload(latin1("no capture"), "one")).isInstanceOf(NotACapture.class);
    assertThatThrownBy(() -> upload(new byte[0], "one")).isInstanceOf(NotACapture.class);
    byte[] packet = ipv4(UDP, CLIENT, SERVER, udp(1000, 53, new byte[20_000]));
    assertThatThrownBy(() -> upload(pcap(RAW, packet, packet, packet), "one"))
        .isInstanceOfSatisfying(TooLarge.class, e -> assertThat(e.limit()).isEqualTo(60 * 1024));
    assertThatThrownBy(() -> upload(pcap(RAW, packet, packet, packet, packet), "one"))
        .isInstanceOf(TooLarge.class);

    assertThat(weight()).isZero();
    for (int i = 0; i < 5; i++) {
      upload(pcap(RAW), "one");
    }
  }

  @Test
  void areReadToTheEndOfTheFile() throws IOException {
    byte[] file = Packets.join(pcap(RAW, QUESTION), new byte[] {1, 1, 1, 1, 1, 1, 1, 1});
    byte[] broken = Packets.join(file, new byte[] {1, 1, 1, 1, 1, 1, 1, 1}, new byte[5000]);
    InputStream stream = new ByteArrayInputStream(broken);

    Capture capture = captures.upload(stream, "one");

    assertThat(stream.read()).isNegative();
    assertThat(capture.content().size()).isEqualTo(broken.length);
    assertThat(capture.content().damage()).hasSize(1);
  }

  @Test
  void tooManyAtATimeAreRefused() throws IOException {
    InputStream second =
        new InputStream() {
          @Override
          public int read() {
            assertThatThrownBy(() -> upload(pcap(RAW), "one")).isInstanceOf(TooManyUploads.class);
            assertThat(upload(pcap(RAW), "two").content().packets()).isZero();
            return -1;
          }
        };
    InputStream first =
        new InputStream() {
          @Override
          public int read() {
            assertThatThrownBy(() -> captures.upload(second, "one"))
                .isInstanceOf(NotACapture.class);
            return -1;
          }
        };

    assertThatThrownBy(() -> captures.upload(first, "one")).isInstanceOf(NotACapture.class);

    assertThat(upload(pcap(RAW), "one").content().packets()).isZero();
  }

  @Test
  void thatTakeTooLongAreBrokenOff() {
    byte[] file = pcap(RAW, QUESTION, QUESTION);
    InputStream slow =
        new ByteArrayInputStream(file) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            now = now.plus(Duration.ofSeconds(50));
            return super.read(buffer, offset, length);
          }
        };

    assertThatThrownBy(() -> captures.upload(slow, "one")).isInstanceOf(TooSlow.class);
    assertThat(weight()).isZero();
  }

  @Test
  void havePacketsUpToABound() {
    byte[][] packets = new byte[11][];
    Arrays.fill(packets, QUESTION);

    Capture.Content content = upload(pcap(RAW, packets), "one").content();

    assertThat(content.packets()).isEqualTo(10);
    assertThat(content.damage())
        .extracting(Damage::what)
        .containsExactly("only the first 10 packets are read (portprint.captures.max-packets)");
  }

  @Test
  void namesTheProtocolThatAnAnswerProves() {
    byte[] other = ipv4(UDP, CLIENT, SERVER, udp(1000, 53, latin1("other")));

    Flow flow = upload(pcap(RAW, QUESTION, other, ANSWER), "one").content().flows().getFirst();

    assertThat(flow.protocol()).isEqualTo("known");
    assertThat(judged).containsExactly("udp other>answer");
  }

  @Test
  void putsEveryQuestionThatMayBeMeantBeforeTheProbes() {
    byte[] noise = ipv4(UDP, SERVER, CLIENT, udp(53, 1000, latin1("noise")));
    byte[] other = ipv4(UDP, CLIENT, SERVER, udp(1000, 53, latin1("other")));

    upload(pcap(RAW, QUESTION, other, noise), "one");

    assertThat(judged).containsExactly("udp other>noise", "udp question>noise");
  }

  @Test
  void takesWhatAServerSaysFirstForAGreeting() {
    Flow flow =
        upload(
                pcap(
                    RAW,
                    fromClient(1, 0, SYN, ""),
                    fromServer(9, 2, SYN | ACK, ""),
                    fromServer(10, 2, ACK, "220 hello")),
                "one")
            .content()
            .flows()
            .getFirst();

    assertThat(flow.protocol()).isNull();
    assertThat(judged).containsExactly("tcp >220 hello");
  }
}
