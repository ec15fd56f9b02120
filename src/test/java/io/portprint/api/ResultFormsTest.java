package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portprint.testing.LoopbackPeer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The forms in which the running service gives out a job's results. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ResultFormsTest {

  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  private static LoopbackPeer ftp() {
    return LoopbackPeer.tcp(connection -> Exports.ftp(connection, "220 (vsFTPd 3.0.3)\r\n"));
  }

  private static LoopbackPeer silent() {
    return LoopbackPeer.tcp(LoopbackPeer::waitForEnd);
  }

  private static String request(int... ports) {
    List<String> names = new java.util.ArrayList<>();
    for (int one : ports) {
      names.add("\"127.0.0.1:%d/tcp\"".formatted(one));
    }
    return "{\"endpoints\": [%s], \"protocols\": [\"ftp\"]}".formatted(String.join(",", names));
  }

  /** The results of a job that has ended. */
  private String done(int... ports) {
    Caller.Reply reply = caller.post("/api/v1/jobs", request(ports), "Prefer", "wait=60");
    assertThat(reply.text("state")).isEqualTo("completed");
    return reply.header("Location") + "/fingerprints";
  }

  @Nested
  class Csv {

    @Test
    void holdsARowForEachResult() {
      try (LoopbackPeer peer = ftp()) {
        String results = done(peer.port(), LoopbackPeer.closedPort());

        Caller.Reply reply = caller.get(results, "Accept", "text/csv");

        assertThat(reply.header("Content-Type").split(";"))
            .containsExactlyInAnyOrder("text/csv", "charset=UTF-8", "header=present");
        assertThat(reply.header("Content-Disposition"))
            .matches("attachment; filename=\"portprint-[0-9a-f-]{36}\\.csv\"");
        List<List<String>> rows = Exports.readCsv(reply.body());
        assertThat(rows).hasSize(2);
        assertThat(String.join(",", rows.get(0)) + "\r\n").isEqualTo(FingerprintCsv.HEADER);
        assertThat(rows.get(1).subList(0, 8))
            .containsExactly(
                "127.0.0.1",
                "127.0.0.1",
                Integer.toString(peer.port()),
                "tcp",
                "open",
                "ftp",
                "vsFTPd",
                "3.0.3");
      }
    }

    @Test
    void closedEndpointsAreHeldOnRequest() {
      int closed = LoopbackPeer.closedPort();
      String results = done(closed);

      assertThat(Exports.readCsv(caller.get(results + "?format=csv").body())).hasSize(1);
      assertThat(Exports.readCsv(caller.get(results + "?format=csv&state=closed").body()).get(1))
          .contains(Integer.toString(closed), "closed");
      assertThat(
              Exports.readCsv(caller.get(results + "?format=csv&state=closed&protocol=ftp").body()))
          .hasSize(1);
    }

    @Test
    void showsWhatIsThereBeforeTheJobEnds() {
      try (LoopbackPeer quick = ftp();
          LoopbackPeer slow = silent()) {
        String job =
            caller.post("/api/v1/jobs", request(quick.port(), slow.port())).header("Location");

        HttpResponse<Stream<String>> response =
            caller.lines(job + "/fingerprints", "Accept", "text/csv");
        try (Stream<String> lines = response.body()) {
          Iterator<String> iterator = lines.iterator();
          assertThat(iterator.next()).startsWith("host,address,port,");
          assertThat(iterator.next()).startsWith("127.0.0.1,127.0.0.1," + quick.port() + ",tcp,");
          caller.send("DELETE", job, "");
          iterator.forEachRemaining(line -> assertThat(line).startsWith("127.0.0.1,"));
        }
        assertThat(caller.get(job).text("state")).isEqualTo("cancelled");
      }
    }
  }

  @Nested
  class Xml {

    @Test
    void isWhatNmapsDefinitionAllows() throws Exception {
      try (LoopbackPeer peer = ftp()) {
        int closed = LoopbackPeer.closedPort();
        String results = done(peer.port(), closed);

        Caller.Reply reply = caller.get(results, "Accept", "application/xml");

        assertThat(reply.header("Content-Type")).isEqualTo("application/xml");
        assertThat(reply.header("Content-Disposition"))
            .matches("attachment; filename=\"portprint-[0-9a-f-]{36}\\.xml\"");
        Document document = document(reply);
        Element service = (Element) document.getElementsByTagName("service").item(0);
        assertThat(service.getAttribute("name")).isEqualTo("ftp");
        assertThat(service.getAttribute("product")).isEqualTo("vsFTPd");
        assertThat(attribute(document, "port", "portid")).isEqualTo(Integer.toString(peer.port()));
        assertThat(attribute(document, "extrareasons", "ports"))
            .isEqualTo(Integer.toString(closed));
        assertThat(attribute(document, "finished", "exit")).isEqualTo("success");
        assertThat(service.getElementsByTagName("cpe").item(0).getTextContent())
            .startsWith("cpe:/a:vsftpd");
        assumeTrue(
            Files.exists(Path.of("/usr/share/nmap/nmap.dtd")),
            "Nmap's definition is absent: nmap-common is not installed");
        NmapXmlTest.validate(reply.body().getBytes(StandardCharsets.UTF_8));
      }
    }

    @Test
    void holdsWhatIsThereWhileTheJobRuns() {
      try (LoopbackPeer quick = ftp();
          LoopbackPeer slow = silent()) {
        String job =
            caller.post("/api/v1/jobs", request(quick.port(), slow.port())).header("Location");
        HttpResponse<Stream<String>> response = caller.lines(job + "/fingerprints?format=ndjson");
        try (Stream<String> lines = response.body()) {
          Iterator<String> iterator = lines.iterator();
          assertThat(iterator.next()).contains("vsFTPd");

          Document running = document(caller.get(job + "/fingerprints?format=xml"));
          caller.send("DELETE", job, "");
          iterator.forEachRemaining(line -> assertThat(line).isNotEmpty());

          assertThat(attribute(running, "port", "portid"))
              .isEqualTo(Integer.toString(quick.port()));
          assertThat(running.getElementsByTagName("finished").item(0).getAttributes())
              .matches(attributes -> attributes.getNamedItem("exit") == null);
        }
        Document cut = document(caller.get(job + "/fingerprints?format=xml"));
        assertThat(attribute(cut, "finished", "exit")).isEqualTo("error");
        assertThat(attribute(cut, "finished", "errormsg")).isEqualTo("cancelled by the client");
      }
    }

    @Test
    void hostsOfWhichAllIsClosedAreListedToo() {
      String results =
          caller
                  .post(
                      "/api/v1/jobs",
                      "{\"targets\": [\"127.8.0.0/29\"], \"ports\": \"9-11\"}",
                      "Prefer",
                      "wait=60")
                  .header("Location")
              + "/fingerprints";

      Document document = document(caller.get(results, "Accept", "application/xml"));

      assertThat(document.getElementsByTagName("host").getLength()).isEqualTo(8);
      assertThat(attribute(document, "extraports", "count")).isEqualTo("3");
      assertThat(attribute(document, "hosts", "up")).isEqualTo("8");
      assertThat(attribute(document, "hosts", "total")).isEqualTo("8");
      assertThat(attribute(document, "scaninfo", "services")).isEqualTo("9-11");
    }

    private static Document document(Caller.Reply reply) {
      return Exports.readXml(reply.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String attribute(Document document, String element, String name) {
      return ((Element) document.getElementsByTagName(element).item(0)).getAttribute(name);
    }
  }

  @Nested
  class Choice {

    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '`',
        delimiter = '|',
        value = {
          "|*/*|application/json",
          "||application/json",
          "|" + BROWSER + "|application/json",
          "|application/json, text/csv;q=0.5|application/json",
          "|application/json;q=0.5, text/csv|text/csv",
          "|application/*;q=0.1, text/csv;q=0.2|text/csv",
          "|text/xml, application/xml|application/xml",
          "?format=json|text/csv|application/json",
          "?format=json|application/xml|application/json",
          "?format=csv|" + BROWSER + "|text/csv",
          "?format=xml|" + BROWSER + "|application/xml",
          "?format=ndjson|application/json|application/x-ndjson"
        })
    void followsTheParameterThenTheHeader(String query, String accept, String mediaType) {
      String path = done(LoopbackPeer.closedPort()) + (query == null ? "" : query);

      Caller.Reply reply = accept == null ? caller.get(path) : caller.get(path, "Accept", accept);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Type").replaceFirst(";.*", "")).isEqualTo(mediaType);
    }

    @Test
    void noHeaderAtAllMeansPages() {
      String path = done(LoopbackPeer.closedPort());

      assertThat(caller.raw("GET " + path + " HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Type: application/json");
    }

    @ParameterizedTest
    @CsvSource({
      "?format=yaml, application/json, 400, invalid-value, format",
      "?format=CSV, text/csv, 400, invalid-value, format",
      "?format=csv&limit=1, */*, 400, unknown-parameter, 'limit'",
      "?format=xml&state=open, */*, 400, unknown-parameter, 'state'",
      "?format=csv&state=OPEN, */*, 400, invalid-value, state",
      "?limit=1, text/html, 406, not-acceptable, ''"
    })
    void isRefusedWhereThereIsNone(
        String query, String accept, int status, String type, String field) {
      Caller.Reply reply = caller.get(done(LoopbackPeer.closedPort()) + query, "Accept", accept);

      assertThat(reply.status()).as(reply.body()).isEqualTo(status);
      assertThat(reply.text("type")).isEqualTo("/problems/" + type);
      assertThat(reply.text("field").replace("'", "")).isEqualTo(field.replace("'", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "xml", "ndjson"})
    void refusalsAreProblems(String format) {
      String path = "/api/v1/jobs/%s/fingerprints?format=" + format;

      Caller.Reply missing = caller.get(path.formatted("0198f3c2-7b1e-7cc3-98c4-dc0c0c07398f"));
      Caller.Reply malformed = caller.get(path.formatted("7"));

      assertThat(missing.status()).isEqualTo(404);
      assertThat(missing.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(missing.text("type")).isEqualTo("/problems/no-such-job");
      assertThat(missing.header("Content-Disposition")).isEmpty();
      assertThat(malformed.status()).isEqualTo(400);
    }

    @Test
    void otherCallsHaveNone() {
      assertThat(caller.get("/api/v1/jobs?format=json").text("type"))
          .isEqualTo("/problems/unknown-parameter");
      assertThat(caller.get("/api/v1/jobs", "Accept", BROWSER).status()).isEqualTo(200);
      assertThat(caller.get("/swagger-ui/index.html", "Accept", BROWSER).header("Content-Type"))
          .startsWith("text/html");
    }
  }
}
