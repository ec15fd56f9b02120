package io.portprint.signature;

import io.portprint.signature.Shelf.Tried;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * How long a subject takes, behind the index and with all signatures tried in turn. The subjects
 * match nothing: then both have to come to the end. Not part of the build; the median is the line
 * {@code p0.50} of what this prints:
 *
 * <pre>./mvnw -Dspotless.check.skip -Dtest=SignatureBenchmark test</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignatureBenchmark {

  private static final Path OPERATORS_FILE = Path.of("/usr/share/nmap/nmap-service-probes");

  /** The own book alone, or with the probe file of this machine, as one shelf. */
  @Param({"own"})
  public String book = "own";

  @Param({"banner", "page"})
  public String subject = "banner";

  private Shelf<Tried> shelf = new Shelf<>(List.of(), new LongAdder());
  private String text = "";

  @Test
  void run() throws Exception {
    String[] books =
        Files.exists(OPERATORS_FILE) ? new String[] {"own", "operator"} : new String[] {"own"};
    new Runner(
            new OptionsBuilder()
                .include(SignatureBenchmark.class.getName())
                .param("book", books)
                .forks(1)
                .jvmArgs("-Xmx512m")
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(3)
                .measurementTime(TimeValue.seconds(1))
                .build())
        .run();
  }

  @Setup
  public void read() {
    List<Tried> rules = new ArrayList<>(YamlSignatureBook.ofClassPath().rules());
    if (book.equals("operator")) {
      NmapBook.read(OPERATORS_FILE)
          .shelves()
          .values()
          .forEach(operators -> rules.addAll(operators.rules()));
    }
    shelf = new Shelf<>(rules, new LongAdder());
    text = subject.equals("banner") ? banner() : page();
  }

  @Benchmark
  public Optional<String> indexed() {
    return shelf.first(text, (rule, _) -> rule.id());
  }

  @Benchmark
  public Optional<String> inTurn() {
    return shelf.firstInTurn(text, (rule, _) -> rule.id());
  }

  /** Under a kibibyte. */
  private static String banner() {
    return "%% Zwischenablage 4.2 bereit auf zettel.example, "
        + "Knoten 17 von 40, bitte sprechen ".repeat(20)
        + "\r\n";
  }

  /** Four kibibytes of a page. */
  private static String page() {
    String head =
        """
        ZZZP/7.1 bereit\r
        Ablage: Zettelkasten\r
        Laenge: 4000\r
        \r
        <zettel><kopf>Ablage</kopf><text class="breit">
        """;
    String line =
        "<p id=\"z%d\">Zettel %d liegt im <b>Kasten</b>, <a href=\"/z/%d\">oben</a></p>\n";
    StringBuilder page = new StringBuilder(head);
    for (int number = 0; page.length() < 4096; number++) {
      page.append(line.formatted(number, number, number));
    }
    return page.substring(0, 4096);
  }
}
