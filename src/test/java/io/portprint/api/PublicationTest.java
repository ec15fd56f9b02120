package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** From a replay to a published signature that detection uses, and back. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "portprint.exchanges.clients=anonymous",
      "portprint.publications.max-published=2"
    })
class PublicationTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String REQUEST = "41434d45 0001 1b2c3d4e 00000000";

  @TempDir private static Path folder;

  @LocalServerPort private int port;
  private Caller caller;

  @DynamicPropertySource
  static void keep(DynamicPropertyRegistry registry) {
    registry.add("portprint.publications.folder", () -> folder.resolve("published").toString());
  }

  @BeforeEach
  void call() {
    caller = new Caller(port);
  }

  @AfterEach
  void withdrawAll() {
    published()
        .forEach(
            one -> caller.send("DELETE", "/api/v1/signatures/" + one.path("id").asString(), ""));
  }

  private List<JsonNode> published() {
    return caller
        .get("/api/v1/signatures?source=published")
        .json()
        .path("items")
        .valueStream()
        .toList();
  }

  /** A protocol that nobody knows: a magic word, our number, our port, and a nonce. */
  private static LoopbackPeer acme() {
    return acme("");
  }

  /**
   * @param own what a server has chosen for itself, in hex
   */
  private static LoopbackPeer acme(String own) {
    Random random = new Random(3);
    return LoopbackPeer.udp(
        (said, sender) ->
            said.startsWith(Bytes.latin1("ACME")) && said.length() >= 10
                ? List.of(answer(said, sender, random).plus(Bytes.hex(own)))
                : List.of());
  }

  private static Bytes answer(Bytes said, InetSocketAddress sender, Random random) {
    byte[] nonce = new byte[4];
    random.nextBytes(nonce);
    int from = sender.getPort();
    return Bytes.latin1("ACMR")
        .plus(said.slice(6, 10))
        .plus(Bytes.of((byte) (from >> 8), (byte) from))
        .plus(Bytes.of(nonce));
  }

  private String learned(int peer, String transport, String turn) {
    return learned(peer, "", transport, turn);
  }

  private String learned(int peer, String alsoAt, String transport, String turn) {
    Caller.Reply accepted =
        caller.post(
            "/api/v1/replays",
            """
            {"endpoint": "127.0.0.1:%d/%s", "alsoAt": [%s], "turns": [%s], "pace": "PT0S", "patience": "PT0.2S"}
            """
                .formatted(peer, transport, alsoAt, turn));
    assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
    String location = accepted.header("Location");
    await().atMost(SOON).until(() -> !caller.get(location).text("state").equals("running"));
    return accepted.text("id");
  }

  private Caller.Reply publish(String replay, String name, String more) {
    return caller.post(
        "/api/v1/signatures",
        "{\"replay\": \"%s\", \"name\": \"%s\"%s}".formatted(replay, name, more));
  }

  private static String protocol(JsonNode verdict) {
    return verdict.path("service").path("protocol").asString("none");
  }

  private JsonNode lookUp(LoopbackPeer peer) {
    return caller.get("/api/v1/fingerprints/127.0.0.1/" + peer.port() + "?transport=udp").json();
  }

  @Test
  void detectionUsesAPublishedSignatureAtOnceUntilItIsWithdrawn() throws IOException {
    try (LoopbackPeer one = acme();
        LoopbackPeer other = acme()) {
      assertThat(protocol(lookUp(other))).isEqualTo("none");

      String replay = learned(one.port(), "udp", "{\"hex\": \"%s\"}".formatted(REQUEST));
      Caller.Reply created =
          publish(
              replay,
              "acme-telemetry",
              ", \"protocol\": \"acme\", \"title\": \"Acme's 'telemetry'\"");
      assertThat(created.status()).as(created.body()).isEqualTo(201);
      assertThat(created.header("Location")).isEqualTo("/api/v1/signatures/acme-telemetry");
      assertThat(created.json().path("trial").path("lookAlikes").size()).isGreaterThan(15);
      assertThat(created.json().path("trial").path("knownAnswers").asInt()).isGreaterThan(1_000);

      JsonNode found = lookUp(other);
      assertThat(protocol(found)).isEqualTo("acme");
      assertThat(found.path("cached").asBoolean()).isFalse();
      assertThat(found.path("confidence").asDouble()).isGreaterThan(0.9);
      assertThat(found.path("evidence").size()).isGreaterThanOrEqualTo(3);

      assertThat(caller.get("/api/v1/signatures/acme-telemetry").json()).isEqualTo(created.json());
      assertThat(caller.get("/api/v1/probes").body()).contains("acme-telemetry");
      assertThat(published())
          .singleElement()
          .satisfies(
              listed -> {
                assertThat(listed.path("id").asString()).isEqualTo("acme-telemetry");
                assertThat(listed.path("protocol").asString()).isEqualTo("acme");
                assertThat(listed.path("pattern").asString()).contains("{{client-port:2}}");
              });
      Path file = folder.resolve("published/exchanges/acme-telemetry.yaml");
      assertThat(file).content().isEqualTo(created.text("exchange"));

      assertThat(caller.send("DELETE", "/api/v1/signatures/acme-telemetry", "").status())
          .isEqualTo(200);
      assertThat(protocol(lookUp(other))).isEqualTo("none");
      assertThat(file).doesNotExist();
      try (Stream<Path> left = Files.walk(folder)) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
      assertThat(caller.send("DELETE", "/api/v1/signatures/acme-telemetry", "").text("type"))
          .isEqualTo("/problems/no-such-signature");
    }
  }

  @Test
  void productAndVersionOfATextAreNamedWhereTheSignatureIsPublished() {
    try (LoopbackPeer old = hello("1.4.2");
        LoopbackPeer later = hello("2.0")) {
      String replay = learned(old.port(), "tcp", "{\"text\": \"WHO ARE YOU abcdefgh\\r\\n\"}");
      Caller.Reply created = publish(replay, "acme-hello", ", \"nameProduct\": true");
      assertThat(created.status()).as(created.body()).isEqualTo(201);

      JsonNode found = caller.get("/api/v1/fingerprints/127.0.0.1/" + later.port()).json();
      assertThat(protocol(found)).isEqualTo("acme-hello");
      assertThat(found.path("service").path("product").asString()).isEqualTo("AcmeServer");
      assertThat(found.path("service").path("version").asString()).isEqualTo("2.0");
    }
  }

  private static LoopbackPeer hello(String version) {
    return LoopbackPeer.tcp(
        connection -> {
          String said = LoopbackPeer.hear(connection).latin1();
          if (said.startsWith("WHO ARE YOU ") && said.endsWith("\r\n")) {
            String word = said.substring(12).strip();
            LoopbackPeer.say(
                connection,
                "HELLO %s I AM AcmeServer/%s AT YOUR SERVICE\r\n".formatted(word, version));
          }
        });
  }

  /** One server can't tell what is its own; two can. */
  @Test
  void whatDiffersBetweenServersIsNoPartOfTheSignature() {
    try (LoopbackPeer one = acme("38c206cd1bb56690");
        LoopbackPeer two = acme("2d90a1f7e4031c58");
        LoopbackPeer three = acme("914be0037ad2f6c1")) {
      String turn = "{\"hex\": \"%s\"}".formatted(REQUEST);
      publish(learned(one.port(), "udp", turn), "acme-one", ", \"protocol\": \"acme\"");
      assertThat(protocol(lookUp(three))).isEqualTo("none");

      String both = "\"127.0.0.1:%d/udp\"".formatted(two.port());
      String replay = learned(one.port(), both, "udp", turn);
      JsonNode held = caller.get("/api/v1/replays/" + replay).json();
      assertThat(held.path("alsoAt").path(0).path("port").asInt()).isEqualTo(two.port());
      assertThat(held.path("trials").size()).isEqualTo(held.path("planned").asInt());
      assertThat(publish(replay, "acme-both", ", \"protocol\": \"acme\"").status()).isEqualTo(201);
      assertThat(protocol(lookUp(three))).isEqualTo("acme");
    }
  }

  @Test
  void whatAnEchoTeachesIsNotFit() {
    try (LoopbackPeer echo = LoopbackPeer.udp((said, sender) -> List.of(said))) {
      Caller.Reply refused =
          publish(
              learned(echo.port(), "udp", "{\"hex\": \"%s\"}".formatted(REQUEST)), "parrot", "");
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.text("type")).isEqualTo("/problems/not-fit-to-publish");
      assertThat(refused.text("detail")).contains("it would call this parrot: echo");
      assertThat(refused.text("remedy")).isNotEmpty();
    }
  }

  /** One change at a time does this server no harm, all at once do. */
  @Test
  void whatItsOwnServerDoesNotAnswerIsNotFit() {
    Bytes request = Bytes.hex(REQUEST);
    try (LoopbackPeer strict =
        LoopbackPeer.udp(
            (said, sender) ->
                said.length() == request.length() && differing(said, request) <= 4
                    ? List.of(Bytes.hex("0bad01020bad0304").plus(said.head(4)))
                    : List.of())) {
      Caller.Reply refused =
          publish(
              learned(strict.port(), "udp", "{\"hex\": \"%s\"}".formatted(REQUEST)), "strict", "");
      assertThat(refused.text("type")).isEqualTo("/problems/not-fit-to-publish");
      assertThat(refused.text("detail"))
          .contains("does not recognise")
          .contains("127.0.0.1:%d/udp".formatted(strict.port()));
      assertThat(published()).isEmpty();
    }
  }

  private static int differing(Bytes one, Bytes other) {
    int differing = 0;
    for (int at = 0; at < one.length(); at++) {
      differing += one.at(at) == other.at(at) ? 0 : 1;
    }
    return differing;
  }

  @Test
  void whatProvesTooLittleIsNotFit() {
    try (LoopbackPeer curt = LoopbackPeer.udp((said, sender) -> List.of(Bytes.hex("ffee")))) {
      Caller.Reply refused =
          publish(learned(curt.port(), "udp", "{\"hex\": \"%s\"}".formatted(REQUEST)), "curt", "");
      assertThat(refused.text("type")).isEqualTo("/problems/not-fit-to-publish");
      assertThat(refused.text("detail")).contains("19.0 bits, of which 40 are needed");
    }
  }

  /** The book knows this protocol, and its name is the only right one. */
  @Test
  void whatTheBookKnowsIsPublishedUnderItsNameOnly() {
    try (LoopbackPeer stun = stun()) {
      String replay =
          learned(stun.port(), "udp", "{\"hex\": \"000100002112a442b7e7a701bc34d686fa87dfae\"}");
      Caller.Reply refused = publish(replay, "new-thing", "");
      assertThat(refused.text("detail")).contains("it would call this new-thing: STUN");
      assertThat(publish(replay, "my-stun", ", \"protocol\": \"stun\"").status()).isEqualTo(201);
    }
  }

  private static LoopbackPeer stun() {
    return LoopbackPeer.udp(
        (said, sender) ->
            said.length() < 20 || !said.head(2).equals(Bytes.hex("0001"))
                ? List.of()
                : List.of(
                    Bytes.hex("0101000c")
                        .plus(said.slice(4, 20))
                        .plus(Bytes.hex("002000080001"))
                        .plus(xored(sender, Bytes.hex("2112a442")))));
  }

  private static Bytes xored(InetSocketAddress client, Bytes cookie) {
    byte[] address = client.getAddress().getAddress();
    for (int i = 0; i < address.length; i++) {
      address[i] ^= (byte) cookie.at(i);
    }
    int port = client.getPort() ^ cookie.u16(0);
    return Bytes.of((byte) (port >> 8), (byte) port).plus(Bytes.of(address));
  }

  @Test
  void refusals() {
    String nobody = "0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f";
    assertThat(publish(nobody, "a", "").text("type")).isEqualTo("/problems/no-such-replay");
    assertThat(publish(nobody, "Not A Name", "").text("field")).isEqualTo("name");
    assertThat(publish(nobody, "a", ", \"protocol\": \"-\"").text("field")).isEqualTo("protocol");
    assertThat(publish(nobody, "a", ", \"title\": \"\\n\"").text("field")).isEqualTo("title");
    assertThat(publish("x", "a", "").text("field")).isEqualTo("replay");
    assertThat(publish(nobody, "a", ", \"odd\": 1").text("type"))
        .isEqualTo("/problems/unknown-field");
    assertThat(caller.post("/api/v1/signatures", "{\"name\": \"a\"}").text("field"))
        .isEqualTo("replay");
    assertThat(caller.post("/api/v1/signatures", "{\"replay\": \"x\"}").text("field"))
        .isEqualTo("name");
    assertThat(caller.get("/api/v1/signatures/nothing").status()).isEqualTo(404);
    for (String servers :
        List.of("\"127.0.0.1:9/tcp\"", "null", "\"203.0.113.1:9/udp\"", "1, 2, 3, 4")) {
      Caller.Reply refused =
          caller.post(
              "/api/v1/replays",
              """
              {"endpoint": "127.0.0.1:9/udp", "alsoAt": [%s], "turns": [{"hex": "00"}]}
              """
                  .formatted(servers));
      assertThat(refused.status()).as(refused.body()).isBetween(400, 422);
      assertThat(refused.text("field")).startsWith("alsoAt");
    }
    try (LoopbackPeer acme = acme()) {
      String second =
          learned(acme.port(), "udp", "{\"hex\": \"00\"}, {\"hex\": \"%s\"}".formatted(REQUEST));
      assertThat(publish(second, "second", "").text("reason")).contains("after other turns");
      String replay = learned(acme.port(), "udp", "{\"hex\": \"%s\"}".formatted(REQUEST));
      assertThat(publish(replay, "ftp", "").text("type")).isEqualTo("/problems/name-taken");
      assertThat(publish(replay, "a", ", \"protocol\": \"tls\"").text("type"))
          .isEqualTo("/problems/not-fit-to-publish");
      assertThat(publish(replay, "one", ", \"protocol\": \"acme\"").status()).isEqualTo(201);
      assertThat(publish(replay, "one", ", \"protocol\": \"acme\"").text("type"))
          .isEqualTo("/problems/name-taken");
      assertThat(publish(replay, "two", ", \"protocol\": \"acme\"").status()).isEqualTo(201);
      assertThat(publish(replay, "three", ", \"protocol\": \"acme\"").text("type"))
          .isEqualTo("/problems/signatures-full");
    }
  }
}
