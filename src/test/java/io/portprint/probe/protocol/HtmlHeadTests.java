package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlHeadTests {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<title>lab</title>|lab",
        "<HTML><TITLE lang='en'>_  A_  B </TITLE>|A B",
        "<title>a &amp; b &lt;c&gt; &#233; &#xe9; &unknown;</title>|a & b <c> é é &unknown;",
        "<title>never closed|never closed",
        "<title></title>|",
        "<title> </title>|",
        "<p>no title</p>|",
        "<title|",
      })
  void title(String page, String expected) {
    assertThat(HtmlHead.title(Bytes.latin1(page.replace("_", "\r\n"))).orElse(null))
        .isEqualTo(expected);
  }

  @Test
  void titleIsCut() {
    assertThat(
            HtmlHead.title(Bytes.latin1("<title>" + "x".repeat(5000) + "</title>")).orElseThrow())
        .hasSize(200);
  }

  @Test
  void titleHoldsNoControls() {
    assertThat(HtmlHead.title(Bytes.latin1("<title>a&#27;[0m&#x202e;b&#0;</title>")))
        .hasValue("a[0mb");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<link rel=\"icon\" href=\"/a/b.png?v=1\">|/a/b.png?v=1",
        "<link href='img/x.ico' rel='shortcut icon'>|/img/x.ico",
        "<link rel=icon href=./x.ico>|/x.ico",
        "<link rel=stylesheet href=a.css><LINK REL=ICON HREF=B.ico>|/B.ico",
        "<link rel=\"apple-touch-icon\" href=\"/a.png\">|",
        "<link rel=\"icon\" href=\"data:,\">|",
        "<link rel=\"icon\" href=\"//192.0.2.1/x.ico\">|",
        "<link rel=\"icon\" href=\"http://192.0.2.1/x.ico\">|",
        "<link rel=\"icon\" href=\"/a b_Host: x\">|",
        "<link rel=\"icon\">|",
        "<p>none</p>|",
      })
  void iconPath(String page, String expected) {
    assertThat(HtmlHead.iconPath(Bytes.latin1(page.replace("_", "\r\n"))).orElse(null))
        .isEqualTo(expected);
  }
}
