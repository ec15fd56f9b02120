package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Captures over HTTP. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"portprint.captures.max-size=1MB", "portprint.captures.max-bytes=8MB"})
class CaptureTest {

  private static final String CAPTURES = "/api/v1/captures";
  private static final String SEEDS = "/io/portprint/capture/CaptureFuzzTestsInputs/file/";

  @LocalServerPort private int port;
  private Caller caller;

  @BeforeEach
  void connect() {
    caller = new Caller(port);
  }

  private static byte[] seed(String name) throws IOException {
    try (InputStream stream = CaptureTest.class.getResourceAsStream(SEEDS + name)) {
      assertThat(stream).isNotNull();
      return stream.readAllBytes();
    }
  }

  private Caller.Reply post(byte[] body, String type) {
    return caller.send(
        caller
            .request(CAPTURES, "Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private Caller.Reply upload(byte[] file) {
    return post(file, "application/octet-stream");
  }

  private static byte[] form(String... namesAndContents) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      form.append("--edge\r\nContent-Disposition: form-data; name=\"")
          .append(namesAndContents[i])
          .append("\"; filename=\"a.pcap\"\r\n\r\n")
          .append(namesAndContents[i + 1])
          .append("\r\n");
    }
    return form.append("--edge--\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** A raw IPv4 segment of a server at port 2222, after which the sequence number is unknown. */
  private static byte[] said(String text) {
    byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer packet = ByteBuffer.allocate(40 + data.length);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity()).putInt(0);
    packet.put((byte) 64).put((byte) 6).putShort((short) 0);
    packet.put(new byte[] {(byte) 192, 0, 2, 2, (byte) 192, 0, 2, 1});
    packet.putShort((short) 2222).putShort((short) 40_000).putInt(7).putInt(9);
    return packet.put((byte) 0x50).put((byte) 16).position(40).put(data).array();
  }

  private static byte[] pcap(byte[]... packets) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
    file.writeBytes(
        header.putInt(0xa1b2c3d4).putInt(0x20004).position(16).putInt(65_535).putInt(101).array());
    for (byte[] packet : packets) {
      ByteBuffer record = ByteBuffer.allocate(16);
      file.writeBytes(
          record.putInt(100).putInt(5).putInt(packet.length).putInt(packet.length).array());
      file.writeBytes(packet);
    }
    return file.toByteArray();
  }

  /** A SYN from the client, so that who speaks first is the server. */
  private static byte[] syn() {
    byte[] packet = said("");
    System.arraycopy(new byte[] {(byte) 192, 0, 2, 1, (byte) 192, 0, 2, 2}, 0, packet, 12, 8);
    ByteBuffer.wrap(packet).position(20).putShort((short) 40_000).putShort((short) 2222);
    packet[33] = 2;
    return packet;
  }

  @Test
  void isReadAsABodyAndAsAForm() throws IOException {
    byte[] file = seed("pcap-little");
    for (Caller.Reply reply :
        List.of(
            upload(file),
            post(file, "application/vnd.tcpdump.pcap"),
            post(form("file", latin1(file)), "multipart/form-data; boundary=edge"))) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(201);
      assertThat(reply.header("Location")).isEqualTo(CAPTURES + "/" + reply.text("id"));
      JsonNode capture = caller.get(reply.header("Location")).json();
      assertThat(capture).isEqualTo(reply.json());
      assertThat(capture.path("format").asString()).isEqualTo("pcap");
      assertThat(capture.path("linkTypes").path(0).asString()).isEqualTo("RAW");
      assertThat(capture.path("size").asInt()).isEqualTo(file.length);
      assertThat(capture.path("packets").asInt()).isEqualTo(6);
      assertThat(capture.path("flows").asInt()).isEqualTo(2);
      assertThat(capture.path("firstPacketAt").asString()).isEqualTo("1970-01-01T00:00:01.000005Z");
      assertThat(capture.path("damage")).isEmpty();
    }
  }

  @Test
  void itsFlowsAreToldWithTheirTurns() {
    String capture = upload(pcap(syn(), said("SSH-2.0-OpenSSH_9.6\r\n"))).header("Location");

    JsonNode flow = caller.get(capture + "/flows").json().path("items").path(0);
    JsonNode turns = caller.get(capture + "/flows/1?bytes=3").json();

    assertThat(flow.path("number").asInt()).isEqualTo(1);
    assertThat(flow.path("transport").asString()).isEqualTo("tcp");
    assertThat(flow.at("/client/address").asString()).isEqualTo("192.0.2.1");
    assertThat(flow.at("/server/port").asInt()).isEqualTo(2222);
    assertThat(flow.path("firstSpeaker").asString()).isEqualTo("server");
    assertThat(flow.path("protocol").asString()).isEqualTo("ssh");
    assertThat(flow.path("confidence").asDouble()).isBetween(0.5, 0.99);
    assertThat(flow.path("details").isObject()).isTrue();
    assertThat(turns.path("flow")).isEqualTo(flow);
    JsonNode turn = turns.path("items").path(0);
    assertThat(turn.path("speaker").asString()).isEqualTo("server");
    assertThat(turn.path("length").asInt()).isEqualTo(21);
    assertThat(turn.path("truncated").asBoolean()).isTrue();
    assertThat(Base64.getDecoder().decode(turn.path("payload").asString()))
        .isEqualTo("SSH".getBytes(StandardCharsets.US_ASCII));
    assertThat(turn.path("hex").asString()).startsWith("5353482d322e30");
    assertThat(turn.path("text").asString()).isEqualTo("SSH-2.0-OpenSSH_9.6\\r\\n");
    assertThat(turn.path("entropy").asDouble()).isBetween(3.0, 4.5);
  }

  @Test
  void itsFlowsComeInPagesAndByWhatIsAskedFor() throws IOException {
    String flows = upload(seed("pcap-little")).header("Location") + "/flows";

    JsonNode first = caller.get(flows + "?limit=1").json();
    JsonNode second =
        caller.get(flows + "?limit=1&cursor=" + first.path("nextCursor").asString()).json();

    assertThat(first.at("/items/0/number").asInt()).isEqualTo(1);
    assertThat(second.at("/items/0/number").asInt()).isEqualTo(2);
    assertThat(second.path("nextCursor").isNull()).isTrue();
    assertThat(numbers(flows + "?transport=udp")).containsExactly(1);
    assertThat(numbers(flows + "?transport=tcp")).containsExactly(2);
    assertThat(numbers(flows + "?port=40000")).containsExactly(2);
    assertThat(numbers(flows + "?port=53")).containsExactly(1);
    assertThat(numbers(flows + "?protocol=ssh")).isEmpty();
  }

  private List<Integer> numbers(String path) {
    List<Integer> numbers = new ArrayList<>();
    caller.get(path).json().path("items").forEach(flow -> numbers.add(flow.path("number").asInt()));
    return numbers;
  }

  @Test
  void canBeDeleted() throws IOException {
    String capture = upload(seed("empty")).header("Location");

    assertThat(caller.send("DELETE", capture, "").status()).isEqualTo(204);

    Caller.Reply gone = caller.get(capture);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.text("type")).isEqualTo("/problems/no-such-capture");
    assertThat(caller.send("DELETE", capture, "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "?limit=0, 400, invalid-value, limit",
    "?limit=501, 400, invalid-value, limit",
    "?transport=sctp, 400, invalid-value, transport",
    "?port=65536, 400, invalid-value, port",
    "?cursor=x, 400, invalid-cursor, cursor",
    "?prot=tcp, 400, unknown-parameter, 'prot'",
    "/0, 400, invalid-value, number",
    "/x, 400, invalid-value, number",
    "/3, 404, no-such-flow, ",
    "/1?bytes=65537, 400, invalid-value, bytes",
    "/1?limit=101, 400, invalid-value, limit",
    "/1?cursor=x, 400, invalid-cursor, cursor"
  })
  void whatCantBeReadIsRefusedByName(String path, int status, String type, String field)
      throws IOException {
    Caller.Reply reply =
        caller.get(upload(seed("pcap-little")).header("Location") + "/flows" + path);

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.text("type")).isEqualTo("/problems/" + type);
    assertThat(reply.text("field").replace("'", "")).isEqualTo(field == null ? "" : field);
  }

  @Test
  void whatIsNoCaptureIsRefused() {
    Caller.Reply reply = upload("<html>".getBytes(StandardCharsets.US_ASCII));

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.text("type")).isEqualTo("/problems/not-a-capture");
    assertThat(reply.text("field")).isEqualTo("file");
    assertThat(reply.text("reason")).contains("3c68746d");
    assertThat(reply.text("remedy")).contains("pcapng");
    assertThat(upload(new byte[0]).text("type")).isEqualTo("/problems/not-a-capture");
  }

  @Test
  void aFormOfAnotherShapeIsRefused() throws IOException {
    String file = latin1(seed("empty"));
    String form = "multipart/form-data; boundary=edge";

    assertThat(post(form("capture", file), form).text("type")).isEqualTo("/problems/unknown-field");
    assertThat(post(form("file", file, "file", file), form).text("reason"))
        .contains("further part");
    assertThat(post(form(), form).status()).isEqualTo(400);
    assertThat(post(new byte[0], form).status()).isEqualTo(400);
    assertThat(post(form("file", file), "multipart/form-data").status()).isEqualTo(400);
    byte[] cut = form("file", file);
    assertThat(post(Arrays.copyOf(cut, cut.length - 10), form).text("type"))
        .isEqualTo("/problems/bad-request");
    assertThat(post(Arrays.copyOf(cut, 20), form).status()).isEqualTo(400);
    assertThat(post(form("file", file), "text/plain").text("type"))
        .isEqualTo("/problems/unsupported-media-type");
    assertThat(caller.post(CAPTURES, "{}").status()).isEqualTo(415);
  }

  /** Within what is read without hurry after a refusal, so that the client hears it. */
  @ParameterizedTest
  @ValueSource(ints = {(1 << 20) + 1, (1 << 20) + 70_000})
  void aFileThatIsTooLargeIsRefused(int size) throws IOException {
    byte[] file = Arrays.copyOf(seed("empty"), size);

    for (Caller.Reply reply :
        List.of(
            upload(file),
            post(form("file", latin1(file)), "multipart/form-data; boundary=edge"),
            caller.send(
                caller
                    .request(CAPTURES, "Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(file)))
                    .build()))) {
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.text("type")).isEqualTo("/problems/capture-too-large");
      assertThat(reply.json().path("limit").asLong()).isBetween(1L << 20, (1L << 20) + 65_536);
    }
  }

  @Test
  void jobsAreBoundAsBefore() {
    Caller.Reply reply = caller.post("/api/v1/jobs", "{}" + " ".repeat(8 << 20));

    assertThat(reply.text("type")).isEqualTo("/problems/body-too-large");
  }

  /** A hundred variants: each is read as far as it can be, or refused for a reason. */
  @Test
  void whatIsCutOffOrCorruptedNeverFails() throws IOException {
    Random random = new Random(1);
    int read = 0;
    for (String name : List.of("pcap-big-nano", "pcapng-two-sections")) {
      byte[] whole = seed(name);
      for (int i = 0; i < 50; i++) {
        byte[] file = Arrays.copyOf(whole, i % 2 == 0 ? whole.length * i / 50 : whole.length);
        for (int flips = i % 2 * (1 + i % 7); flips > 0; flips--) {
          file[random.nextInt(file.length)] = (byte) random.nextInt();
        }
        Caller.Reply reply = upload(file);
        assertThat(reply.status()).as(reply.body()).isIn(201, 422);
        if (reply.status() == 201) {
          read++;
          String capture = reply.header("Location");
          for (JsonNode flow : caller.get(capture + "/flows").json().path("items")) {
            String path = capture + "/flows/" + flow.path("number").asInt();
            assertThat(caller.get(path).status()).isEqualTo(200);
          }
          assertThat(caller.send("DELETE", capture, "").status()).isEqualTo(204);
        } else {
          assertThat(reply.text("type")).isEqualTo("/problems/not-a-capture");
          assertThat(reply.text("reason")).isNotBlank();
        }
      }
    }
    assertThat(read).isGreaterThan(60);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp.pcap, ftp",
    "ftp_failed.pcap, ftp",
    "smtp.pcap, smtp",
    "imap.pcap, imap",
    "http.pcapng, http",
    "stun.pcap, stun"
  })
  void protocolsOfRealTrafficAreRecognised(String file, String protocol) throws IOException {
    Path path = Path.of("../shared/captures", file);
    assumeTrue(Files.isRegularFile(path), "no captures beside the checkout");

    String capture = upload(Files.readAllBytes(path)).header("Location");

    assertThat(numbers(capture + "/flows?protocol=" + protocol)).isNotEmpty();
  }

  /** See src/test/resources/io/portprint/probe/protocol/skype-acknowledgements.txt. */
  @Test
  void skypesNodesAreFoundInRealTraffic() throws IOException {
    Path path = Path.of("../shared/captures/SkypeIRC.cap");
    assumeTrue(Files.isRegularFile(path), "no captures beside the checkout");
    String capture = upload(Files.readAllBytes(path)).header("Location");

    List<JsonNode> flows =
        List.copyOf(
            caller.get(capture + "/flows?protocol=skype&limit=500").json().path("items").values());
    List<byte[]> answers = new ArrayList<>();
    for (JsonNode flow : flows) {
      answers.addAll(
          acknowledgements(
              caller.get(capture + "/flows/" + flow.path("number").asInt() + "?limit=100").json()));
    }

    assertThat(answers).hasSize(37);
    assertThat(answers).filteredOn(answer -> (answer[2] & 0x0f) == 5).hasSize(35);
    assertThat(answers).filteredOn(answer -> (answer[2] & 0x0f) == 7).hasSize(2);
    assertThat(flows).hasSize(19).allMatch(flow -> flow.path("transport").asString().equals("udp"));
    assertThat(flows)
        .filteredOn(flow -> flow.at("/client/address").asString().equals("192.168.1.2"))
        .hasSize(16)
        .allSatisfy(
            flow -> {
              assertThat(flow.at("/details/observedClientAddress").asString())
                  .isEqualTo("86.128.245.115");
              assertThat(flow.path("confidence").asDouble()).isEqualTo(0.5);
            });
    assertThat(flows)
        .filteredOn(flow -> flow.at("/server/address").asString().equals("192.168.1.2"))
        .hasSize(3)
        .allSatisfy(
            flow -> {
              assertThat(flow.at("/details/observedClientAddress").asString())
                  .isEqualTo(flow.at("/client/address").asString());
              assertThat(flow.path("confidence").asDouble()).isEqualTo(0.6);
            });
  }

  /** The server's datagrams of eleven bytes that echo two of a datagram before. */
  private static List<byte[]> acknowledgements(JsonNode turns) {
    List<byte[]> answers = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (JsonNode turn : turns.path("items")) {
      String hex = turn.path("hex").asString();
      if (turn.path("speaker").asString().equals("client")) {
        ids.add(hex.substring(0, 4));
      } else if (turn.path("length").asInt() == 11 && ids.contains(hex.substring(0, 4))) {
        answers.add(Base64.getDecoder().decode(turn.path("payload").asString()));
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bittorrent_utp.pcap",
        "dns_fragmented.pcap",
        "dnscrypt_skype_false_positive.pcapng",
        "ftp.pcap",
        "http_ipv6.pcap",
        "ip_fragmented_garbage.pcap",
        "sip.pcap",
        "stun.pcap"
      })
  void skypeIsFoundInNoOtherTraffic(String file) throws IOException {
    Path path = Path.of("../shared/captures", file);
    assumeTrue(Files.isRegularFile(path), "no captures beside the checkout");

    String capture = upload(Files.readAllBytes(path)).header("Location");

    assertThat(caller.get(capture).json().path("flows").asInt()).isPositive();
    assertThat(numbers(capture + "/flows?protocol=skype")).isEmpty();
  }
}
