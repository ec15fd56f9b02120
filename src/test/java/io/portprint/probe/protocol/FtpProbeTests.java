package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Span;
import io.portprint.probe.Answer;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.ConversationException;
import io.portprint.probe.Examination;
import io.portprint.probe.Finding;
import io.portprint.probe.Recognition;
import io.portprint.probe.protocol.FtpProbe.Reading;
import io.portprint.signature.SignatureBooks;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FtpProbeTests {

  private static final String VSFTPD_FEAT =
      "211-Features:\r\n"
          + " EPRT\r\n"
          + " EPSV\r\n"
          + " MDTM\r\n"
          + " PASV\r\n"
          + " REST STREAM\r\n"
          + " SIZE\r\n"
          + " TVFS\r\n"
          + "211 End\r\n";
  private static final String PURE_FTPD_GREETING =
      "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n"
          + "220-You are user number 1 of 50 allowed.\r\n"
          + "220 You will be disconnected after 15 minutes of inactivity.\r\n";
  private static final String LOGIN_FIRST = "530 Please login with USER and PASS.\r\n";

  private final FtpProbe probe = new FtpProbe(SignatureBooks.own());

  private static Answer answer(String sent, String received, Ending ending) {
    return new Answer(
        sent.isEmpty() ? Answer.GREETING : "other/opening",
        Bytes.latin1(sent),
        Bytes.latin1(received),
        ending,
        InetAddress.ofLiteral("127.0.0.1"),
        Duration.ofMillis(1));
  }

  private Recognition heard(String received) {
    return probe.recognise(answer("", received, Ending.SILENCE));
  }

  /** In CSV tables, control characters are written as in Java. */
  private static String unescaped(String text) {
    return text.translateEscapes();
  }

  @Nested
  class Read {

    @ParameterizedTest
    @CsvSource({
      "'220 hi\\r\\n', 220, 8",
      "'220 hi\\n', 220, 7",
      "'220\\r\\n', 220, 5",
      "'220 a\\r\\n220 b\\r\\n', 220, 7",
      "'220-a\\r\\n220 b\\r\\n', 220, 14",
      "'220-a\\r\\nb\\r\\n 220 c\\r\\n221 d\\r\\n220 e\\r\\n', 220, 32",
      "'220-a\\r\\n220-b\\r\\n220\\r\\n', 220, 19",
      "'211-x\\n y\\n211 z\\n', 211, 15",
      "'120 wait\\r\\n220 x\\r\\n', 120, 10",
      "'559 x\\r\\n', 559, 7",
      "'220-\\r\\n220 \\r\\n', 220, 12",
    })
    void takesAWholeReply(String stream, int code, int end) {
      String text = unescaped(stream);
      assertThat(FtpProbe.read(text, 0))
          .isEqualTo(new Reading.Whole(code, text.substring(0, end), end));
    }

    @ParameterizedTest
    @CsvSource({
      "'', 0",
      "'2', 0",
      "'22', 0",
      "'220', 220",
      "'220 hi', 220",
      "'220 hi\\r', 220",
      "'220-hi\\r\\n', 220",
      "'220-hi\\r\\n220', 220",
      "'220-hi\\r\\n220 there', 220",
      "'220-hi\\r\\n221 there\\r\\n', 220",
      "'220-hi\\r\\n 220 there\\r\\n', 220",
      "'220-hi\\r\\n220-there\\r\\n', 220",
    })
    void waitsForTheRest(String stream, int code) {
      assertThat(FtpProbe.read(unescaped(stream), 0)).isEqualTo(new Reading.Begun(code));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "x",
          "0",
          "6",
          "62",
          "260 x",
          "22x",
          "2200 x\\r\\n",
          "220x\\r\\n",
          "220+x",
          "-",
          " 220 x",
          "\\r\\n",
          "SSH-2.0-x\\r\\n",
          "HTTP/1.0 200 OK\\r\\n",
          "\\0",
          "220\\0"
        })
    void refusesWhatIsNoReply(String stream) {
      assertThat(FtpProbe.read(unescaped(stream), 0)).isEqualTo(new Reading.Alien());
    }

    @Test
    void beginsAnywhere() {
      assertThat(FtpProbe.read("120 w\r\n220 x\r\n", 7))
          .isEqualTo(new Reading.Whole(220, "220 x\r\n", 14));
    }
  }

  @Nested
  class Recognise {

    @ParameterizedTest
    @CsvSource({
      "'220 (vsFTPd 3.0.3)\\r\\n', vsFTPd, 3.0.3, ",
      "'220 ProFTPD Server (Debian) [::ffff:127.0.0.1]\\r\\n', ProFTPD, , ::ffff:127.0.0.1",
      "'220 ftp.example.com FTP server ready.\\r\\n', , , ftp.example.com",
      "'220 FTP Server ready\\r\\n', , , ",
      "'220 ftp ready\\r\\n', , , ",
      "'220-Hello\\r\\n220-to all\\r\\n220 MyFTPd here\\r\\n', , , ",
      "'220 Our File Transfer Service\\r\\n', , , ",
      "'120 Wait 2 minutes\\r\\n220 (vsFTPd 3.0.3)\\r\\n', vsFTPd, 3.0.3, ",
      "'500 OOPS: vsftpd: refusing to run with writable root inside chroot()\\r\\n', vsFTPd, , ",
    })
    void takesAGreetingThatNamesFtp(String text, String product, String version, String hostname) {
      assertThat(heard(unescaped(text)))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              recognised -> {
                Finding finding = recognised.finding();
                assertThat(finding.protocol()).isEqualTo("ftp");
                assertThat(finding.service().product()).isEqualTo(product);
                assertThat(finding.service().version()).isEqualTo(version);
                assertThat(finding.service().hostname()).isEqualTo(hostname);
                assertThat(finding.confidence()).isBetween(0.7, 0.9);
              });
    }

    @Test
    void tellsWhatProvesIt() {
      assertThat(heard("120 Wait\r\n220 (vsFTPd 3.0.3)\r\n"))
          .isInstanceOfSatisfying(
              Recognition.Recognised.class,
              recognised ->
                  assertThat(recognised.finding().evidence())
                      .singleElement()
                      .satisfies(
                          evidence -> {
                            assertThat(evidence.signature()).isEqualTo("ftp/vsftpd");
                            assertThat(evidence.matched()).containsExactly(new Span(10, 17));
                          }));
    }

    @ParameterizedTest
    @CsvSource({
      "'220 \\r\\n', 0.3",
      "'220\\r\\n', 0.3",
      "'220 Welcome\\r\\n', 0.3",
      "'220 ftp.example.com ready\\r\\n', 0.3",
      "'220 mail@ftp-1.example.com\\r\\n', 0.3",
      "'220-Welcome\\r\\n', 0.15",
      "'2', 0.15",
      "'22', 0.15",
      "'220', 0.15",
      "'220 Wel', 0.15",
      "'120 Wait\\r\\n', 0.15",
      "'421 Too many connections\\r\\n', 0.15",
      "'421 FTP server busy\\r\\n', 0.15",
      "'530 Not welcome\\r\\n', 0.15",
      "'220 FTP and SMTP gateway\\r\\n', 0.15",
    })
    void suspectsWhatOthersSayAsWell(String text, double confidence) {
      assertThat(heard(unescaped(text)))
          .isInstanceOfSatisfying(
              Recognition.Suspected.class,
              suspected -> assertThat(suspected.finding().confidence()).isEqualTo(confidence));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "220 mail.example.com ESMTP Postfix\\r\\n",
          "220 ftp.example.com ESMTP ready\\r\\n",
          "220-mail.example.com\\r\\n220 SMTP\\r\\n",
          "220 mail.example.com LMTP server ready\\r\\n",
          "220 pager.example.com SNPP gateway\\r\\n",
          "220 fax.example.com server (HylaFAX (tm) Version 6.0.6) ready.\\r\\n",
          "220 VMware Authentication Daemon Version 1.10: SSL Required\\r\\n",
          "200 news.example.com NNTP ready\\r\\n",
          "201 no posting\\r\\n",
          "250 FTP\\r\\n",
          "500 FTP\\r\\n",
          "554 no\\r\\n",
          "+OK FTP\\r\\n",
          "* OK FTP\\r\\n",
          "SSH-2.0-FTP\\r\\n",
          "HTTP/1.0 220 FTP\\r\\n\\r\\n",
          "2200 FTP\\r\\n",
        })
    void leavesTheRestToOthers(String text) {
      assertThat(heard(unescaped(text))).isEqualTo(Recognition.MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "2",
          "220",
          "220-FTP",
          "220 FTP",
          "220-FTP server\\r\\n",
          "120 FTP\\r\\n",
          "120-F\\r\\n220 F\\r\\n",
          "42",
          "530 N",
          "220-FTP\\r\\n220"
        })
    void waitsForTheRest(String text) {
      assertThat(probe.recognise(answer("", unescaped(text), Ending.OPEN)))
          .isEqualTo(Recognition.INCOMPLETE);
    }

    @Test
    void doesNotWaitForWhatCannotBecomeAGreeting() {
      assertThat(probe.recognise(answer("", "250-mail", Ending.OPEN)))
          .isEqualTo(Recognition.MISMATCH);
      assertThat(probe.recognise(answer("", "SSH", Ending.OPEN))).isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void takesEveryPrefixOfAGreetingForABeginning() {
      for (int length = 0; length < PURE_FTPD_GREETING.length(); length++) {
        String prefix = PURE_FTPD_GREETING.substring(0, length);
        assertThat(probe.recognise(answer("", prefix, Ending.OPEN)))
            .as(prefix)
            .isEqualTo(Recognition.INCOMPLETE);
      }
      assertThat(probe.recognise(answer("", PURE_FTPD_GREETING, Ending.OPEN)))
          .isInstanceOf(Recognition.Recognised.class);
    }

    @Test
    void takesAnswersToOthersOpenings() {
      String request = "GET / HTTP/1.0\r\n\r\n";
      assertThat(
              probe.recognise(
                  answer(request, "220 (vsFTPd 3.0.3)\r\n" + LOGIN_FIRST, Ending.SILENCE)))
          .isInstanceOf(Recognition.Recognised.class);
      assertThat(probe.recognise(answer(request, "220 Welcome\r\n" + LOGIN_FIRST, Ending.SILENCE)))
          .isInstanceOfSatisfying(
              Recognition.Suspected.class,
              suspected -> assertThat(suspected.finding().confidence()).isEqualTo(0.5));
      assertThat(
              probe.recognise(
                  answer("EHLO a\r\n", "220 Welcome\r\n250-mail\r\n250 HELP\r\n", Ending.SILENCE)))
          .as("250 is what SMTP says to EHLO")
          .isEqualTo(Recognition.MISMATCH);
    }

    @Test
    void doesNotTakeAGreetingWithoutEnd() {
      assertThat(probe.recognise(answer("", "220-FTP\r\n".repeat(120_000), Ending.LIMIT)))
          .isEqualTo(Recognition.MISMATCH);
    }
  }

  @Nested
  class Examine {

    private Examination examine(ScriptedInterview interview) throws ConversationException {
      Finding finding =
          switch (probe.recognise(interview.first())) {
            case Recognition.Recognised(Finding found) -> found;
            case Recognition.Suspected(Finding found) -> found;
            case Recognition.Incomplete _, Recognition.Mismatch _ ->
                throw new AssertionError("detection would not have asked");
          };
      Examination examination = probe.examine(finding, interview);
      assertThat(interview.everyConversationIsClosed()).isTrue();
      assertThat(interview.heard()).noneMatch(line -> line.matches("(?i)(USER|PASS|ACCT).*"));
      return examination;
    }

    private Finding confirmed(ScriptedInterview interview) throws ConversationException {
      return switch (examine(interview)) {
        case Examination.Confirmed(Finding finding, _) -> finding;
        case Examination.Refuted refuted -> throw new AssertionError(refuted.reason());
        case Examination.Layer layer -> throw new AssertionError(layer);
      };
    }

    private Examination.Refuted refuted(ScriptedInterview interview) throws ConversationException {
      return switch (examine(interview)) {
        case Examination.Refuted refuted -> refuted;
        case Examination.Confirmed confirmed -> throw new AssertionError(confirmed);
        case Examination.Layer layer -> throw new AssertionError(layer);
      };
    }

    private static UnaryOperator<String> replies(Map<String, String> byCommand, String otherwise) {
      return line -> byCommand.getOrDefault(line, otherwise);
    }

    private static final UnaryOperator<String> VSFTPD =
        replies(Map.of("FEAT", VSFTPD_FEAT, "QUIT", "221 Goodbye.\r\n"), LOGIN_FIRST);
    private static final UnaryOperator<String> PURE_FTPD =
        replies(
            Map.of(
                "SYST", "215 UNIX Type: L8\r\n",
                "FEAT",
                    "211-Extensions supported:\r\n"
                        + " UTF8\r\n"
                        + " EPRT\r\n"
                        + " AUTH TLS\r\n"
                        + " ESTA\r\n"
                        + " ESTP\r\n"
                        + "211 End.\r\n",
                "NOOP", "200 Zzz...\r\n",
                "HELP",
                    "214-The following SITE commands are recognized\r\n"
                        + " ALIAS\r\n"
                        + "214 Pure-FTPd - http://pureftpd.org/\r\n",
                "AUTH TLS", "234 AUTH TLS OK.\r\n",
                "QUIT", "221 Logout.\r\n"),
            "530 You aren't logged in\r\n");

    @Test
    void asksInTheConversationThatGreeted() throws Exception {
      ScriptedInterview interview = ScriptedInterview.ongoing("220 (vsFTPd 3.0.3)\r\n", VSFTPD);
      Finding finding = confirmed(interview);
      assertThat(finding.service().product()).isEqualTo("vsFTPd");
      assertThat(finding.service().version()).isEqualTo("3.0.3");
      assertThat(finding.confidence()).isEqualTo(0.99);
      assertThat(finding.details())
          .containsEntry(
              "features", List.of("EPRT", "EPSV", "MDTM", "PASV", "REST STREAM", "SIZE", "TVFS"))
          .containsEntry("authTls", false)
          .doesNotContainKey("syst");
      assertThat(finding.tls()).isNull();
      assertThat(finding.evidence())
          .extracting(evidence -> evidence.probe())
          .containsExactly("greeting", "ftp/feat");
      assertThat(interview.conversations()).isEqualTo(1);
      assertThat(interview.heard()).containsExactly("SYST", "FEAT", "AUTH TLS", "QUIT");
    }

    @Test
    void asksInANewConversationWhereThatOneHasEnded() throws Exception {
      ScriptedInterview interview =
          ScriptedInterview.ongoing("220 (vsFTPd 3.0.3)\r\n", VSFTPD).anew();
      assertThat(confirmed(interview).confidence()).isEqualTo(0.99);
      assertThat(interview.conversations()).isEqualTo(1);
    }

    @Test
    void asksAnewWhereTheConversationTurnsOutToHaveEnded() throws Exception {
      int[] asked = {0};
      ScriptedInterview interview =
          ScriptedInterview.ongoing(
              "220 (vsFTPd 3.0.3)\r\n",
              line -> asked[0]++ == 0 ? ScriptedInterview.HANG_UP : VSFTPD.apply(line));
      assertThat(confirmed(interview).confidence()).isEqualTo(0.99);
      assertThat(interview.conversations()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"220 Welcome\r\n", "220\r\n", "220 FTP\r\n", "220 mail.example.com\r\n"})
    void namesTheProductByItsFeatures(String greeting) throws Exception {
      Finding finding = confirmed(ScriptedInterview.ongoing(greeting, VSFTPD));
      assertThat(finding.service().product()).isEqualTo("vsFTPd");
      assertThat(finding.service().version()).isNull();
      assertThat(finding.confidence()).isBetween(0.9, 0.99);
    }

    @Test
    void asksForHelpWhereTheProductIsUnknown() throws Exception {
      UnaryOperator<String> terse =
          line -> line.equals("FEAT") ? "500 what?\r\n" : PURE_FTPD.apply(line);
      ScriptedInterview interview = ScriptedInterview.ongoing("220 Welcome\r\n", terse);
      Finding finding = confirmed(interview);
      assertThat(finding.service().product()).isEqualTo("Pure-FTPd");
      assertThat(finding.details()).containsEntry("syst", "UNIX Type: L8");
      assertThat(interview.heard()).contains("HELP");
    }

    @Test
    void finishesAGreetingThatCameInPieces() throws Exception {
      String inPieces = PURE_FTPD_GREETING.replace("220-You", ScriptedInterview.PAUSE + "220-You");
      Finding finding = confirmed(ScriptedInterview.ongoing(inPieces, PURE_FTPD));
      assertThat(finding.service().product()).isEqualTo("Pure-FTPd");
      assertThat(finding.evidence().getFirst().received().latin1()).isEqualTo(PURE_FTPD_GREETING);
    }

    @Test
    void listensToAServerThatWritesACharacterAtATime() throws Exception {
      Finding finding =
          confirmed(
              ScriptedInterview.ongoing(
                  dribbled("220 (vsFTPd 3.0.3)\r\n"),
                  line -> line.equals("SYST") ? dribbled(LOGIN_FIRST) : VSFTPD.apply(line)));
      assertThat(finding.service().version()).isEqualTo("3.0.3");
      assertThat(finding.details()).containsKey("features");
    }

    private static String dribbled(String text) {
      return text.replaceAll("(?s)(.)(?!$)", "$1" + ScriptedInterview.PAUSE);
    }

    @Test
    void waitsAsLongAs120AsksFor() throws Exception {
      String late = "120 Wait\r\n" + ScriptedInterview.PAUSE + "220 (vsFTPd 3.0.3)\r\n";
      assertThat(confirmed(ScriptedInterview.ongoing(late, VSFTPD)).service().version())
          .isEqualTo("3.0.3");
    }

    @Test
    void skipsGreetingsThatFollowTheFirst() throws Exception {
      String several = "220 Hello\r\n" + ScriptedInterview.PAUSE + "220 (vsFTPd 3.0.3)\r\n";
      assertThat(confirmed(ScriptedInterview.ongoing(several, VSFTPD)).details())
          .containsKey("features");
    }

    @Test
    void understandsAServerThatIsOneReplyBehind() throws Exception {
      String pause = ScriptedInterview.PAUSE;
      UnaryOperator<String> late =
          line ->
              switch (line) {
                case "SYST" -> pause + "215 UNIX Type: L8\r\n";
                default -> VSFTPD.apply(line);
              };
      Finding finding = confirmed(ScriptedInterview.ongoing("220 Welcome\r\n", late));
      assertThat(finding.details()).containsKeys("syst", "features");
    }

    @Test
    void entersTls() throws Exception {
      ScriptedInterview interview = ScriptedInterview.ongoing(PURE_FTPD_GREETING, PURE_FTPD);
      Finding finding = confirmed(interview);
      assertThat(finding.details()).containsEntry("authTls", true);
      assertThat(finding.tls()).isNotNull();
      assertThat(finding.tls().version()).isEqualTo("TLSv1.3");
      assertThat(interview.heard()).containsExactly("SYST", "FEAT", "AUTH TLS", "QUIT");
    }

    @Test
    void tellsOfAHandshakeThatFailsAndSaysNothingMore() throws Exception {
      ScriptedInterview interview =
          ScriptedInterview.ongoing(PURE_FTPD_GREETING, PURE_FTPD).failingTls("not TLS");
      Finding finding = confirmed(interview);
      assertThat(finding.details()).containsEntry("authTls", true);
      assertThat(finding.tls().failure()).isEqualTo("not TLS");
      assertThat(interview.heard()).containsExactly("SYST", "FEAT", "AUTH TLS");
    }

    @Test
    void doesNotAskForTlsInsideTls() throws Exception {
      ScriptedInterview interview =
          ScriptedInterview.ongoing(PURE_FTPD_GREETING, PURE_FTPD).withinTls();
      assertThat(confirmed(interview).details()).doesNotContainKey("authTls");
      assertThat(interview.heard()).doesNotContain("AUTH TLS");
    }

    @Test
    void boundsAndEscapesWhatItShows() throws Exception {
      String wild = " \u001b[31m" + "x".repeat(300) + "\r\n";
      UnaryOperator<String> talkative =
          replies(
              Map.of(
                  "SYST",
                  "215 a\u0007b\r\n",
                  "FEAT",
                  "211-Features:\r\n" + wild.repeat(100) + "211 End\r\n"),
              "500 no\r\n");
      Finding finding = confirmed(ScriptedInterview.ongoing("220 FTP\r\n", talkative));
      assertThat(finding.details()).containsEntry("syst", "a\\x07b");
      assertThat((List<?>) finding.details().get("features"))
          .hasSize(64)
          .allSatisfy(line -> assertThat((String) line).startsWith("\\x1b[31mx").hasSize(131));
    }

    @Test
    void keepsWhatIsProvenWhereTheServerThenHangsUp() throws Exception {
      UnaryOperator<String> touchy =
          line ->
              line.equals("SYST") || line.equals("FEAT")
                  ? PURE_FTPD.apply(line)
                  : ScriptedInterview.HANG_UP;
      Finding finding = confirmed(ScriptedInterview.ongoing("220 Welcome\r\n", touchy));
      assertThat(finding.confidence()).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 ftp.example.com FTP server ready.\r\n", "220 Welcome\r\n"})
    void acceptsAServerThatWantsALoginFirst(String greeting) throws Exception {
      // as linux-ftpd 0.17 says it
      UnaryOperator<String> unwilling =
          line ->
              switch (line) {
                case "SYST" -> LOGIN_FIRST;
                case "NOOP" -> "200 NOOP command successful.\r\n";
                case "QUIT" -> "221 Goodbye.\r\n";
                default -> "500 '" + line + "': command not understood.\r\n";
              };
      Finding finding = confirmed(ScriptedInterview.ongoing(greeting, unwilling));
      assertThat(finding.confidence()).isBetween(0.7, 0.97);
    }

    @Test
    void acceptsAServerThatNamesFtpAndAnswersOnlyTheLast() throws Exception {
      UnaryOperator<String> closed = replies(Map.of("QUIT", "221 Goodbye.\r\n"), LOGIN_FIRST);
      assertThat(confirmed(ScriptedInterview.ongoing("220 FTP\r\n", closed)).confidence())
          .isBetween(0.8, 0.95);
    }

    @Test
    void acceptsAServerThatServesOnlyOverTls() throws Exception {
      UnaryOperator<String> strict =
          replies(Map.of("AUTH TLS", "234 Go on\r\n"), "534 Policy requires SSL.\r\n");
      assertThat(confirmed(ScriptedInterview.ongoing("220 Welcome\r\n", strict)).details())
          .containsEntry("authTls", true);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "220 mail.example.com\r\n",
          "220 mail.example.com ready\r\n",
          "220 mail.example.com FTP and SMTP gateway\r\n"
        })
    void refutesAMailServer(String greeting) throws Exception {
      UnaryOperator<String> smtp =
          replies(
              Map.of("NOOP", "250 2.0.0 OK\r\n", "QUIT", "221 2.0.0 Bye\r\n"),
              "502 5.5.2 Error: command not recognized\r\n");
      assertThat(refuted(ScriptedInterview.ongoing(greeting, smtp)).impostor()).isNull();
    }

    @Test
    void refutesWhatKnowsNoCommandOfFtp() throws Exception {
      UnaryOperator<String> other =
          replies(Map.of("QUIT", "221 bye\r\n", "NOOP", "500 no\r\n"), "500 what?\r\n");
      assertThat(refuted(ScriptedInterview.ongoing("220 Welcome\r\n", other)).impostor()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "220 (vsFTPd 3.0.3)\r\n",
          "215 UNIX Type: L8\r\n",
          "211-Features:\r\n EPRT\r\n211 End\r\n",
          "200 OK\r\n",
          "530 Please login with USER and PASS.\r\n",
          "500 Unknown command\r\n"
        })
    void catchesAFixedAnswer(String fixed) throws Exception {
      Examination.Refuted refuted =
          refuted(ScriptedInterview.ongoing("220 (vsFTPd 3.0.3)\r\n", line -> fixed));
      assertThat(refuted.impostor()).isNotNull();
      assertThat(refuted.impostor().claimed()).isEqualTo("ftp");
      assertThat(refuted.evidence()).isNotEmpty();
    }

    @Test
    void catchesAnEcho() throws Exception {
      Examination.Refuted refuted =
          refuted(ScriptedInterview.ongoing("220 FTP\r\n", line -> line + "\r\n"));
      assertThat(refuted.impostor()).isNotNull();
      assertThat(refuted.impostor().received()).isEqualTo("SYST\\r\\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 (vsFTPd 3.0.3)\r\n", "220 \r\n"})
    void catchesAGreetingAndNothingMore(String greeting) throws Exception {
      assertThat(refuted(ScriptedInterview.ongoing(greeting, line -> null)).impostor()).isNotNull();
      assertThat(
              refuted(ScriptedInterview.ongoing(greeting, line -> ScriptedInterview.HANG_UP))
                  .impostor())
          .isNotNull();
      assertThat(
              refuted(ScriptedInterview.ongoing(greeting + ScriptedInterview.HANG_UP, line -> null))
                  .impostor())
          .isNotNull();
    }

    @Test
    void refutesAGreetingThatNeverEnds() throws Exception {
      ScriptedInterview interview = ScriptedInterview.ongoing("220-FTP\r\n", line -> null);
      assertThat(refuted(interview).impostor()).isNull();
      assertThat(interview.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"421 Too many connections\r\n", "530 Your address is not allowed\r\n"})
    void leavesItOpenWhereTheServerDoesNotServeUs(String greeting) {
      assertThatThrownBy(() -> examine(ScriptedInterview.ongoing(greeting, line -> null)))
          .isInstanceOf(ConversationException.class);
    }

    @Test
    void leavesItOpenWhereTheServerThrowsUsOut() {
      assertThatThrownBy(
              () ->
                  examine(
                      ScriptedInterview.ongoing(
                          "220 FTP\r\n", line -> "421 Timeout\r\n" + ScriptedInterview.HANG_UP)))
          .isInstanceOf(ConversationException.class);
    }
  }
}
