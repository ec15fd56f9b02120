package io.portprint.signature;

import java.util.List;

/** Answers as servers give them, written for these tests. */
final class NmapSamples {

  static final List<String> ANSWERS =
      List.of(
          "220 (vsFTPd 3.0.3)\r\n",
          "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
          "220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n",
          "* OK [CAPABILITY IMAP4rev1 LITERAL+] Dovecot ready.\r\n",
          "+OK Dovecot ready.\r\n",
          "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n\r\n<html></html>",
          "HTTP/1.0 404 Not Found\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\n\r\n",
          "-ERR wrong number of arguments for 'get' command\r\n",
          "J\u0000\u0000\u0000\n8.0.36\u0000\u0008\u0000\u0000\u0000abcdefgh\u0000\u00ff\u00f7",
          "RFB 003.008\n",
          "\u0000\u0000\u0000\u0000",
          "");

  private NmapSamples() {}
}
