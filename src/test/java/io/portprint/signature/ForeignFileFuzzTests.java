package io.portprint.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.signature.ForeignRegex.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What reads an operator's files takes any file for what it is, or says why not. */
class ForeignFileFuzzTests {

  private static final String ANSWER = "220 demo 1.2 ready\r\n";

  @FuzzTest(maxDuration = "30s")
  void probeFiles(byte[] input) {
    try {
      NmapBook book = NmapBook.of("fuzz", Bytes.of(input).latin1());
      assertThat(book.probes()).isNotEmpty();
      book.probes().forEach(probe -> book.match(probe, Bytes.latin1(ANSWER)));
    } catch (SignatureException told) {
      assertThat(told).hasMessageContaining("fuzz");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void recogFiles(byte[] input) {
    try {
      RecogBook book = RecogBook.of(Map.of("fuzz.xml", input));
      book.signatures().forEach(one -> book.match(one.field(), Bytes.latin1(ANSWER)));
    } catch (SignatureException told) {
      assertThat(told).hasMessageContaining("fuzz");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void patterns(byte[] input) {
    String source = new String(input, StandardCharsets.ISO_8859_1);
    for (Dialect dialect : Dialect.values()) {
      try {
        Pattern pattern = ForeignRegex.compile(source, dialect, 0, new HashMap<>());
        assertThat(pattern.flags() & Pattern.UNIX_LINES).isNotZero();
      } catch (PatternSyntaxException told) {
        assertThat(told.getDescription()).isNotBlank();
      }
    }
  }
}
