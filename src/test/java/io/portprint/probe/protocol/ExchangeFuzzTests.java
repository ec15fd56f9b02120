package io.portprint.probe.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer.Ending;
import io.portprint.probe.Finding;
import io.portprint.probe.Probe;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import java.util.List;
import java.util.SplittableRandom;

/** Whatever a peer answers to an opening, its probe comes to an end and keeps to its contract. */
class ExchangeFuzzTests {

  private static final SignatureBook BOOK = SignatureBooks.own();
  private static final List<Probe> PROBES =
      List.of(
          new DomainProbe(BOOK),
          new DomainTcpProbe(BOOK),
          new NtpProbe(BOOK),
          new SnmpProbe(BOOK),
          new StunProbe(BOOK),
          new StunTcpProbe(BOOK),
          new RpcProbe(),
          new RpcTcpProbe(),
          new MemcachedUdpProbe(),
          new SipProbe(BOOK),
          new SipTcpProbe(BOOK),
          new OpenVpnProbe(),
          new OpenVpnTcpProbe(),
          new IkeProbe(),
          new CoapProbe(BOOK),
          new NetbiosNsProbe(),
          new RmcpProbe(),
          new ModbusProbe(),
          new EnipProbe(),
          new EnipTcpProbe(),
          new SsdpProbe());

  /** The input begins with the probe, the ending, and how much of the opening comes back first. */
  @FuzzTest
  void recogniserIsTotal(FuzzedDataProvider data) {
    Probe probe = PROBES.get(data.consumeInt(0, PROBES.size() - 1));
    Ending ending = data.pickValue(Ending.values());
    Bytes sent = probe.openings(new SplittableRandom(7)).getFirst().payload();
    Bytes repeated = sent.head(data.consumeInt(0, 24));
    Bytes received = repeated.plus(Bytes.of(data.consumeRemainingAsBytes()));
    switch (probe.recognise(Strangers.answer(sent, received, ending))) {
      case Recognition.Recognised(Finding finding) -> {
        assertThat(finding.confidence()).isBetween(0.8, 0.99);
        assertThat(received).isNotEqualTo(sent);
      }
      case Recognition.Suspected(Finding finding) ->
          assertThat(finding.confidence()).isLessThanOrEqualTo(0.6);
      case Recognition.Incomplete _ -> assertThat(ending).isEqualTo(Ending.OPEN);
      case Recognition.Mismatch _ -> {}
    }
  }

  @FuzzTest
  void readersOfMessagesAreTotal(byte[] message) {
    Bytes received = Bytes.of(message);
    SplittableRandom random = new SplittableRandom(7);
    Bytes query = DomainMessage.query(random, DomainMessage.VERSION);
    DomainMessage.read(query, query.head(2).plus(received))
        .ifPresent(response -> assertThat(response.codeName()).isNotEmpty());
    Bytes call = RpcMessage.call(random, RpcMessage.PORTMAPPER, 2, RpcMessage.DUMP);
    RpcMessage.read(call, call.head(4).plus(received))
        .ifPresent(reply -> assertThat(reply.programs()).hasSizeLessThanOrEqualTo(256));
    RpcMessage.unframed(received)
        .ifPresent(record -> assertThat(record.length()).isLessThan(received.length()));
    Bytes request = StunMessage.request(random);
    Bytes rest = received.slice(Math.min(4, received.length()), received.length());
    StunMessage.read(request, received.head(4).plus(request.slice(4, 20)).plus(rest))
        .ifPresent(response -> assertThat(response.port()).isBetween(0, 65_535));
    SnmpProbe.report(received, 7)
        .ifPresent(engine -> assertThat(engine.enterprise()).isNotNegative());
  }
}
