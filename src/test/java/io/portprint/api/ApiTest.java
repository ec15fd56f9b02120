package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.testing.LoopbackPeer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The running service without API keys, against scripted peers. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ApiTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  private static LoopbackPeer ftp() {
    return LoopbackPeer.tcp(
        connection -> {
          LoopbackPeer.say(connection, "220 (vsFTPd 3.0.3)\r\n");
          answer(connection);
        });
  }

  private static void answer(Socket connection) throws IOException {
    for (Bytes line = LoopbackPeer.hear(connection);
        !line.isEmpty();
        line = LoopbackPeer.hear(connection)) {
      LoopbackPeer.say(
          connection,
          switch (line.latin1().strip()) {
            case "SYST" -> "215 UNIX Type: L8\r\n";
            case "FEAT" -> "211-Features:\r\n EPRT\r\n EPSV\r\n211 End\r\n";
            default -> "500 Unknown command.\r\n";
          });
    }
  }

  private static LoopbackPeer silent() {
    return LoopbackPeer.tcp(LoopbackPeer::waitForEnd);
  }

  private static String endpoints(int... ports) {
    List<String> names = new ArrayList<>();
    for (int one : ports) {
      names.add("\"127.0.0.1:%d/tcp\"".formatted(one));
    }
    return "{\"endpoints\": [%s], \"protocols\": [\"ftp\"]}".formatted(String.join(",", names));
  }

  @Nested
  class Submit {

    @Test
    void acceptsAndTellsWhereTheJobIs() {
      Caller.Reply reply = caller.post("/api/v1/jobs", endpoints(LoopbackPeer.closedPort()));

      assertThat(reply.status()).isEqualTo(202);
      assertThat(reply.header("Location")).isEqualTo("/api/v1/jobs/" + reply.text("id"));
      assertThat(reply.header("Preference-Applied")).isEmpty();
      assertThat(caller.get(reply.header("Location")).text("id")).isEqualTo(reply.text("id"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void isLoggedWithItsValuesAndItsClient(CapturedOutput output) {
      String job = caller.post("/api/v1/jobs", endpoints(LoopbackPeer.closedPort())).text("id");

      assertThat(output.getOut().lines())
          .anySatisfy(
              line -> assertThat(line).contains("[anonymous] job accepted", "job=\"" + job + '"'));
    }

    @Test
    void waitsForTheEndWherePreferred() {
      try (LoopbackPeer peer = ftp()) {
        Caller.Reply reply =
            caller.post(
                "/api/v1/jobs",
                endpoints(peer.port(), LoopbackPeer.closedPort()),
                "Prefer",
                "respond-async, wait=30");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Preference-Applied")).isEqualTo("wait=30");
        JsonNode job = reply.json();
        assertThat(job.propertyNames())
            .containsExactly(
                "id",
                "state",
                "createdAt",
                "startedAt",
                "finishedAt",
                "expiresAt",
                "ending",
                "rate",
                "timeLeft",
                "webhook",
                "counts");
        assertThat(job.path("state").asString()).isEqualTo("completed");
        assertThat(job.path("ending").isNull()).isTrue();
        assertThat(Instant.parse(job.path("expiresAt").asString()))
            .isAfter(Instant.parse(job.path("finishedAt").asString()));
        assertThat(job.path("counts"))
            .isEqualTo(
                JSON.readTree(
                    """
                    {"endpoints": 2, "done": 2, "open": 1, "closed": 1, "filtered": 0, "openOrFiltered": 0, "unreachable": 0,
                     "notProbed": 0, "identified": 1, "impostors": 0, "dropped": 0}\
                    """));
      }
    }

    @Test
    void answersAcceptedWhereTheWaitIsTooShort() {
      try (LoopbackPeer peer = silent()) {
        Caller.Reply reply =
            caller.post("/api/v1/jobs", endpoints(peer.port()), "Prefer", "wait=0");

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.header("Preference-Applied")).isEqualTo("wait=0");
        caller.send("DELETE", reply.header("Location"), "");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=61", "WAIT = 9999", "foo;wait=1, wait=\"600\"; a=b"})
    void grantsAMinuteAtMost(String prefer) {
      Caller.Reply reply =
          caller.post("/api/v1/jobs", endpoints(LoopbackPeer.closedPort()), "Prefer", prefer);

      assertThat(reply.header("Preference-Applied")).isEqualTo("wait=60");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=-1", "wait=soon", "await=5", "respond-async"})
    void ignoresPreferencesThatItCanNotRead(String prefer) {
      Caller.Reply reply =
          caller.post("/api/v1/jobs", endpoints(LoopbackPeer.closedPort()), "Prefer", prefer);

      assertThat(reply.status()).isEqualTo(202);
      assertThat(reply.header("Preference-Applied")).isEmpty();
    }

    @Test
    void answersARepeatedRequestWithTheSameJob() {
      String request = endpoints(LoopbackPeer.closedPort());
      Caller.Reply first = caller.post("/api/v1/jobs", request, "Idempotency-Key", "a b~1");
      Caller.Reply second = caller.post("/api/v1/jobs", request, "Idempotency-Key", "a b~1");
      Caller.Reply other = caller.post("/api/v1/jobs", request, "Idempotency-Key", "a b~2");

      assertThat(second.status()).isEqualTo(202);
      assertThat(second.text("id")).isEqualTo(first.text("id")).isNotEqualTo(other.text("id"));
      assertThat(first.header("Idempotent-Replayed")).isEmpty();
      assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void refusesAnotherRequestUnderTheSameKey() {
      caller.post("/api/v1/jobs", endpoints(1), "Idempotency-Key", "once");
      Caller.Reply reply = caller.post("/api/v1/jobs", endpoints(2), "Idempotency-Key", "once");

      assertProblem(reply, 422, "idempotency-conflict", "Idempotency-Key");
    }

    @Test
    void tellsHowManyEndpointsAreTooMany() {
      Caller.Reply reply =
          caller.post("/api/v1/jobs", "{\"targets\": [\"127.0.0.0/8\"], \"ports\": \"1-2\"}");

      assertProblem(reply, 422, "too-many-endpoints", "");
      assertThat(reply.json().path("count").asLong()).isEqualTo(2L << 24);
      assertThat(reply.json().path("limit").asLong()).isEqualTo(1_048_576);
    }

    @Test
    void tellsWhenToTryAgainWhereTheQueueIsFull() {
      Caller.Reply reply =
          caller.post("/api/v1/jobs", "{\"targets\": [\"127.0.0.0/12\"], \"ports\": \"1\"}");

      assertProblem(reply, 429, "queue-full", "");
      assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
    }

    @Test
    void boundsTheBodyWhoseLengthIsNotTold() {
      byte[] spaces = " ".repeat(9 << 20).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      HttpRequest request =
          caller
              .request("/api/v1/jobs", "Content-Type", "application/json")
              .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(spaces)))
              .build();

      Caller.Reply reply = caller.send(request);

      assertProblem(reply, 413, "body-too-large", "");
      assertThat(reply.json().path("limit").asLong()).isEqualTo(8 << 20);
    }

    @Test
    void boundsTheBodyWhoseLengthIsTold() {
      String answer =
          caller.rawUntil(
              "/problems/body-too-large",
              "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 8388609\r\nConnection: close\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 413 ").contains("/problems/body-too-large");
    }
  }

  @Nested
  class DryRun {

    private static final String PATH = "/api/v1/jobs?dryRun=true";

    private List<String> jobs() {
      return caller.get("/api/v1/jobs?limit=500").json().path("items").values().stream()
          .map(job -> job.path("id").asString())
          .toList();
    }

    @Test
    void tellsWhatTheJobWouldBeAndAcceptsNothing() {
      String request =
          """
          {"targets": ["127.0.0.0/24", "localhost"], "ports": "1-3,U:top-100", "exclude": ["127.0.0.0/25", "localhost"],
           "effort": "quick"}\
          """;
      List<String> before = jobs();

      Caller.Reply reply =
          caller.post(PATH, request, "Prefer", "wait=5", "Idempotency-Key", "dry 1");

      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      assertThat(reply.header("Location")).isEmpty();
      assertThat(reply.header("Preference-Applied")).isEmpty();
      assertThat(reply.json().propertyNames())
          .containsExactly("endpoints", "hosts", "byTransport", "admissible", "fastest", "slowest");
      assertThat(reply.json().path("endpoints").asLong()).isEqualTo(128 * 103);
      assertThat(reply.json().path("hosts").asLong()).isEqualTo(128);
      assertThat(reply.json().path("byTransport"))
          .isEqualTo(JSON.readTree("{\"tcp\": 384, \"udp\": 12800}"));
      assertThat(reply.json().path("admissible").asBoolean()).isTrue();
      assertThat(Duration.parse(reply.text("slowest")))
          .isGreaterThan(Duration.parse(reply.text("fastest")))
          .isPositive();
      assertThat(jobs()).isEqualTo(before);
    }

    @Test
    void leavesTheIdempotencyKeyUnused() {
      int closed = LoopbackPeer.closedPort();
      caller.post(PATH, endpoints(1), "Idempotency-Key", "dry 2");

      Caller.Reply reply =
          caller.post("/api/v1/jobs", endpoints(closed), "Idempotency-Key", "dry 2");

      assertThat(reply.status()).isEqualTo(202);
      assertThat(reply.header("Idempotent-Replayed")).isEmpty();
    }

    @Test
    void tellsThatTheQueueHasNoRoom() {
      Caller.Reply reply = caller.post(PATH, "{\"targets\": [\"127.0.0.0/12\"], \"ports\": \"1\"}");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json().path("endpoints").asLong()).isEqualTo(1 << 20);
      assertThat(reply.json().path("admissible").asBoolean()).isFalse();
    }

    @Test
    void refusesWhatASubmissionWould() {
      Caller.Reply reply =
          caller.post(PATH, "{\"targets\": [\"127.0.0.0/8\"], \"ports\": \"1-2\"}");

      assertProblem(reply, 422, "too-many-endpoints", "");
      assertThat(reply.json().path("count").asLong()).isEqualTo(2L << 24);
    }

    @Test
    void isNotMeantByFalse() {
      Caller.Reply reply =
          caller.post("/api/v1/jobs?dryRun=false", endpoints(LoopbackPeer.closedPort()));

      assertThat(reply.status()).isEqualTo(202);
    }
  }

  @Nested
  class Sweep {

    @ParameterizedTest
    @ValueSource(strings = {"shuffled", "commonFirst"})
    void findsTheOpenPortsOfManyAndIdentifiesThem(String order) {
      try (LoopbackPeer ftp = ftp()) {
        Caller.Reply job =
            submitAndWait(
                """
                {"targets": ["127.99.5.1-127.99.5.9"], "ports": "2-19", "endpoints": ["127.0.0.1:%d"],
                 "effort": "quick", "order": "%s", "priority": "high"}
                """
                    .formatted(ftp.port(), order));

        JsonNode counts = job.json().path("counts");
        assertThat(counts.path("endpoints").asInt()).isEqualTo(163);
        assertThat(counts.path("closed").asInt()).isEqualTo(162);
        assertThat(counts.path("identified").asInt()).isEqualTo(1);
        assertThat(found(job).values())
            .singleElement()
            .matches(one -> one.path("service").path("protocol").asString().equals("ftp"));
      }
    }

    @Test
    void tellsWhatIsOpenAndNoMoreWhereNoMoreIsAsked() {
      try (LoopbackPeer silent = LoopbackPeer.tcp(LoopbackPeer::waitForEnd)) {
        Caller.Reply job =
            submitAndWait(
                """
                {"endpoints": ["127.0.0.1:%d", "127.99.5.1:2"], "identify": false}
                """
                    .formatted(silent.port()));

        assertThat(job.json().path("counts").path("closed").asInt()).isEqualTo(1);
        assertThat(found(job).values())
            .singleElement()
            .satisfies(
                open -> {
                  assertThat(open.path("state").asString()).isEqualTo("open");
                  assertThat(open.path("evidence").path(0).path("reason").asString())
                      .isEqualTo("it accepted a connection");
                });
      }
    }

    private Caller.Reply submitAndWait(String body) {
      Caller.Reply job = caller.post("/api/v1/jobs", body, "Prefer", "wait=30");
      assertThat(job.status()).isEqualTo(200);
      return job;
    }

    private JsonNode found(Caller.Reply job) {
      return caller
          .get("/api/v1/jobs/" + job.json().path("id").asString() + "/fingerprints")
          .json()
          .path("items");
    }
  }

  @Nested
  class Listing {

    @Test
    void goesOnFromTheCursorToTheEnd() {
      Set<String> submitted = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        submitted.add(caller.post("/api/v1/jobs", endpoints(1)).text("id"));
      }

      List<String> ids = new ArrayList<>();
      String cursor = "";
      do {
        JsonNode page = caller.get("/api/v1/jobs?limit=2" + cursor).json();
        assertThat(page.propertyNames()).containsExactly("items", "nextCursor");
        assertThat(page.path("items").size()).isLessThanOrEqualTo(2);
        page.path("items").forEach(job -> ids.add(job.path("id").asString()));
        cursor =
            page.path("nextCursor").isNull() ? "" : "&cursor=" + page.path("nextCursor").asString();
      } while (!cursor.isEmpty());

      assertThat(ids).doesNotHaveDuplicates().containsAll(submitted);
      assertThat(ids).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void showsOneStateOnly() {
      try (LoopbackPeer peer = silent()) {
        String running = caller.post("/api/v1/jobs", endpoints(peer.port())).text("id");
        caller.send("DELETE", "/api/v1/jobs/" + running, "");

        JsonNode page = caller.get("/api/v1/jobs?state=cancelled").json();

        assertThat(page.path("items").values())
            .extracting(job -> job.path("state").asString())
            .isNotEmpty()
            .containsOnly("cancelled");
      }
    }
  }

  @Nested
  class Results {

    @Test
    void pageHoldsFingerprintsAsDesigned() {
      try (LoopbackPeer peer = ftp()) {
        String job =
            caller
                .post("/api/v1/jobs", endpoints(peer.port()), "Prefer", "wait=30")
                .header("Location");

        JsonNode page = caller.get(job + "/fingerprints").json();

        assertThat(page.path("nextCursor").isNull()).isTrue();
        assertThat(page.path("items").size()).isEqualTo(1);
        JsonNode fingerprint = page.path("items").path(0);
        assertThat(fingerprint.propertyNames())
            .containsExactly(
                "endpoint",
                "state",
                "service",
                "confidence",
                "alternatives",
                "impostor",
                "tls",
                "details",
                "evidence",
                "observedAt",
                "durationMillis",
                "cached");
        assertThat(fingerprint.path("endpoint"))
            .isEqualTo(
                JSON.readTree(
                    """
                    {"host": "127.0.0.1", "address": "127.0.0.1", "port": %d, "transport": "tcp"}\
                    """
                        .formatted(peer.port())));
        assertThat(fingerprint.path("service").propertyNames())
            .containsExactly(
                "protocol", "product", "version", "info", "hostname", "os", "device", "cpe", "tls");
        assertThat(fingerprint.at("/service/product").asString()).isEqualTo("vsFTPd");
        JsonNode evidence = fingerprint.path("evidence").path(0);
        assertThat(evidence.propertyNames())
            .containsExactly(
                "probe",
                "sent",
                "received",
                "text",
                "signature",
                "matched",
                "reason",
                "roundTripMillis",
                "truncated");
        assertThat(evidence.path("received").asString()).isEqualTo("MjIwICh2c0ZUUGQgMy4wLjMpDQo=");
        assertThat(evidence.path("text").asString()).isEqualTo("220 (vsFTPd 3.0.3)\\r\\n");
        assertThat(evidence.path("roundTripMillis").asDecimal().scale()).isLessThanOrEqualTo(3);
      }
    }

    @Test
    void closedEndpointsAreListedOnRequest() {
      int closed = LoopbackPeer.closedPort();
      String job =
          caller.post("/api/v1/jobs", endpoints(closed), "Prefer", "wait=30").header("Location");

      assertThat(caller.get(job + "/fingerprints").json().path("items").size()).isZero();
      assertThat(caller.get(job + "/fingerprints?state=closed").json().at("/items/0/state"))
          .hasToString("\"closed\"");
    }

    @Test
    void streamShowsWhatIsThereBeforeTheJobEnds() {
      try (LoopbackPeer quick = ftp();
          LoopbackPeer slow = silent()) {
        String job =
            caller.post("/api/v1/jobs", endpoints(quick.port(), slow.port())).header("Location");

        HttpResponse<Stream<String>> response =
            caller.lines(job + "/fingerprints", "Accept", "application/x-ndjson");
        try (Stream<String> lines = response.body()) {
          Iterator<String> iterator = lines.iterator();
          JsonNode first = JSON.readTree(iterator.next());
          caller.send("DELETE", job, "");

          assertThat(response.headers().firstValue("Content-Type"))
              .hasValue("application/x-ndjson");
          assertThat(first.at("/endpoint/port").asInt()).isEqualTo(quick.port());
          iterator.forEachRemaining(
              line -> assertThat(JSON.readTree(line).at("/endpoint/port").asInt()).isPositive());
        }
        assertThat(caller.get(job).text("state")).isEqualTo("cancelled");
      }
    }

    @Test
    void streamOfClosedEndpointsComesWithTheEndOfTheJob() {
      String job =
          caller
              .post("/api/v1/jobs", "{\"targets\": [\"127.8.0.0/23\"], \"ports\": \"9\"}")
              .header("Location");

      try (Stream<String> lines =
          caller
              .lines(job + "/fingerprints?state=closed", "Accept", "application/x-ndjson")
              .body()) {
        assertThat(lines.map(line -> JSON.readTree(line).at("/endpoint/address").asString()))
            .hasSize(512)
            .doesNotHaveDuplicates();
      }
    }

    @Test
    void refusalsOfTheStreamAreProblemsToo() {
      Caller.Reply reply =
          caller.get(
              "/api/v1/jobs/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f/fingerprints",
              "Accept",
              "application/x-ndjson");

      assertProblem(reply, 404, "no-such-job", "");
    }
  }

  @Nested
  class Cancel {

    @Test
    void endsTheJobOnceAndForAll() {
      try (LoopbackPeer peer = silent()) {
        String job = caller.post("/api/v1/jobs", endpoints(peer.port())).header("Location");

        Caller.Reply first = caller.send("DELETE", job, "");
        Caller.Reply second = caller.send("DELETE", job, "");

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text("state")).isEqualTo("cancelled");
        assertThat(second.text("ending")).isNotEmpty();
      }
    }
  }

  @Nested
  class LookUp {

    @Test
    void answersWithTheVerdictAndHowOldItIs() {
      try (LoopbackPeer peer = ftp()) {
        String path = "/api/v1/fingerprints/127.0.0.1/%d?protocols=ftp".formatted(peer.port());
        Caller.Reply fresh = caller.get(path);
        Caller.Reply known = caller.get(path);
        Caller.Reply unchanged = caller.get(path, "If-None-Match", fresh.header("ETag"));

        assertThat(fresh.status()).isEqualTo(200);
        assertThat(fresh.json().at("/service/protocol").asString()).isEqualTo("ftp");
        assertThat(fresh.json().path("cached").asBoolean()).isFalse();
        assertThat(fresh.header("ETag")).matches("\"[\\w-]{22}\"");
        assertThat(fresh.header("Age")).matches("\\d+");
        assertThat(fresh.header("Cache-Control").split(", "))
            .containsExactlyInAnyOrder("private", "max-age=300");
        assertThat(known.json().path("cached").asBoolean()).isTrue();
        assertThat(known.header("ETag")).isEqualTo(fresh.header("ETag"));
        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(unchanged.header("ETag")).isEqualTo(fresh.header("ETag"));
      }
    }

    @Test
    void probesAfreshWhereNoAgeWillDo() {
      try (LoopbackPeer peer = ftp()) {
        String path =
            "/api/v1/fingerprints/127.0.0.1/%d?protocols=ftp&maxAge=PT0S".formatted(peer.port());
        caller.get(path);

        Caller.Reply again = caller.get(path);

        assertThat(again.json().path("cached").asBoolean()).isFalse();
        assertThat(again.header("Cache-Control")).contains("max-age=0");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]", "::1", "%5B::1%5D"})
    void takesAddressesOfVersion6(String host) {
      String answer =
          caller.raw("GET /api/v1/fingerprints/%s/1?effort=quick HTTP/1.0\r\n\r\n".formatted(host));

      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"host\":\"::1\"");
    }
  }

  @Nested
  class Knowledge {

    @Test
    void namesWhatIsRecognised() {
      JsonNode page = caller.get("/api/v1/probes").json();

      assertThat(page.propertyNames()).containsExactly("items", "nextCursor");
      assertThat(page.path("items").values())
          .extracting(probe -> probe.path("name").asString())
          .contains("ftp", "skype-udp")
          .doesNotHaveDuplicates();
    }

    @Test
    void listsSignaturesInPages() {
      List<String> ids = new ArrayList<>();
      String cursor = "";
      do {
        JsonNode page =
            caller.get("/api/v1/signatures?protocol=ftp&source=own&limit=7" + cursor).json();
        assertThat(page.path("items").size()).isBetween(1, 7);
        page.path("items")
            .forEach(
                one -> {
                  ids.add(one.path("id").asString());
                  assertThat(one.path("protocol").asString()).isEqualTo("ftp");
                  assertThat(one.path("source").asString()).isEqualTo("own");
                  assertThat(one.path("pattern").asString()).isNotEmpty();
                });
        cursor =
            page.path("nextCursor").isNull()
                ? null
                : "&cursor=" + page.path("nextCursor").asString();
      } while (cursor != null);
      assertThat(ids).hasSizeGreaterThan(7).contains("ftp/vsftpd").doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void documentsEveryKindOfProblem(ProblemType type) {
      Caller.Reply page = caller.get(type.uri());

      assertThat(page.status()).isEqualTo(200);
      assertThat(page.text("type")).isEqualTo(type.uri());
      assertThat(page.text("meaning")).isNotBlank();
      assertThat(page.text("remedy")).isNotBlank();
    }
  }

  @Nested
  class Refusals {

    private static final String JOB = "/api/v1/jobs/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f";
    private static final String LOOKUP = "/api/v1/fingerprints/127.0.0.1/80";

    record Row(String method, String path, String body, int status, String type, String field) {}

    static List<Row> table() {
      return List.of(
          new Row("POST", "/api/v1/jobs", "{\"targets\": [", 400, "malformed-json", ""),
          new Row("POST", "/api/v1/jobs", "{'targets': []}", 400, "malformed-json", ""),
          new Row("POST", "/api/v1/jobs", "[]", 400, "malformed-json", ""),
          new Row("POST", "/api/v1/jobs", "null", 400, "malformed-json", ""),
          new Row("POST", "/api/v1/jobs", "{} {}", 400, "malformed-json", ""),
          new Row("POST", "/api/v1/jobs", "{\"prots\": \"1\"}", 400, "unknown-field", "prots"),
          new Row("POST", "/api/v1/jobs", "{\"targets\": \"x\"}", 400, "invalid-value", "targets"),
          new Row("POST", "/api/v1/jobs", "{\"ports\": {}}", 400, "invalid-value", "ports"),
          job("\"targets\": [null]", 400, "invalid-value", "targets[0]"),
          job("\"targets\": [\"127.0.0.1\"]", 400, "invalid-target", "ports"),
          job("\"targets\": [\"127.0.0.1\"], \"ports\": \"0\"", 400, "invalid-target", "ports"),
          job("\"targets\": [\"a b\"], \"ports\": \"1\"", 400, "invalid-target", "targets[0]"),
          job("\"endpoints\": [\"127.0.0.1\"]", 400, "invalid-target", "endpoints[0]"),
          job("\"endpoints\": [\"192.0.2.1:80\"]", 403, "out-of-scope", "endpoints[0]"),
          job("\"endpoints\": [\"no.such.invalid:1\"]", 422, "unresolvable-host", "endpoints[0]"),
          one("\"exclude\": [\"127.0.0.1\"]", 400, "invalid-target", "exclude"),
          one("\"exclude\": [\"::1\", \"a b\"]", 400, "invalid-target", "exclude[1]"),
          one("\"exclude\": [\" \"]", 400, "invalid-value", "exclude[0]"),
          one("\"exclude\": \"::1\"", 400, "invalid-value", "exclude"),
          one("\"exclude\": [\"no.such.invalid\"]", 422, "unresolvable-host", "exclude[0]"),
          one("\"allAddresses\": \"perhaps\"", 400, "invalid-value", "allAddresses"),
          one("\"allAddresses\": []", 400, "invalid-value", "allAddresses"),
          job("\"targets\": [\"::1\"], \"ports\": \"U:top-1000\"", 400, "invalid-target", "ports"),
          job("\"targets\": [\"::1\"], \"ports\": \"top-5\"", 400, "invalid-target", "ports"),
          new Row("POST", "/api/v1/jobs?dryRun=1", "{}", 400, "invalid-value", "dryRun"),
          new Row("POST", "/api/v1/jobs?dryrun=true", "{}", 400, "unknown-parameter", "'dryrun'"),
          new Row(
              "POST",
              "/api/v1/jobs?dryRun=true",
              "{\"endpoints\": [\"192.0.2.1:80\"]}",
              403,
              "out-of-scope",
              "endpoints[0]"),
          new Row(
              "POST",
              "/api/v1/jobs?dryRun=true",
              "{\"endpoints\": [\"127.0.0.1:1\"], \"protocols\": [\"no-such\"]}",
              400,
              "unknown-protocol",
              "protocols"),
          one("\"effort\": \"NORMAL\"", 400, "invalid-value", "effort"),
          new Row(
              "POST",
              "/api/v1/exchanges",
              "{\"endpoint\": \"127.0.0.1:1\", \"turns\": [{}]}",
              403,
              "exchanges-off",
              ""),
          one("\"order\": \"random\"", 400, "invalid-value", "order"),
          one("\"priority\": \"urgent\"", 400, "invalid-value", "priority"),
          one("\"identify\": \"no\"", 400, "invalid-value", "identify"),
          one("\"maxAge\": \"5m\"", 400, "invalid-value", "maxAge"),
          one("\"maxAge\": \"PT-1S\"", 400, "invalid-value", "maxAge"),
          one("\"maxAge\": \"PT99999999H\"", 400, "invalid-value", "maxAge"),
          one("\"deadline\": \"PT0S\"", 400, "invalid-value", "deadline"),
          one("\"deadline\": \"PT25H\"", 400, "invalid-value", "deadline"),
          one("\"protocols\": [\"no-such\"]", 400, "unknown-protocol", "protocols"),
          one("\"webhook\": {\"url\": \"http://127.0.0.1/\"}", 403, "webhooks-off", "webhook"),
          new Row("GET", "/api/v1/jobs?limit=0", "", 400, "invalid-value", "limit"),
          new Row("GET", "/api/v1/jobs?limit=501", "", 400, "invalid-value", "limit"),
          new Row("GET", "/api/v1/signatures?limit=1001", "", 400, "invalid-value", "limit"),
          new Row("GET", "/api/v1/signatures?source=mine", "", 400, "invalid-value", "source"),
          new Row("GET", "/api/v1/signatures?cursor=!", "", 400, "invalid-cursor", "cursor"),
          new Row("GET", "/api/v1/jobs?limit=ten", "", 400, "invalid-value", "limit"),
          new Row("GET", "/api/v1/jobs?state=done", "", 400, "invalid-value", "state"),
          new Row("GET", "/api/v1/jobs?cursor=x", "", 400, "invalid-cursor", "cursor"),
          new Row("GET", "/api/v1/jobs?limt=1", "", 400, "unknown-parameter", "'limt'"),
          new Row("GET", "/api/v1/jobs/7", "", 400, "invalid-value", "id"),
          new Row("GET", "/api/v1/jobs/1-1-1-1-1", "", 400, "invalid-value", "id"),
          new Row("GET", JOB, "", 404, "no-such-job", ""),
          new Row("DELETE", JOB, "", 404, "no-such-job", ""),
          new Row("GET", JOB + "/fingerprints", "", 404, "no-such-job", ""),
          new Row("GET", JOB + "/fingerprints?limit=1001", "", 400, "invalid-value", "limit"),
          new Row("GET", JOB + "/fingerprints?state=OPEN", "", 400, "invalid-value", "state"),
          new Row("GET", "/api/v1/fingerprints/127.0.0.1/0", "", 400, "invalid-value", "port"),
          new Row("GET", "/api/v1/fingerprints/127.0.0.1/http", "", 400, "invalid-value", "port"),
          new Row("GET", "/api/v1/fingerprints/a_b..c/80", "", 400, "invalid-target", "host"),
          new Row("GET", "/api/v1/fingerprints/192.0.2.1/80", "", 403, "out-of-scope", "host"),
          new Row("GET", LOOKUP + "?transport=sctp", "", 400, "invalid-value", "transport"),
          new Row("GET", LOOKUP + "?maxAge=soon", "", 400, "invalid-value", "maxAge"),
          new Row("GET", LOOKUP + "?effort=all", "", 400, "invalid-value", "effort"),
          new Row(
              "GET", LOOKUP + "?protocols=ftp,no-such", "", 400, "unknown-protocol", "protocols"),
          new Row("GET", "/nothing", "", 404, "no-such-path", ""),
          new Row("GET", "/error", "", 404, "no-such-path", ""),
          new Row("GET", "/problems/nothing", "", 404, "no-such-path", ""),
          new Row("PUT", "/api/v1/jobs", "{}", 405, "method-not-allowed", ""),
          new Row("BREW", "/api/v1/jobs", "", 405, "method-not-allowed", ""));
    }

    private static Row job(String members, int status, String type, String field) {
      return new Row("POST", "/api/v1/jobs", "{" + members + "}", status, type, field);
    }

    private static Row one(String member, int status, String type, String field) {
      return job("\"endpoints\": [\"127.0.0.1:1\"], " + member, status, type, field);
    }

    @ParameterizedTest
    @MethodSource("table")
    void nameWhatIsWrong(Row row) {
      Caller.Reply reply =
          caller.send(row.method(), row.path(), row.body(), "Content-Type", "application/json");

      assertProblem(reply, row.status(), row.type(), row.field());
      assertThat(reply.text("instance")).isEqualTo(URI.create(row.path()).getPath());
    }

    @Test
    void sayWhereTheJsonIsBroken() {
      Caller.Reply reply = caller.post("/api/v1/jobs", "{\n  \"targets\": [}\n");

      assertThat(reply.json().path("line").asInt()).isEqualTo(2);
      assertThat(reply.json().path("column").asInt()).isPositive();
      assertThat(reply.text("detail")).startsWith("line 2, column ");
    }

    @Test
    void listWhatWouldBeKnown() {
      assertThat(caller.post("/api/v1/jobs", "{\"prots\": 1}").json().path("known").values())
          .extracting(JsonNode::asString)
          .contains("ports", "targets");
      assertThat(
              caller
                  .get("/api/v1/fingerprints/127.0.0.1/1?protocols=x")
                  .json()
                  .path("known")
                  .values())
          .extracting(JsonNode::asString)
          .contains("ftp", "skype");
    }

    @Test
    void sayWhichMethodsThereAre() {
      assertThat(caller.send("PUT", "/api/v1/jobs", "{}").header("Allow").split(", ?"))
          .contains("GET", "POST");
    }

    @Test
    void nameTheMediaTypes() {
      assertProblem(
          caller.send("POST", "/api/v1/jobs", "x", "Content-Type", "text/plain"),
          415,
          "unsupported-media-type",
          "");
      assertProblem(caller.get("/api/v1/jobs", "Accept", "text/html"), 406, "not-acceptable", "");
      assertProblem(caller.get("/api/v1/probes", "Accept", "image/png"), 406, "not-acceptable", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e4", "\t", ""})
    void idempotencyKeysArePrintable(String key) {
      String answer =
          caller.raw(
              "POST /api/v1/jobs HTTP/1.0\r\nContent-Type: application/json\r\nIdempotency-Key:%s\r\nContent-Length: 2\r\n\r\n{}"
                  .formatted(key));

      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"field\":\"Idempotency-Key\"");
    }

    static List<String> whatTheContainerRefuses() {
      String host = "Host: localhost\r\n";
      return List.of(
          "GET /a b HTTP/1.1\r\n" + host + "\r\n",
          "GET /\"<> HTTP/1.1\r\n" + host + "\r\n",
          "GET /%zz HTTP/1.1\r\n" + host + "\r\n",
          "GET /api/v1/fingerprints/10.0.0.0%2F8/80 HTTP/1.1\r\n"
              + host
              + "Connection: close\r\n\r\n",
          "GET /api/../../x HTTP/1.1\r\n" + host + "\r\n",
          "GET /api/v1/jobs;a=b HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
          "GET /api/v1/jobs?limit=%zz HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
          "GET /actuator/health?format=%zz HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
          "GET /api/v1/jobs HTTP/1.1\r\n\r\n",
          "GET /api/v1/jobs HTTP/1.1\r\nHost: a b\r\n\r\n",
          "GET /api/v1/jobs HTTP/1.1\r\n" + host + "A: " + "a".repeat(20_000) + "\r\n\r\n",
          "POST /api/v1/jobs HTTP/1.1\r\n"
              + host
              + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "\u0016\u0003\u0001 no HTTP at all\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("whatTheContainerRefuses")
    void areProblemsEvenBeforeTheApplication(String request) {
      assertThat(caller.raw(request))
          .startsWith("HTTP/1.1 400 ")
          .contains("Content-Type: application/problem+json")
          .contains("\"type\":\"/problems/bad-request\"")
          .doesNotContain("<html", "Exception", "org.apache", "\tat ");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"evil.example", "192.0.2.1:8080", "localhost.evil.example", "[2001:db8::1]"})
    void guardAgainstRebinding(String host) {
      String answer =
          caller.raw(
              "GET /actuator/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host));

      assertThat(answer).startsWith("HTTP/1.1 421 ").contains("/problems/foreign-host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.8.9.1", "[::1]:80", "a.localhost"})
    void takeLoopbackNames(String host) {
      String answer =
          caller.raw(
              "GET /api/v1/probes HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host));

      assertThat(answer).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void keepOtherSitesPagesOut() {
      Caller.Reply reply = caller.get("/api/v1/probes", "Sec-Fetch-Site", "cross-site");

      assertProblem(reply, 403, "cross-site", "Sec-Fetch-Site");
      assertThat(caller.get("/api/v1/probes", "Sec-Fetch-Site", "same-origin").status())
          .isEqualTo(200);
    }
  }

  @Nested
  class Surroundings {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/actuator/health/liveness",
          "/actuator/health/readiness",
          "/actuator/info",
          "/actuator/metrics",
          "/actuator/prometheus",
          "/swagger-ui/index.html",
          "/v3/api-docs"
        })
    void areThere(String path) {
      assertThat(caller.get(path).status()).isEqualTo(200);
    }

    @Test
    void headersAreSane() {
      Caller.Reply reply = caller.get("/api/v1/probes");

      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("X-Frame-Options")).isEqualTo("DENY");
      assertThat(reply.header("Content-Security-Policy")).contains("default-src 'none'");
      assertThat(reply.header("Set-Cookie")).isEmpty();
      assertThat(reply.header("Server")).isEmpty();
    }
  }

  private static void assertProblem(Caller.Reply reply, int status, String type, String field) {
    assertThat(reply.body()).isNotEmpty();
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.text("type")).as(reply.body()).isEqualTo("/problems/" + type);
    assertThat(reply.status()).isEqualTo(status).isEqualTo(reply.json().path("status").asInt());
    assertThat(reply.text("field")).as(reply.body()).isEqualTo(field);
    assertThat(reply.text("title")).isNotBlank();
    assertThat(reply.text("detail")).isNotBlank().doesNotContain("io.portprint.", "tools.jackson");
    assertThat(reply.text("remedy")).isNotBlank();
  }
}
