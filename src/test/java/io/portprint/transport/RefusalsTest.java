package io.portprint.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

  @BeforeEach
  void isOfLinux() {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.8.7", "::1"})
  void tellsRefusedFromOpenTimeAndAgain(String address) throws IOException {
    InetAddress host = InetAddress.ofLiteral(address);
    try (Refusals refusals = Refusals.ofThisSystem();
        ServerSocket open = new ServerSocket(0, 64, host)) {
      // below the ports that a system chooses for connections, where nothing listens
      for (int time = 0; time < 50; time++) {
        assertThat(refusals.refuses(host, 2)).isTrue();
        assertThat(refusals.refuses(host, open.getLocalPort())).isFalse();
        assertThat(refusals.refuses(host, 3)).isTrue();
      }
    }
  }

  /** Nobody answers a connection request whose queue is full: that is no refusal. */
  @Test
  void saysNothingOfWhoIsSilent() throws IOException {
    InetAddress host = InetAddress.ofLiteral("127.0.0.1");
    try (ServerSocket full = new ServerSocket(0, 1, host);
        Socket first = new Socket(host, full.getLocalPort());
        Socket second = new Socket(host, full.getLocalPort());
        Refusals refusals = Refusals.ofThisSystem()) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      assertThat(refusals.refuses(host, full.getLocalPort())).isFalse();
      assertThat(refusals.refuses(host, 2)).isTrue();
    }
  }

  @Test
  void theSilentOneSaysNothing() {
    try (Refusals refusals = Refusals.silent()) {
      assertThat(refusals.refuses(InetAddress.getLoopbackAddress(), 2)).isFalse();
    }
  }
}
