package io.portprint.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://receiver.example/",
        "HTTP://receiver.example:65535/a/b?c=d&e=%20",
        "http://192.0.2.1",
        "http://[2001:db8::1]:8080/x",
        "http://xn--rksmrgs-5wao1o.example/"
      })
  void takesWhatCanBePostedTo(String text) {
    assertThat(WebhookUrl.parse(text).uri()).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "receiver.example",
        "//receiver.example/",
        "ftp://receiver.example/",
        "file:///etc/passwd",
        "jar:http://receiver.example/!/",
        "http:receiver.example",
        "http:///path",
        "http://",
        "http://user@receiver.example/",
        "http://user:word@receiver.example/",
        "http://@receiver.example/",
        "http://receiver.example:0/",
        "http://receiver.example:65536/",
        "http://receiver.example:99999999999/",
        "http://receiver.example:x/",
        "http://receiver.example/#part",
        "http://receiver.example/a b",
        "http://receiver.example/\r\nX: y",
        "http://receiver.example/\u00e4",
        "http://r\u00e4ceiver.example/",
        "http://a_b/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x/",
        "http://1.",
        "http://127.0.0.1./",
        "http://receiver.0xa/",
        "http://0x7f.0.0.1/",
        "http://127.0.0.256/",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://receiver.example\\@127.0.0.1/"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> WebhookUrl.parse(text))
        .isInstanceOf(WebhookException.Malformed.class)
        .hasMessageStartingWith("it");
  }

  @Test
  void isBounded() {
    String longest = "http://h/" + "a".repeat(WebhookUrl.LONGEST - 9);

    assertThat(WebhookUrl.parse(longest).uri()).hasToString(longest);
    assertThatThrownBy(() -> WebhookUrl.parse(longest + "a"))
        .isInstanceOf(WebhookException.Malformed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http://192.0.2.1/, 192.0.2.1",
    "http://[::1]:80/, 0:0:0:0:0:0:0:1",
    "http://[::ffff:192.0.2.1]/, 192.0.2.1",
    "http://receiver.example/, ''",
    "http://receiver.example./, ''",
    "http://1.2.3.example/, ''",
    "http://localhost/, ''",
    "http://3com/, ''",
    "http://0xyz/, ''"
  })
  void knowsAddressesFromNames(String text, String address) {
    assertThat(WebhookUrl.parse(text).address().map(one -> one.getHostAddress()).orElse(""))
        .isEqualTo(address);
  }

  @Test
  void keepsTheQueryToItself() {
    WebhookUrl url = WebhookUrl.parse("https://receiver.example:8443/in/box?token=hunter2");

    assertThat(url).hasToString("https://receiver.example:8443/in/box");
    assertThat(url.place()).isEqualTo("https://receiver.example:8443");
    assertThat(url).isNotEqualTo(WebhookUrl.parse("https://receiver.example:8443/in/box?token="));
  }
}
