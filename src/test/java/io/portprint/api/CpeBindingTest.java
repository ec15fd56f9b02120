package io.portprint.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpeBindingTest {

  /** Those with a vendor of "foo" or "hp" are the examples of NISTIR 7695, 6.1.2.4. */
  @ParameterizedTest
  @CsvSource({
    "cpe:2.3:a:vsftpd_project:vsftpd:3.0.3:*:*:*:*:*:*:*, cpe:/a:vsftpd_project:vsftpd:3.0.3",
    "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*, cpe:/o:linux:linux_kernel",
    "cpe:2.3:a:x:y:1\\:2\\/3:-:*:*:*:*:*:*, cpe:/a:x:y:1%3a2%2f3:-",
    "cpe:2.3:a:foo\\\\bar:big\\$money_2010:*:*:*:*:special:ipod_touch:80gb:*,"
        + " cpe:/a:foo%5cbar:big%24money_2010:::~~special~ipod_touch~80gb~",
    "cpe:2.3:a:hp:openview_network_manager:7.51:*:*:*:*:linux:*:*,"
        + " cpe:/a:hp:openview_network_manager:7.51::~~~linux~~",
    "cpe:2.3:a:microsoft:internet_explorer:8.\\*:sp?:*:*:*:*:*:*,"
        + " cpe:/a:microsoft:internet_explorer:8.%2a:sp%01",
    "cpe:2.3:a:x:y*:*:*:*:en:*:*:*:*, cpe:/a:x:y%02::::en"
  })
  void namesAreWrittenAsUris(String formatted, String uri) {
    assertThat(CpeBinding.uri(formatted)).hasValue(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cpe:/a:x:y",
        "cpe:2.3:a:x:y",
        "cpe:2.3:b:x:y:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:x:y z:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*\\"
      })
  void whatIsNoNameIsLeftOut(String text) {
    assertThat(CpeBinding.uri(text)).isEmpty();
  }
}
