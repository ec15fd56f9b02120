package io.portprint.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.detect.MessageTemplate.MalformedTemplateException;
import io.portprint.fingerprint.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTemplateTest {

  private static Bytes fill(String template) throws MalformedTemplateException {
    return MessageTemplate.parse(template).fill(new Random(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "01 02ff | 0102ff",
        "\"a\\r\\n\\x00\\\"\\\\\" 7a | 610d0a00225c7a",
        "{zeros:3} 01 | 00000001",
        "aa {length:2} \"abc\" | aa0003616263",
        "aa {length-le:4} 01 | aa0100000001",
        "{total:1} 00 00 | 030000",
        "{total-le:2} 00 | 030000",
        // the example of RFC 1071, section 3: the sum is ddf2, its complement 220d
        "0001 f203 f4f5 f6f7 {checksum} | 0001f203f4f5f6f7220d",
        // the check value of CRC-32
        "\"123456789\" {crc32} | 313233343536373839cbf43926",
        "\"123456789\" {crc32-le} | 3132333435363738392639f4cb"
      })
  void makesTheBytesThatItSays(String template, String expected) throws Exception {
    assertThat(fill(template)).isEqualTo(Bytes.hex(expected));
  }

  @Test
  void fillsRandomSlotsAnewEachTime() throws Exception {
    MessageTemplate template = MessageTemplate.parse("ab {random:8} cd");
    Random random = new Random(1);
    Bytes one = template.fill(random);
    Bytes other = template.fill(random);

    assertThat(one.length()).isEqualTo(10).isEqualTo(template.size());
    assertThat(one).isNotEqualTo(other);
    assertThat(one.toArray()).startsWith(0xab).endsWith(0xcd);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "0",
        "0g",
        "\"open",
        "\"\\q\"",
        "{random}",
        "{random:0}",
        "{random:99999}",
        "{length:3}",
        "{lenght:2}",
        "{random:16384} 00",
        "{",
        "{random:1"
      })
  void saysWhatIsWrong(String template) {
    assertThatThrownBy(() -> MessageTemplate.parse(template))
        .isInstanceOf(MalformedTemplateException.class)
        .message()
        .isNotBlank();
  }

  @FuzzTest
  void isReadOrRefused(byte[] input) {
    try {
      MessageTemplate template =
          MessageTemplate.parse(new String(input, StandardCharsets.ISO_8859_1));
      assertThat(template.fill(new Random(1)).length())
          .isEqualTo(template.size())
          .isBetween(1, MessageTemplate.MOST_BYTES);
    } catch (MalformedTemplateException e) {
      assertThat(e).message().isNotBlank();
    }
  }
}
