package io.portprint.job;

import io.portprint.fingerprint.Endpoint;
import io.portprint.fingerprint.Fingerprint;
import io.portprint.fingerprint.Impostor;
import io.portprint.fingerprint.Service;
import io.portprint.fingerprint.State;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that two jobs found different.
 *
 * @param fields what differs, where it is open in both; else empty
 */
public record Difference(
    Change change, Endpoint endpoint, Side before, Side after, List<Field> fields) {

  public Difference {
    fields = List.copyOf(fields);
  }

  /** How an endpoint may differ. */
  public enum Change {
    /** It is open, and was probed before and was not. */
    APPEARED,
    /** It was open, and was probed again and is not. */
    VANISHED,
    /** It is open as it was, and something else is there. */
    CHANGED
  }

  /** What makes another service of one. */
  public enum Field {
    PROTOCOL(service(Service::protocol)),
    PRODUCT(service(Service::product)),
    VERSION(service(Service::version)),
    TLS(service(Service::tls)),
    /** Whether it is one, and what it claims. What it was asked and said is random in part. */
    IMPOSTOR(
        fingerprint -> {
          Impostor impostor = fingerprint.impostor();
          return impostor == null ? null : List.of(Objects.toString(impostor.claimed(), ""));
        });

    private final Function<Fingerprint, @Nullable Object> value;

    Field(Function<Fingerprint, @Nullable Object> value) {
      this.value = value;
    }

    private static Function<Fingerprint, @Nullable Object> service(
        Function<Service, @Nullable Object> value) {
      return fingerprint -> {
        Service service = fingerprint.service();
        return value.apply(service == null ? Service.UNKNOWN : service);
      };
    }

    static List<Field> differing(Fingerprint one, Fingerprint other) {
      return Arrays.stream(values())
          .filter(field -> !Objects.equals(field.value.apply(one), field.value.apply(other)))
          .toList();
    }
  }

  /**
   * What one job found there.
   *
   * @param fingerprint null where it is closed, of which no more is kept
   */
  public record Side(State state, @Nullable Fingerprint fingerprint) {

    static Side of(Fingerprint fingerprint) {
      return new Side(fingerprint.state(), fingerprint);
    }
  }
}
