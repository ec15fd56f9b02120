package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.protocol.HttpInquiries.Inquiry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpInquiriesTests {

  private static List<String> after(String response) {
    HttpMessage message = HttpMessage.parse(Bytes.latin1(response)).orElseThrow();
    return HttpInquiries.own().after(message, null).stream().map(Inquiry::id).toList();
  }

  @Test
  void askEtcdForItsVersion() {
    assertThat(
            after("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\n404 page not found\n"))
        .containsExactly("etcd-version");
  }

  @Test
  void askNothingOfAServerThatNamesItself() {
    assertThat(after("HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n404 page not found\n"))
        .isEmpty();
  }

  @Test
  void askABareAnswerForATracker() {
    assertThat(after("HTTP/1.0 404 Not Found\r\n\r\n")).containsExactly("tracker-announce");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "inquiries: []",
        "other: 1",
        "inquiries: [{id: a, when: {status: [404]}, ask: no-slash, field: x}]",
        "inquiries: [{id: a, when: {status: [404]}, ask: \"/a\\r\\nb\", field: x}]",
        "inquiries: [{id: a, when: {status: [many]}, ask: /a, field: x}]",
        "inquiries: [{id: a, when: {}, ask: /a, field: x}]",
        "inquiries: [{id: a, when: {odd: 1}, ask: /a, field: x}]",
        "inquiries: [{id: a, when: {status: [404]}, ask: /a}]",
        "inquiries: [{id: A b, when: {status: [404]}, ask: /a, field: x}]",
        "inquiries: {",
      })
  void areReadStrictly(String yaml) {
    assertThatThrownBy(() -> HttpInquiries.read(yaml)).isInstanceOf(IllegalArgumentException.class);
  }
}
