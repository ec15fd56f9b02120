package io.portprint.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.capture.learning.Candidate;
import io.portprint.capture.learning.Learner;
import io.portprint.capture.learning.MutationPlan;
import io.portprint.capture.learning.Naming;
import io.portprint.capture.learning.Party;
import io.portprint.capture.learning.Trial;
import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.LearnedProbe;
import io.portprint.probe.ProbeReader;
import io.portprint.signature.SignatureBook;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Who learns from a look-alike learns nothing that would be published under another name. */
class LookAlikesTest {

  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.51.100.5");
  private static final Party SERVER = Party.of(InetAddress.ofLiteral("192.0.2.9"), 40_000);

  private static final Bytes ANY = Bytes.hex("924002a16665ea0d8c82c30c27cdc5e74e78fea150a6");
  private static final Map<String, Bytes> REQUESTS =
      Map.of(
          "DNS", Bytes.hex("8d3f 0100 0001 0000 0000 0000 03777777 076578616d706c65 00 0001 0001"),
          "STUN", Bytes.hex("0001 0000 2112a442 b7e7a701bc34d686fa87dfae"),
          "NTP", Bytes.hex("23").plus(Bytes.of(new byte[39])).plus(Bytes.hex("ed00112233445566")),
          "memcached over UDP", Bytes.hex("1f8a 0000 0001 0000").plus(Bytes.latin1("version\r\n")),
          "memcached over TCP", Bytes.latin1("version\r\n"),
          "SIP",
              Bytes.latin1(
                  "OPTIONS sip:a@192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKabcdefgh\r\n"
                      + "From: <sip:b@x>;tag=abcdefgh\r\nTo: <sip:a@x>\r\nCall-ID: abcdefghijkl\r\n"
                      + "CSeq: 1 OPTIONS\r\n\r\n"),
          "BitTorrent DHT",
              Bytes.latin1("d1:ad2:id20:abcdefghijabcdefghije1:q4:ping1:t2:aa1:y1:qe"),
          "BitTorrent UDP tracker", Bytes.hex("0000041727101980 00000000 5e2a91c7"),
          "HTTP", Bytes.latin1("GET / HTTP/1.0\r\n\r\n"),
          "SMTP", Bytes.EMPTY);

  /** They say nothing, or nothing that two answers have in common. */
  private static final Set<String> TEACHING_NOTHING = Set.of("discard", "random responder");

  private static AnnotationConfigApplicationContext context;

  @BeforeAll
  static void books() {
    context =
        new AnnotationConfigApplicationContext("io.portprint.probe", "io.portprint.signature");
  }

  @AfterAll
  static void close() {
    context.close();
  }

  @TestFactory
  Stream<DynamicTest> areToldFromWhatTheyTeach() {
    return LookAlikes.of(11).stream()
        .map(
            peer ->
                dynamicTest(
                    peer.name(),
                    () -> {
                      Optional<Candidate> taught = taught(peer);
                      assertThat(taught.isEmpty())
                          .isEqualTo(TEACHING_NOTHING.contains(peer.name()));
                      if (taught.isPresent()) {
                        assertThat(refused(read(taught.get()), peer)).isTrue();
                      }
                    }));
  }

  /** By the trial; or else because not even the server that taught it is recognised. */
  private static boolean refused(LearnedProbe learned, Peer teacher) {
    try {
      Audition.of(learned, List.of(), context.getBean(SignatureBook.class));
      return !new Rehearsal(learned.probe(), teacher, 40_000, new SplittableRandom(2)).names();
    } catch (PublicationException e) {
      assertThat(e.reason()).isEqualTo(PublicationException.Reason.NOT_FIT);
      return true;
    }
  }

  private static LearnedProbe read(Candidate candidate) {
    String exchange =
        candidate
            .write(
                new Naming(
                    "something-else",
                    "something-else",
                    "Something else",
                    Transport.UDP,
                    Set.of(40_000),
                    Instant.EPOCH))
            .exchange();
    return context.getBean(ProbeReader.class).read("test", exchange, null);
  }

  private static Optional<Candidate> taught(Peer peer) {
    SplittableRandom random = new SplittableRandom(4);
    List<Trial> trials = new ArrayList<>();
    Bytes request = REQUESTS.getOrDefault(peer.name(), ANY);
    for (MutationPlan.Step step : MutationPlan.of(request, 1, 12, 9).steps()) {
      int port = 30_000 + trials.size();
      Bytes answer =
          step.request().isEmpty()
              ? peer.greeting()
              : peer.answering()
                  .answer(step.request(), new InetSocketAddress(CLIENT, port), random);
      trials.add(
          new Trial(
              step.mutation(),
              step.request(),
              answer.isEmpty() ? List.of() : List.of(answer),
              Party.of(CLIENT, port),
              SERVER,
              Instant.now()));
    }
    return Learner.learn(trials).candidate();
  }
}
