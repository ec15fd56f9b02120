package io.portprint.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.portprint.fingerprint.Bytes;
import io.portprint.scope.HostResolver;
import io.portprint.testing.LoopbackPeer;
import io.portprint.webhook.DeliveryStatus.State;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Deliveries to receivers on loopback, over real sockets. */
@Timeout(60)
class WebhooksTest {

  private static final String SECRET = "a secret of thirty-two characters";
  private static final byte[] BODY = "{\"type\":\"job.ended\"}".getBytes(StandardCharsets.UTF_8);
  private static final UUID JOB = new UUID(7, 7);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** Names to addresses of this machine; {@code *.example} is not asked of anybody. */
  private static final HostResolver NAMES =
      name ->
          switch (name) {
            case "one.example" -> List.of(InetAddress.ofLiteral("127.0.0.1"));
            case "both.example" ->
                List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"));
            case "127.0.0.1", "127.0.0.2" -> List.of(InetAddress.ofLiteral(name));
            default -> throw new UnknownHostException(name);
          };

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  /** Short times: what fails is tried anew within milliseconds. */
  private static WebhookProperties properties(@Nullable String secret, String... allow) {
    return new WebhookProperties(
        List.of(allow),
        secret,
        Duration.ofSeconds(20),
        3,
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMinutes(1),
        4,
        4,
        Duration.ofSeconds(10));
  }

  private Webhooks webhooks(WebhookProperties properties) {
    Webhooks webhooks = new Webhooks(properties, NAMES, InstantSource.system(), meters);
    webhooks.start();
    open.add(webhooks);
    return webhooks;
  }

  private Webhooks webhooks() {
    return webhooks(properties(SECRET, "127.0.0.1"));
  }

  private Receiver receiver() {
    return receiver("127.0.0.1");
  }

  private Receiver receiver(String address) {
    Receiver receiver = new Receiver(address);
    open.add(receiver);
    return receiver;
  }

  private static Delivery begin(Webhooks webhooks, String url) {
    Delivery delivery = webhooks.delivery(webhooks.accept(url), "ci", JOB);
    delivery.begin(() -> BODY);
    return delivery;
  }

  private static DeliveryStatus end(Delivery delivery) {
    return await()
        .atMost(Duration.ofSeconds(50))
        .until(delivery::status, status -> status.state() != State.PENDING);
  }

  private static DeliveryStatus deliver(Webhooks webhooks, String url) {
    return end(begin(webhooks, url));
  }

  private double deliveries(String outcome) {
    return meters.get("portprint.webhooks.deliveries").tag("outcome", outcome).counter().count();
  }

  private double pending() {
    return meters.get("portprint.webhooks.pending").gauge().value();
  }

  @Nested
  class Delivering {

    @Test
    void postsTheBodySigned() throws GeneralSecurityException {
      Receiver receiver = receiver();
      Delivery delivery = begin(webhooks(), receiver.url("/in/box?token=x"));

      assertThat(end(delivery))
          .isEqualTo(new DeliveryStatus(receiver.url("/in/box"), State.DELIVERED, 1, 204, null));
      Receiver.Request request = receiver.requests().getFirst();
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/in/box?token=x");
      assertThat(request.body()).isEqualTo(BODY);
      assertThat(request.header("Content-Type")).isEqualTo("application/json");
      assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + receiver.port());
      assertThat(request.header("webhook-id")).isEqualTo(delivery.id().toString());
      assertThat(Instant.ofEpochSecond(Long.parseLong(request.header("webhook-timestamp"))))
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
      assertThat(request.header("webhook-signature")).isEqualTo(expected(request));
      assertThat(deliveries("delivered")).isEqualTo(1);
      assertThat(meters.get("portprint.webhooks.attempts").counter().count()).isEqualTo(1);
      await().until(() -> pending() == 0);
    }

    /** As a receiver makes it, from its own key. */
    private static String expected(Receiver.Request request) throws GeneralSecurityException {
      byte[] key = hmac(SECRET.getBytes(StandardCharsets.UTF_8), "ci");
      String content =
          request.header("webhook-id")
              + "."
              + request.header("webhook-timestamp")
              + "."
              + new String(request.body(), StandardCharsets.UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(hmac(key, content));
    }

    private static byte[] hmac(byte[] key, String content) throws GeneralSecurityException {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void resolvesNamesWhenItConnects() {
      Receiver receiver = receiver();

      DeliveryStatus status =
          deliver(webhooks(), "http://one.example:%d/".formatted(receiver.port()));

      assertThat(status.state()).isEqualTo(State.DELIVERED);
      assertThat(receiver.requests().getFirst().header("Host"))
          .isEqualTo("one.example:" + receiver.port());
    }

    @ParameterizedTest
    @CsvSource({"'', /", "/, /", "?x=1, /?x=1", "//a/../b;c?, //a/../b;c?", "/%41%00, /%41%00"})
    void asksForWhatTheUrlSays(String rest, String asked) {
      Receiver receiver = receiver();

      assertThat(deliver(webhooks(), receiver.url(rest)).state()).isEqualTo(State.DELIVERED);
      assertThat(receiver.requests().getFirst().path()).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 599})
    void triesAgainWhereThatMayHelp(int answer) {
      Receiver receiver = receiver().thenAnswer(answer).thenAnswer(answer);

      DeliveryStatus status = deliver(webhooks(), receiver.url("/"));

      assertThat(status)
          .isEqualTo(new DeliveryStatus(receiver.url("/"), State.DELIVERED, 3, 204, null));
      assertThat(receiver.requests())
          .hasSize(3)
          .extracting(request -> request.header("webhook-id"))
          .containsOnly(receiver.requests().getFirst().header("webhook-id"));
    }

    @Test
    void givesUpAfterSoManyAttempts() {
      Receiver receiver = receiver();
      for (int i = 0; i < 9; i++) {
        receiver.thenAnswer(503, "Retry-After", "999999999");
      }

      DeliveryStatus status = deliver(webhooks(), receiver.url("/"));

      assertThat(status)
          .isEqualTo(
              new DeliveryStatus(receiver.url("/"), State.FAILED, 3, 503, "the answer was 503"));
      assertThat(receiver.requests()).hasSize(3);
      assertThat(deliveries("failed")).isEqualTo(1);
    }

    @Test
    void givesUpWhereThePauseWouldOutlastTheTime() {
      Receiver receiver = receiver().thenAnswer(503, "Retry-After", "120");
      WebhookProperties patient =
          new WebhookProperties(
              List.of("127.0.0.1"),
              SECRET,
              Duration.ofSeconds(20),
              100,
              Duration.ofMillis(1),
              Duration.ofHours(1),
              Duration.ofMinutes(1),
              4,
              4,
              Duration.ofSeconds(10));

      DeliveryStatus status = deliver(webhooks(patient), receiver.url("/"));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {304, 400, 401, 403, 404, 407, 408, 410, 418, 600})
    void takesOtherAnswersForFinal(int answer) {
      Receiver receiver = receiver().thenAnswer(answer);

      DeliveryStatus status = deliver(webhooks(), receiver.url("/"));

      assertThat(status)
          .isEqualTo(
              new DeliveryStatus(
                  receiver.url("/"),
                  State.FAILED,
                  1,
                  answer,
                  "the answer was %d, which is final".formatted(answer)));
      assertThat(receiver.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsNoRedirect(int answer) {
      Receiver elsewhere = receiver();
      Receiver receiver = receiver().thenAnswer(answer, "Location", elsewhere.url("/"));

      DeliveryStatus status = deliver(webhooks(), receiver.url("/"));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.lastStatus()).isEqualTo(answer);
      assertThat(elsewhere.requests()).isEmpty();
    }

    @Test
    void triesAgainWhereNobodyListens() {
      DeliveryStatus status =
          deliver(webhooks(), "http://127.0.0.1:%d/".formatted(LoopbackPeer.closedPort()));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.attempts()).isEqualTo(3);
      assertThat(status.lastStatus()).isNull();
      assertThat(status.lastFailure()).isEqualTo("the connection was refused");
    }

    @Test
    void aNameWithoutAddressIsAFailureLikeAnother() {
      DeliveryStatus status = deliver(webhooks(), "http://none.example/");

      assertThat(status.attempts()).isEqualTo(3);
      assertThat(status.lastFailure()).isEqualTo("its host name has no address");
    }

    @Test
    void tlsHasToBeTrusted() {
      LoopbackPeer plain =
          LoopbackPeer.tcp(
              connection -> {
                LoopbackPeer.hear(connection);
                LoopbackPeer.say(connection, "HTTP/1.1 204 No Content\r\n\r\n");
              });
      open.add(plain);

      DeliveryStatus status = deliver(webhooks(), "https://127.0.0.1:%d/".formatted(plain.port()));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.lastFailure())
          .isEqualTo("no TLS connection that can be trusted came about");
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotTrusted(@TempDir Path folder) throws Exception {
      SSLContext context = selfSigned(folder);
      LoopbackPeer peer =
          LoopbackPeer.tcp(
              connection ->
                  LoopbackPeer.hear(
                      (SSLSocket)
                          context
                              .getSocketFactory()
                              .createSocket(connection, (InputStream) null, true)));
      open.add(peer);

      DeliveryStatus status = deliver(webhooks(), "https://127.0.0.1:%d/".formatted(peer.port()));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.lastFailure())
          .isEqualTo("no TLS connection that can be trusted came about");
    }

    private static SSLContext selfSigned(Path folder) throws Exception {
      Path store = folder.resolve("peer.p12");
      String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      List<String> command =
          List.of(
              (keytool
                      + " -genkeypair -alias peer -keyalg EC -dname CN=127.0.0.1 -ext"
                      + " SAN=ip:127.0.0.1 -storetype PKCS12 -storepass changeit -keystore")
                  .split(" "));
      Process made =
          new ProcessBuilder(Stream.concat(command.stream(), Stream.of(store.toString())).toList())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("keytool.log").toFile())
              .start();
      assertThat(made.waitFor()).as("keytool").isZero();
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(
          KeyStore.getInstance(store.toFile(), "changeit".toCharArray()), "changeit".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    }

    @Test
    void aBodyThatCanNotBeMadeIsAFailure() {
      Webhooks webhooks = webhooks();
      Delivery delivery = webhooks.delivery(webhooks.accept("http://127.0.0.1/"), "ci", JOB);

      delivery.begin(
          () -> {
            throw new IllegalStateException("seeded");
          });

      assertThat(end(delivery).state()).isEqualTo(State.FAILED);
      await().until(() -> pending() == 0);
    }
  }

  @Nested
  class Bounds {

    private LoopbackPeer peer(LoopbackPeer.Script script) {
      LoopbackPeer peer = LoopbackPeer.tcp(script);
      open.add(peer);
      return peer;
    }

    private static WebhookProperties impatient() {
      return new WebhookProperties(
          List.of("127.0.0.1"),
          SECRET,
          Duration.ofMillis(500),
          1,
          Duration.ofMillis(1),
          Duration.ofMillis(5),
          Duration.ofMinutes(1),
          2,
          2,
          Duration.ofSeconds(10));
    }

    static List<LoopbackPeer.Script> hostile() {
      return List.of(
          LoopbackPeer::waitForEnd,
          endless("HTTP/1.1 200 OK\r\nX: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
          endless("HTTP/1.1 200 OK\r\n", "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
          endless("", "HTTP/1.1 100 Continue\r\n\r\n"),
          endless("", "\r\n"),
          endless("", "SSH-2.0-nonsense\r\n"),
          connection -> LoopbackPeer.say(connection, "HTTP/1.1 9999999999999 X\r\n\r\n"),
          connection -> LoopbackPeer.hear(connection));
    }

    private static LoopbackPeer.Script endless(String first, String again) {
      return connection -> {
        LoopbackPeer.hear(connection);
        LoopbackPeer.say(connection, first);
        Bytes more = Bytes.latin1(again);
        while (true) {
          LoopbackPeer.say(connection, more);
        }
      };
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void anAttemptEndsWhateverTheReceiverDoes(LoopbackPeer.Script script) {
      LoopbackPeer peer = peer(script);

      DeliveryStatus status =
          deliver(webhooks(impatient()), "http://127.0.0.1:%d/".formatted(peer.port()));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.lastStatus()).isNull();
      await().until(() -> peer.openConnections() == 0);
    }

    static List<LoopbackPeer.Script> endlessHeads() {
      return List.of(
          endless("HTTP/1.1 ", "2"),
          endless("HTTP/1.1 200 OK\r\nX: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
          endless("HTTP/1.1 200 OK\r\n", "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"));
    }

    /** Long before the attempt would end for the time that it takes. */
    @ParameterizedTest
    @MethodSource("endlessHeads")
    void headsAreBounded(LoopbackPeer.Script script) {
      LoopbackPeer peer = peer(script);

      DeliveryStatus status = deliver(webhooks(), "http://127.0.0.1:%d/".formatted(peer.port()));

      assertThat(status.attempts()).isEqualTo(3);
      assertThat(status.lastFailure()).isEqualTo("the connection broke, or the answer was no HTTP");
    }

    @Test
    void nothingOfTheAnswersBodyIsRead() {
      LoopbackPeer endless =
          peer(endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nabcd\r\n"));
      LoopbackPeer never =
          peer(
              connection -> {
                LoopbackPeer.hear(connection);
                LoopbackPeer.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
                LoopbackPeer.waitForEnd(connection);
              });
      Webhooks webhooks = webhooks(properties(SECRET, "127.0.0.1"));

      for (LoopbackPeer peer : List.of(endless, never)) {
        assertThat(deliver(webhooks, "http://127.0.0.1:%d/".formatted(peer.port())).state())
            .isEqualTo(State.DELIVERED);
        await().until(() -> peer.openConnections() == 0);
      }
    }

    @Test
    void oneClientHasHalfOfThePlacesAndTheRestFailsAtOnce() {
      LoopbackPeer silent = peer(LoopbackPeer::waitForEnd);
      String url = "http://127.0.0.1:%d/".formatted(silent.port());
      Webhooks webhooks = webhooks(); // 4 at a time, 4 pending

      Delivery first = begin(webhooks, url);
      Delivery second = begin(webhooks, url);
      Delivery third = begin(webhooks, url);

      assertThat(third.status().state()).isEqualTo(State.FAILED);
      assertThat(third.status().attempts()).isZero();
      assertThat(third.status().lastFailure()).isEqualTo("too many deliveries were pending");
      assertThat(pending()).isEqualTo(2);
      assertThat(deliver(webhooks, "other", receiver().url("/")).state())
          .isEqualTo(State.DELIVERED);
      silent.close();
      assertThat(end(first).state()).isEqualTo(State.FAILED);
      assertThat(end(second).state()).isEqualTo(State.FAILED);
    }

    private static DeliveryStatus deliver(Webhooks webhooks, String client, String url) {
      Delivery delivery = webhooks.delivery(webhooks.accept(url), client, JOB);
      delivery.begin(() -> BODY);
      return end(delivery);
    }

    private static DeliveryStatus deliver(Webhooks webhooks, String url) {
      return deliver(webhooks, "ci", url);
    }
  }

  @Nested
  class Allowing {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://127.0.0.2/",
          "http://192.0.2.1/",
          "https://[::1]/",
          "http://[::ffff:127.0.0.2]/",
          "http://0.0.0.0/",
          "http://169.254.169.254/latest/meta-data/"
        })
    void otherAddressesAreRefusedAtOnce(String url) {
      assertThatThrownBy(() -> webhooks().accept(url))
          .isInstanceOf(WebhookException.NotAllowed.class)
          .hasMessageMatching(
              ".* (is not in portprint.webhooks.allow|denied unless named exactly)");
    }

    @Test
    void aWideBlockDoesNotOpenWhatIsSpecial() {
      Webhooks wide = webhooks(properties(SECRET, "0.0.0.0/0", "::/0"));

      assertThatThrownBy(() -> wide.accept("http://169.254.169.254/"))
          .isInstanceOf(WebhookException.NotAllowed.class);
      assertThatCode(() -> wide.accept("http://192.0.2.1/")).doesNotThrowAnyException();
    }

    @Test
    void aNameThatLeadsElsewhereIsNotConnectedTo() {
      Receiver forbidden = receiver();
      Webhooks webhooks = webhooks(properties(SECRET, "127.0.0.2"));

      DeliveryStatus status =
          deliver(webhooks, "http://one.example:%d/".formatted(forbidden.port()));

      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.attempts()).isEqualTo(1);
      assertThat(status.lastStatus()).isNull();
      assertThat(status.lastFailure())
          .isEqualTo("none of its host's addresses is in portprint.webhooks.allow");
      assertThat(forbidden.requests()).isEmpty();
    }

    @Test
    void ofANamesAddressesOnlyAllowedOnesAreConnectedTo() {
      Receiver allowed = receiver("127.0.0.2");
      Webhooks webhooks = webhooks(properties(SECRET, "127.0.0.2"));

      DeliveryStatus status =
          deliver(webhooks, "http://both.example:%d/".formatted(allowed.port()));

      assertThat(status.state()).isEqualTo(State.DELIVERED);
      assertThat(status.attempts()).isEqualTo(1);
    }

    @Test
    void theMachinesProxyIsNotAsked() {
      Receiver proxy = receiver();
      String host = System.setProperty("http.proxyHost", "127.0.0.1");
      String port = System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
      String direct = System.setProperty("http.nonProxyHosts", "");
      try {
        Receiver receiver = receiver();

        assertThat(deliver(webhooks(), receiver.url("/")).state()).isEqualTo(State.DELIVERED);
        assertThat(receiver.requests()).hasSize(1);
        assertThat(proxy.requests()).isEmpty();
      } finally {
        restore("http.proxyHost", host);
        restore("http.proxyPort", port);
        restore("http.nonProxyHosts", direct);
      }
    }

    private static void restore(String property, @Nullable String value) {
      if (value == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, value);
      }
    }
  }

  @Nested
  class Settings {

    @Test
    void withoutSecretOrAddressesThereAreNone() {
      assertThatThrownBy(() -> webhooks(properties(null, "127.0.0.1")).accept("http://127.0.0.1/"))
          .isInstanceOf(WebhookException.Off.class)
          .hasMessage("portprint.webhooks.secret is not set");
      assertThatThrownBy(() -> webhooks(properties(SECRET)).accept("http://127.0.0.1/"))
          .isInstanceOf(WebhookException.Off.class)
          .hasMessage("portprint.webhooks.allow is not set");
    }

    @Test
    void aShortSecretIsRefusedAndNotShown() {
      assertThatThrownBy(() -> webhooks(properties("hunter2", "127.0.0.1")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("portprint.webhooks.secret")
          .hasMessageNotContaining("hunter2");
      assertThat(properties("hunter2").toString()).doesNotContain("hunter2");
    }

    @Test
    void anEntryThatIsNotUnderstoodIsNamed() {
      assertThatThrownBy(() -> webhooks(properties(SECRET, "127.0.0.1", "receiver.example")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("portprint.webhooks.allow[1] 'receiver.example' is a host name");
    }
  }

  @Nested
  @ExtendWith(OutputCaptureExtension.class)
  class Stopping {

    private static WebhookProperties patient(Duration grace) {
      return new WebhookProperties(
          List.of("127.0.0.1"),
          SECRET,
          Duration.ofMinutes(1),
          9,
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          4,
          4,
          grace);
    }

    @Test
    void endsPausesForOneLastAttempt() {
      Receiver receiver = receiver().thenAnswer(503);
      Webhooks webhooks = webhooks(patient(Duration.ofMinutes(1)));
      Delivery delivery = begin(webhooks, receiver.url("/"));
      await().until(() -> delivery.status().attempts() == 1);

      webhooks.stop();

      assertThat(delivery.status().state()).isEqualTo(State.DELIVERED);
      assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    void saysWhatWasNotDelivered(CapturedOutput output) {
      LoopbackPeer silent = LoopbackPeer.tcp(LoopbackPeer::waitForEnd);
      open.add(silent);
      Webhooks webhooks = webhooks(patient(Duration.ofMillis(1)));
      Delivery delivery =
          begin(webhooks, "http://127.0.0.1:%d/path?token=hunter2".formatted(silent.port()));
      await().until(() -> silent.openConnections() == 1);

      webhooks.stop();

      assertThat(delivery.status().state()).isEqualTo(State.FAILED);
      assertThat(delivery.status().lastFailure()).isEqualTo("the service was shut down");
      await().until(() -> silent.openConnections() == 0);
      assertThat(output.getAll())
          .contains("webhook not delivered")
          .doesNotContain("hunter2", "/path", SECRET);
    }

    @Test
    void takesUpAgainAfterAPause() {
      Receiver receiver = receiver().thenAnswer(503);
      Webhooks webhooks = webhooks();
      webhooks.stop();
      webhooks.start();

      assertThat(deliver(webhooks, receiver.url("/")).attempts()).isEqualTo(2);
    }
  }
}
