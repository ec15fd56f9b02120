package io.portprint.capture.learning;

import io.portprint.capture.learning.Explanation.Side;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What would make a lesson surer, in sentences for people. */
final class Advice {

  private static final int MOST = 24;

  private Advice() {}

  static List<String> of(
      List<Trial> trials,
      List<Sample> samples,
      List<Field> fields,
      @Nullable TextPattern text,
      List<Reaction> reactions) {
    List<String> advice = new ArrayList<>();
    long repeats = samples.stream().filter(Sample::unmutated).count();
    if (repeats < MutationPlan.REPEATS) {
      advice.add(
          "Repeat the request: %d answers to it are few, %d let a single bit that never changes be told from chance."
              .formatted(repeats, MutationPlan.REPEATS));
    }
    boolean knowsClient = samples.stream().noneMatch(one -> one.client().addresses().isEmpty());
    if (!knowsClient) {
      advice.add("Tell the address under which the server saw the client; answers may repeat it.");
    }
    for (Field field : fields) {
      String where = where(field);
      switch (field.explanation()) {
        case Explanation.Echo(int from, boolean confirmed) when !confirmed ->
            advice.add(
                "Mutate bytes %d to %d of the request alone: %s equal them, which is an echo only if they follow."
                    .formatted(from, from + field.length() - 1, where));
        case Explanation.Constant(_, _, _, boolean maybeAddress) when maybeAddress ->
            advice.add(
                "Know the client's public address, or ask from another one: %s could be it."
                    .formatted(where));
        case Explanation.Constant constant when !constant.supported() ->
            advice.add("Repeat the request: that %s never changed may be chance.".formatted(where));
        case Explanation.TooFewSamples(int have, int need) ->
            advice.add(
                "Repeat the request: %s need %d answers to be explained, there are %d."
                    .formatted(where, need, have));
        case Explanation.Varying(boolean withRequest) ->
            advice.add(
                withRequest
                    ? "%s change with the request, but are no part of it: perhaps a checksum; mutate single bytes."
                        .formatted(capital(where))
                    : "%s differ without a rule that was found: look at the protocol's documentation."
                        .formatted(capital(where)));
        case Explanation.Address address when !address.confirmed() ->
            advice.add(
                "Ask from another address%s: %s should follow."
                    .formatted(address.side() == Side.CLIENT ? "" : " of the server", where));
        case Explanation.Port port when !port.confirmed() ->
            advice.add("Ask from other ports: %s should follow.".formatted(where));
        case Explanation.LengthOf length when !length.confirmed() ->
            advice.add(
                "Provoke answers of other lengths: that %s are the length is a guess."
                    .formatted(where));
        case Explanation.Constant _,
            Explanation.Echo _,
            Explanation.Address _,
            Explanation.Port _,
            Explanation.LengthOf _,
            Explanation.Time _,
            Explanation.Counter _,
            Explanation.MustVary _ -> {}
      }
    }
    for (Reaction reaction : reactions) {
      if (reaction.mutation() instanceof Mutation.Region(int from, int to)) {
        if (reaction.same() > 0 && reaction.silent() > 0) {
          advice.add(
              "Mutate bytes %d to %d of the request one by one: %d of %d mutations were answered."
                  .formatted(
                      from,
                      to - 1,
                      reaction.same(),
                      reaction.same() + reaction.silent() + reaction.other()));
        } else if (reaction.other() > 0) {
          advice.add(
              "Learn the answers to mutations of bytes %d to %d of the request apart: they are of another kind."
                  .formatted(from, to - 1));
        }
      }
    }
    boolean mutated = reactions.stream().anyMatch(one -> one.mutation() instanceof Mutation.Region);
    boolean speaks = samples.stream().anyMatch(one -> !one.request().isEmpty());
    if (speaks && !mutated) {
      advice.add(
          "Mutate the request, one region at a time: nothing shows yet what answers depend on.");
    }
    if (samples.stream()
        .allMatch(
            one ->
                one.client().addresses().stream()
                    .anyMatch(a -> contains(one.server().addresses(), a)))) {
      advice.add("Ask from another host: client and server have the same address here.");
    }
    if (trials.stream().anyMatch(trial -> trial.answers().size() > 1)) {
      advice.add("Some requests drew several answers, of which only the first was learnt from.");
    }
    if (text != null && !text.has(TextPart.Kind.PRODUCT) && !text.has(TextPart.Kind.VERSION)) {
      advice.add("No product or version stands out in the text: name it by hand if it is known.");
    }
    List<String> most = new ArrayList<>(advice.stream().distinct().limit(MOST).toList());
    most.add(
        "Replay at a second server of the same kind: what never changed may be this server's own.");
    return most;
  }

  private static boolean contains(List<InetAddress> addresses, InetAddress one) {
    return addresses.contains(one);
  }

  private static String where(Field field) {
    return field.length() == 1
        ? "the bits of byte %d".formatted(field.offset())
        : "bytes %d to %d".formatted(field.offset(), field.end() - 1);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
