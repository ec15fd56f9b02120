package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portprint.fingerprint.Bytes;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Transport;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Recognition;
import io.portprint.testing.LoopbackPeer;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class RpcProbeTests {

  private static final Bytes ACCEPTED = Bytes.hex("00000001 00000000 00000000 00000000");
  private static final Bytes SUCCESS = Bytes.hex("00000000");
  private static final Bytes UNAVAILABLE = Bytes.hex("00000001");
  private static final Bytes LIST =
      Bytes.hex(
          "00000001 000186a0 00000004 00000006 0000006f"
              + "00000001 000186a3 00000003 00000011 00000801 00000000");

  private final RpcProbe udp = new RpcProbe();
  private final RpcTcpProbe tcp = new RpcTcpProbe();

  private static Bytes reply(Bytes call, Bytes state) {
    return call.head(4).plus(ACCEPTED).plus(state);
  }

  private static Bytes rpcbind(Bytes call) {
    Bytes state = call.u32(20) == RpcMessage.DUMP ? SUCCESS.plus(LIST) : SUCCESS;
    return reply(call, call.u32(12) == RpcMessage.PORTMAPPER ? state : UNAVAILABLE);
  }

  private static Bytes nfs(Bytes call) {
    return reply(call, call.u32(12) == RpcMessage.NFS ? SUCCESS : UNAVAILABLE);
  }

  @Test
  void answersToNull() {
    Bytes call = Strangers.opening(udp);
    assertThat(Strangers.recognised(udp.recognise(Strangers.answer(call, rpcbind(call)))))
        .satisfies(finding -> assertThat(finding.protocol()).isEqualTo("rpcbind"));
    Strangers.assertAllOrNothing(udp, call, rpcbind(call));
    Strangers.assertAllOrNothing(tcp, RpcMessage.framed(call), RpcMessage.framed(rpcbind(call)));
    Strangers.suspected(udp.recognise(Strangers.answer(call, nfs(call))));
  }

  @Test
  void aRecordInTwoFragments() {
    Bytes call = Strangers.opening(udp);
    Bytes reply = rpcbind(call);
    Bytes stream =
        Bytes.hex("00000008")
            .plus(reply.head(8))
            .plus(RpcMessage.framed(reply.slice(8, reply.length())));
    Strangers.recognised(tcp.recognise(Strangers.answer(RpcMessage.framed(call), stream)));
    for (int length = 0; length < stream.length(); length++) {
      assertThat(
              tcp.recognise(
                  Strangers.answer(RpcMessage.framed(call), stream.head(length), Ending.OPEN)))
          .isEqualTo(Recognition.INCOMPLETE);
    }
  }

  @Test
  void nobodyElse() {
    Strangers.assertNobodyElse(udp);
    Strangers.assertNobodyElse(tcp);
  }

  @Test
  void listsPrograms() {
    try (LoopbackPeer peer =
        LoopbackPeer.both(
            connection -> {
              Bytes heard = LoopbackPeer.hear(connection);
              while (heard.length() == 44) {
                LoopbackPeer.say(connection, RpcMessage.framed(rpcbind(heard.slice(4, 44))));
                heard = LoopbackPeer.hear(connection);
              }
            },
            (request, _) -> List.of(rpcbind(request)))) {
      Map<String, Object> nfs =
          Map.of(
              "program", 100_003L, "name", "nfs", "version", 3L, "transport", "udp", "port", 2049L);
      for (Fingerprint verdict :
          List.of(
              Strangers.detect(peer, Transport.UDP, udp),
              Strangers.detect(peer, Transport.TCP, tcp))) {
        assertThat(verdict.service().protocol()).isEqualTo("rpcbind");
        assertThat(verdict.confidence()).isEqualTo(0.99);
        assertThat(verdict.details().get("programs"))
            .asInstanceOf(InstanceOfAssertFactories.LIST)
            .hasSize(2)
            .contains(nfs);
      }
    }
  }

  @Test
  void nfsWithoutAPortMapper() {
    try (LoopbackPeer peer = LoopbackPeer.udp((request, _) -> List.of(nfs(request)))) {
      assertThat(Strangers.detect(peer, Transport.UDP, udp).service().protocol()).isEqualTo("nfs");
    }
  }

  @Test
  void anotherProgramWithoutAPortMapper() {
    int administration = 2_112;
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) ->
                List.of(
                    reply(request, request.u32(12) == administration ? SUCCESS : UNAVAILABLE)))) {
      Fingerprint verdict = Strangers.detect(peer, Transport.UDP, udp);
      assertThat(verdict.service().protocol()).isEqualTo("kerberos-adm");
      assertThat(verdict.details()).containsEntry("program", administration);
    }
  }

  @Test
  void aProgramThatWantsCredentials() {
    Bytes denied = Bytes.hex("00000001 00000001 00000001 00000005");
    try (LoopbackPeer peer =
        LoopbackPeer.udp(
            (request, _) ->
                List.of(
                    request.u32(12) == 2_112
                        ? request.head(4).plus(denied)
                        : reply(request, UNAVAILABLE)))) {
      assertThat(Strangers.detect(peer, Transport.UDP, udp).service().protocol())
          .isEqualTo("kerberos-adm");
    }
  }

  @Test
  void aServerOfAnotherProgramIsUnknown() {
    try (LoopbackPeer peer =
        LoopbackPeer.udp((request, _) -> List.of(reply(request, UNAVAILABLE)))) {
      assertThat(Strangers.detect(peer, Transport.UDP, udp).identified()).isFalse();
    }
  }
}
