package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTest {

  @Test
  void textsAndValuesAreEscaped() {
    assertThat(new Html().element("p", "<b>&\"'", "class", "\" onclick='x'><").end())
        .isEqualTo(
            "<!DOCTYPE html>\n"
                + "<p class=\"&quot;"
                + " onclick=&#39;x&#39;&gt;&lt;\">&lt;b&gt;&amp;&quot;&#39;</p>\n");
  }

  @Test
  void whatCannotBeSeenIsWritten() {
    assertThat(Html.escaped("a\0\u202e\ud800\ufffe\r\n\t\u00e4\ud83d\ude00"))
        .isEqualTo("a\\u{0}\\u{202e}\\u{d800}\\u{fffe}\\u{d}\n\t\u00e4\ud83d\ude00");
  }

  @Test
  void whatIsOpenIsClosed() {
    assertThat(new Html().open("ul").open("li").empty("br").end())
        .isEqualTo("<!DOCTYPE html>\n<ul><li><br/></li></ul>\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "p onclick", "p>", "1", "-", "\u00e4"})
  void namesAreNames(String name) {
    assertThatThrownBy(() -> new Html().open(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Html().empty("br", name, ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"</style><script>", "a{content:\"&amp;\"}"})
  void aStyleSheetEndsWhereItEnds(String sheet) {
    assertThatThrownBy(() -> new Html().style(sheet)).isInstanceOf(IllegalArgumentException.class);
  }
}
