package io.portprint.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Whatever a client names, and whatever a receiver answers. */
class WebhookFuzzTests {

  @FuzzTest
  void url(byte[] input) {
    WebhookUrl url;
    try {
      url = WebhookUrl.parse(new String(input, StandardCharsets.UTF_8));
    } catch (WebhookException.Malformed refusal) {
      assertThat(refusal.getMessage()).isNotBlank();
      return;
    }
    Optional<InetAddress> address = url.address();
    String host = url.uri().getHost();
    assertThat(url.uri().getScheme()).isNotNull();
    assertThat(url.uri().getPort()).isBetween(-1, 65_535);
    assertThat(host).isNotEmpty().doesNotContain("@", "%", "\\", " ");
    if (address.isEmpty()) {
      assertThat(host)
          .matches("([A-Za-z0-9-]+\\.)*[A-Za-z0-9-]+\\.?")
          .doesNotMatch("(.*\\.)?[0-9]+\\.?");
    }
    assertThat(url.toString()).doesNotContain("?", "#", "\r", "\n");
  }

  @FuzzTest
  void retryAfter(byte[] input) {
    RetryAfter.parse(
            new String(input, StandardCharsets.ISO_8859_1), Instant.parse("2026-01-02T03:04:05Z"))
        .ifPresent(wait -> assertThat(wait.isNegative()).isFalse());
  }
}
