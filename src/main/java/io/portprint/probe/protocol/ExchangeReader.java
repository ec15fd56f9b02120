package io.portprint.probe.protocol;

import io.portprint.fingerprint.Bytes;
import io.portprint.probe.Answer;
import io.portprint.probe.Finding;
import io.portprint.probe.LearnedProbe;
import io.portprint.probe.ProbeReader;
import io.portprint.probe.Recognition;
import io.portprint.signature.SignatureBook;
import io.portprint.signature.SignatureBooks;
import io.portprint.signature.SignatureException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads learned exchanges, each of which proves itself by its examples. */
@Component
final class ExchangeReader implements ProbeReader {

  private final SignatureBook book;

  ExchangeReader(SignatureBook book) {
    this.book = book;
  }

  @Override
  public LearnedProbe read(String where, String exchange, @Nullable String signatures) {
    List<Exchange> all = ExchangeFile.read(where, exchange);
    if (all.size() != 1) {
      throw new IllegalArgumentException(where + ": not one exchange but " + all.size());
    }
    Exchange one = all.getFirst();
    Exchange.Origin origin = one.origin();
    if (origin == null || one.again() == null || one.hear().size() != 1) {
      throw new IllegalArgumentException(
          where + ": a learned exchange has learned, again and a single rule to hear by");
    }
    Exchange.Hear rule = one.hear().getFirst();
    if (one.greets() != one.say().isEmpty() || rule.sure()) {
      throw new IllegalArgumentException(
          where + ": a learned exchange greets or has something to say, and is never sure at once");
    }
    ExchangeProbe probe = new ExchangeProbe(one, known(where, signatures));
    for (Exchange.Example example : one.examples()) {
      check(where, probe.recognise(answer(one, example)), example, signatures != null);
    }
    return new LearnedProbe(
        probe,
        origin.at(),
        origin.answers(),
        origin.bits(),
        origin.bitsOfThree(),
        origin.freshBits(),
        rule.to(),
        rule.shape().toString());
  }

  private SignatureBook known(String where, @Nullable String signatures) {
    try {
      return signatures == null ? book : SignatureBooks.joined(where, signatures, book);
    } catch (SignatureException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void check(
      String where, Recognition made, Exchange.Example example, boolean named) {
    String outcome =
        switch (made) {
          case Recognition.Recognised _ -> "sure";
          case Recognition.Suspected _ -> "suspected";
          case Recognition.Incomplete _, Recognition.Mismatch _ -> "none";
        };
    if (!outcome.equals(example.outcome())) {
      throw new IllegalArgumentException(
          "%s: an example comes out as %s and not as %s"
              .formatted(where, outcome, example.outcome()));
    }
    if (named
        && made instanceof Recognition.Suspected(Finding finding)
        && finding.service().product() == null
        && finding.service().version() == null) {
      throw new IllegalArgumentException(where + ": its signatures name nothing in an example");
    }
  }

  private static Answer answer(Exchange exchange, Exchange.Example example) {
    SplittableRandom random = new SplittableRandom(1);
    Bytes sent = Bytes.EMPTY;
    List<Bytes> places = List.of();
    if (!exchange.greets()) {
      Exchange.Payload payload = exchange.say().getFirst().payload();
      sent = payload.fill(random);
      places = payload.places(sent).orElse(List.of());
    }
    return new Answer(
        example.to(),
        sent,
        example.answer().fill(random, places),
        Answer.Ending.CLOSED,
        InetAddress.getLoopbackAddress(),
        Duration.ZERO);
  }
}
