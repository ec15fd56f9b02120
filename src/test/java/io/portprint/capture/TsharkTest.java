package io.portprint.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Transport;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Agreement with {@code tshark} (Debian's package of that name) on real captures: the same
 * conversations, and the same payload in the same directions.
 */
class TsharkTest {

  private static List<String> tshark(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("tshark"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(new File("/dev/null"))
            .start();
    try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
      return lines.toList();
    }
  }

  private static boolean isInstalled() {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
  }

  @TestFactory
  Stream<DynamicTest> readsTheSame() {
    assumeTrue(isInstalled(), "no tshark (apt-get install --no-install-recommends tshark)");
    return SharedCaptures.all().stream()
        .map(
            file ->
                dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      Capture.Content content = SharedCaptures.read(file);
                      datagrams(file, content);
                      streams(file, content);
                    }));
  }

  /** Both ends and the payload of every datagram, in the order of the file. */
  private static void datagrams(Path file, Capture.Content content) throws IOException {
    Map<String, List<String>> theirs = new LinkedHashMap<>();
    for (String line :
        tshark(
            "-r",
            file.toString(),
            "-Y",
            "udp && !icmp && !icmpv6",
            "-T",
            "fields",
            "-E",
            "occurrence=f",
            "-e",
            "udp.stream",
            "-e",
            "ip.src",
            "-e",
            "ipv6.src",
            "-e",
            "udp.srcport",
            "-e",
            "udp.payload")) {
      String[] field = line.split("\t", -1);
      theirs
          .computeIfAbsent(field[0], _ -> new ArrayList<>())
          .add(field[1] + field[2] + " " + field[3] + " " + field[4]);
    }

    List<List<String>> ours =
        flows(content, Transport.UDP)
            .map(
                flow ->
                    flow.turns().stream()
                        .map(turn -> end(flow, turn) + " " + turn.payload().hex())
                        .toList())
            .toList();

    assertThat(ours).containsExactlyElementsOf(theirs.values());
  }

  private static String end(Flow flow, Turn turn) {
    Peer peer = turn.speaker() == Speaker.CLIENT ? flow.client() : flow.server();
    return peer.addressText() + " " + peer.port();
  }

  /** Both ends of every connection, and what each side said in all. */
  private static void streams(Path file, Capture.Content content) throws IOException {
    List<Flow> ours = flows(content, Transport.TCP).toList();
    // it takes garbage behind an IP header for a segment, where the length of the header can't be
    String filter = "tcp.hdr_len >= 20 && !icmp";
    List<String> numbers =
        tshark("-r", file.toString(), "-Y", filter, "-T", "fields", "-e", "tcp.stream").stream()
            .distinct()
            .toList();
    assertThat(ours).hasSameSizeAs(numbers);
    List<String> command = new ArrayList<>(List.of("-r", file.toString(), "-q"));
    numbers.forEach(number -> command.addAll(List.of("-z", "follow,tcp,raw," + number)));
    List<Map<String, String>> theirs = new ArrayList<>();
    List<String> nodes = new ArrayList<>();
    for (String line : tshark(command.toArray(String[]::new))) {
      if (line.startsWith("Node ")) {
        if (line.startsWith("Node 0")) {
          nodes.clear();
          theirs.add(new LinkedHashMap<>());
        }
        String node = line.substring(8);
        nodes.add(node);
        theirs.getLast().put(node, "");
      } else if (line.matches("\t?[0-9a-f]+")) {
        String node = nodes.get(line.startsWith("\t") ? 1 : 0);
        theirs.getLast().merge(node, line.strip(), String::concat);
      }
    }

    assertThat(ours.stream().map(TsharkTest::bySide).toList())
        .containsExactlyInAnyOrderElementsOf(theirs);
  }

  private static Map<String, String> bySide(Flow flow) {
    Map<String, String> sides = new LinkedHashMap<>();
    for (Speaker speaker : Speaker.values()) {
      Peer peer = speaker == Speaker.CLIENT ? flow.client() : flow.server();
      Bytes all = Bytes.EMPTY;
      for (Turn turn : flow.turns()) {
        if (turn.speaker() == speaker) {
          all = all.plus(turn.payload());
        }
      }
      String address =
          peer.addressText().contains(":") ? "[" + peer.addressText() + "]" : peer.addressText();
      sides.put(address + ":" + peer.port(), all.hex());
    }
    return sides;
  }

  private static Stream<Flow> flows(Capture.Content content, Transport transport) {
    return content.flows().stream().filter(flow -> flow.transport() == transport);
  }
}
