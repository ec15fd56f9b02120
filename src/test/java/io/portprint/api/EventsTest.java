package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.portprint.PortprintApplication;
import io.portprint.testing.LoopbackPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Streams of events over HTTP, read through sockets. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "portprint.events.heartbeat=100ms",
      "portprint.events.max-streams-per-client=100",
      "server.tomcat.connection-timeout=2s"
    })
class EventsTest {

  private static final String REST_OF_JOB =
      "\"protocols\": [\"ftp\"], \"effort\": \"thorough\", \"maxAge\": \"PT0S\"";

  @LocalServerPort private int port;
  @Autowired private MeterRegistry meters;
  private final List<LoopbackPeer> peers = new ArrayList<>();
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  @AfterEach
  void nothingIsLeft() {
    await().until(() -> openStreams() == 0);
    peers.forEach(LoopbackPeer::close);
  }

  private double openStreams() {
    return meters.get("portprint.events.streams").gauge().value();
  }

  /** The port of a peer that says so much and hangs up. */
  private int talker(String greeting) {
    peers.add(LoopbackPeer.tcp(connection -> LoopbackPeer.say(connection, greeting)));
    return peers.getLast().port();
  }

  /** The port of a peer that keeps a job running. */
  private int silent() {
    peers.add(LoopbackPeer.tcp(LoopbackPeer::waitForEnd));
    return peers.getLast().port();
  }

  /** Where the job is that looks at some ports. */
  private String submit(IntStream ports) {
    List<String> endpoints = ports.mapToObj("\"127.0.0.1:%d\""::formatted).toList();
    Caller.Reply reply =
        caller.post(
            "/api/v1/jobs",
            "{\"endpoints\": [%s], %s}".formatted(String.join(",", endpoints), REST_OF_JOB));
    assertThat(reply.status()).as(reply.body()).isEqualTo(202);
    return reply.header("Location");
  }

  /** A job that finds so many, and goes on until it is cancelled. */
  private String running(int found) {
    return submit(
        IntStream.concat(
            IntStream.range(0, found).map(_ -> talker("220 ready\r\n")), IntStream.of(silent())));
  }

  /** A job that has found so many, and ended. */
  private String ended(int found) {
    String job = submit(IntStream.range(0, found).map(_ -> talker("220 ready\r\n")));
    await().until(() -> caller.get(job).text("state").equals("completed"));
    return job;
  }

  private void cancel(String job) {
    caller.send("DELETE", job, "");
  }

  private long done(String job) {
    return caller.get(job).json().at("/counts/done").asLong();
  }

  private EventReader read(String job, String... headers) {
    return new EventReader(port, job + "/events", headers);
  }

  private static List<String> ids(int from, int to, String... more) {
    return Stream.concat(
            IntStream.rangeClosed(from, to).mapToObj(Integer::toString), Stream.of(more))
        .toList();
  }

  @Nested
  class Telling {

    @Test
    void beginsAtOnceWithTheProgressAndEndsWithTheJob() {
      String job = running(1);
      try (EventReader events = read(job)) {
        EventReader.Event progress = events.next("progress");
        EventReader.Event found = events.next("fingerprint");
        cancel(job);
        EventReader.Event end = events.next("end");

        assertThat(events.head())
            .startsWith("HTTP/1.1 200 ")
            .contains("Content-Type: text/event-stream\n", "X-Accel-Buffering: no\n");
        assertThat(progress.id()).isNull();
        assertThat(progress.data().propertyNames()).containsExactly("counts", "rate", "timeLeft");
        assertThat(progress.data().at("/counts/endpoints").asInt()).isEqualTo(2);
        assertThat(found.id()).isEqualTo("1");
        assertThat(found.data().at("/state").asString()).isEqualTo("open");
        assertThat(found.data()).isEqualTo(caller.get(job + "/fingerprints").json().at("/items/0"));
        assertThat(end.id()).isEqualTo("end");
        assertThat(end.data()).isEqualTo(caller.get(job).json());
        assertThat(end.data().path("state").asString()).isEqualTo("cancelled");
        assertThat(events.next()).isNull();
      }
    }

    @Test
    void aSlowReaderLosesNothing() {
      String job = running(40);
      try (EventReader events = read(job)) {
        List<String> seen = new ArrayList<>();
        seen.add(events.next("fingerprint").id());
        await().until(() -> done(job) == 40);
        for (int i = 0; i < 20; i++) {
          // one at a time, whatever has come meanwhile
          assertThat(done(job)).isEqualTo(40);
          seen.add(events.next("fingerprint").id());
        }
        cancel(job);
        await().until(() -> caller.get(job).text("state").equals("cancelled"));
        seen.addAll(events.ids());

        // the last is the silent one, which was cut off
        assertThat(seen).isEqualTo(ids(1, 41, "end"));
      }
    }

    @Test
    void sendsHeartbeatsWhereNothingHappens() {
      String job = running(0);
      try (EventReader events = read(job)) {
        events.next("progress");

        for (int i = 0; i < 3; i++) {
          assertThat(events.next()).isEqualTo(new EventReader.Event(null, null, null));
        }
      }
      cancel(job);
    }

    @Test
    void aHundredReadersAtOnceAreAllToldEverything() {
      String job = running(30);
      List<EventReader> readers = IntStream.range(0, 100).mapToObj(_ -> read(job)).toList();
      assertThat(openStreams()).isEqualTo(100);

      try (EventReader oneMore = read(job)) {
        assertThat(oneMore.head()).startsWith("HTTP/1.1 429 ").contains("Retry-After: ");
      }
      List<CompletableFuture<List<String>>> told =
          readers.stream()
              .map(
                  reader -> {
                    CompletableFuture<List<String>> ids = new CompletableFuture<>();
                    Thread.ofVirtual().start(() -> ids.complete(reader.ids()));
                    return ids;
                  })
              .toList();
      await().until(() -> done(job) == 30);
      cancel(job);

      for (CompletableFuture<List<String>> one : told) {
        assertThat(one.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(ids(1, 31, "end"));
      }
      readers.forEach(EventReader::close);
    }

    @Test
    void tellsOnlyWhatIsAskedForUnderTheSameIds() {
      int other = talker("SSH-2.0-x\r\n");
      String job =
          submit(IntStream.of(talker("220 FTP ready\r\n"), other, talker("220 FTP ready\r\n")));
      await().until(() -> caller.get(job).text("state").equals("completed"));
      List<String> wanted = new ArrayList<>();
      List<JsonNode> all = new ArrayList<>();
      try (EventReader events = read(job)) {
        for (int i = 0; i < 3; i++) {
          EventReader.Event event = events.next("fingerprint");
          all.add(event.data());
          if (event.data().at("/service/protocol").asString("").equals("ftp")) {
            wanted.add(event.id());
          }
        }
      }
      wanted.add("end");

      try (EventReader events = new EventReader(port, job + "/events?state=open&protocol=ftp")) {
        assertThat(events.ids()).isEqualTo(wanted);
      }
      try (EventReader events = new EventReader(port, job + "/events?state=filtered")) {
        assertThat(events.ids()).containsExactly("end");
      }
      assertThat(all).hasSize(3);
    }

    @Test
    void aShutdownEndsStreams() {
      ConfigurableApplicationContext service =
          SpringApplication.run(
              PortprintApplication.class,
              "--server.port=0",
              "--portprint.engine.shutdown-grace=10ms");
      int itsPort = service.getEnvironment().getRequiredProperty("local.server.port", int.class);
      String job =
          new Caller(itsPort)
              .post(
                  "/api/v1/jobs",
                  "{\"endpoints\": [\"127.0.0.1:%d\"], %s}".formatted(silent(), REST_OF_JOB))
              .header("Location");
      try (EventReader events = new EventReader(itsPort, job + "/events")) {
        events.next("progress");
        Thread.ofPlatform().start(service::close);

        assertThat(events.next("end").data().path("ending").asString())
            .isEqualTo("the service was shut down");
        assertThat(events.next()).isNull();
      }
    }
  }

  @Nested
  class Resuming {

    @Test
    void goesOnExactlyAfterTheLastEventThatWasSeen() {
      String job = running(12);
      List<String> seen = new ArrayList<>();
      try (EventReader events = read(job)) {
        for (int i = 0; i < 5; i++) {
          seen.add(events.next("fingerprint").id());
        }
      }
      try (EventReader events = read(job, "Last-Event-ID", seen.getLast())) {
        for (int i = 0; i < 4; i++) {
          seen.add(events.next("fingerprint").id());
        }
      }
      await().until(() -> done(job) == 12);
      cancel(job);
      try (EventReader events =
          new EventReader(port, job + "/events?lastEventId=" + seen.getLast())) {
        seen.addAll(events.ids());
      }

      assertThat(seen).isEqualTo(ids(1, 13, "end"));
    }

    @Test
    void worksAfterTheEndToo() {
      String job = ended(4);

      try (EventReader events = read(job, "Last-Event-ID", "2")) {
        assertThat(events.ids()).isEqualTo(ids(3, 4, "end"));
      }
      try (EventReader events = read(job, "Last-Event-ID", "4")) {
        assertThat(events.ids()).containsExactly("end");
      }
      try (EventReader events = read(job, "Last-Event-ID", "0")) {
        assertThat(events.ids()).isEqualTo(ids(1, 4, "end"));
      }
    }

    @Test
    void theHeaderComesBeforeTheParameter() {
      String job = ended(3);

      try (EventReader events =
          new EventReader(port, job + "/events?lastEventId=1", "Last-Event-ID", "2")) {
        assertThat(events.ids()).containsExactly("3", "end");
      }
    }

    @Test
    void afterTheEndThereIsNothingMore() {
      String job = ended(1);

      Caller.Reply reply = caller.get(job + "/events", "Last-Event-ID", "end");

      assertThat(reply.status()).isEqualTo(204);
      assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "x",
          "-1",
          "+1",
          "1.0",
          "1e3",
          " ",
          "0x1",
          "1,2",
          "END",
          "2",
          "2147483648",
          "999999999999999999",
          "1000000000000000000",
          "99999999999999999999999"
        })
    void refusesAnIdThatWasNeverGiven(String id) {
      String job = ended(1);

      Caller.Reply reply = caller.get(job + "/events", "Last-Event-ID", id);

      assertThat(reply.status()).as(reply.body()).isEqualTo(400);
      assertThat(reply.text("type")).isEqualTo("/problems/invalid-value");
      assertThat(reply.text("field")).isEqualTo("Last-Event-ID");
    }

    @Test
    void refusesTheEndOfAJobThatHasNotEnded() {
      String job = running(0);

      assertThat(caller.get(job + "/events", "Last-Event-ID", "end").status()).isEqualTo(400);
      cancel(job);
    }
  }

  @Nested
  class Leaving {

    @Test
    void aReaderThatVanishesLeavesNothing() {
      String job = running(1);
      try (EventReader events = read(job)) {
        events.next("progress");
        assertThat(openStreams()).isEqualTo(1);
      }

      await().until(() -> openStreams() == 0);
      assertThat(caller.get(job).text("state")).isEqualTo("running");
      cancel(job);
    }

    @Test
    void aReaderThatReadsNothingIsCutOff() {
      String noise = "\u0001".repeat(8_192);
      // some 16 MB of events, several times what the buffers of a connection hold
      String job = submit(IntStream.range(0, 160).map(_ -> talker(noise)));
      await().atMost(Duration.ofSeconds(60)).until(() -> done(job) == 160);
      try (EventReader events = read(job)) {
        assertThat(events.head()).startsWith("HTTP/1.1 200 ");
        await().until(() -> openStreams() == 1);

        await().atMost(Duration.ofSeconds(60)).until(() -> openStreams() == 0);

        assertThat(events.rest()).contains("event: fingerprint\n").doesNotContain("event: end\n");
      }
    }

    @Test
    void aHeadRequestOpensNothing() {
      String job = running(0);

      Caller.Reply reply = caller.send("HEAD", job + "/events", "");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Type")).isEqualTo("text/event-stream");
      await().until(() -> openStreams() == 0);
      assertThat(caller.get(job).text("state")).isEqualTo("running");
      cancel(job);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "?state=closed, 400, invalid-value, state",
    "?state=OPEN, 400, invalid-value, state",
    "?lastEventId=x, 400, invalid-value, lastEventId",
    "?lastEventId=99, 400, invalid-value, lastEventId",
    "?limit=1, 400, unknown-parameter, 'limit'"
  })
  void refusalsNameWhatIsWrong(String query, int status, String type, String field) {
    String job = ended(1);

    Caller.Reply reply = caller.get(job + "/events" + query);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(reply.text("type")).isEqualTo("/problems/" + type);
    assertThat(reply.text("field").replace("'", "")).isEqualTo(field.replace("'", ""));
  }

  @Test
  void aJobThatIsNotThereIsAProblem() {
    Caller.Reply reply = caller.get("/api/v1/jobs/0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f/events");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text("type")).isEqualTo("/problems/no-such-job");
  }
}
