package io.portprint.signature;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of one field in file order, behind an index. Here is what bounds the work that a
 * hostile subject can cause.
 *
 * @param <R> a rule
 */
final class Shelf<R extends Shelf.Tried> {

  /** Bytes of a subject that are looked at: banners that tell anything tell it early. */
  static final int SUBJECT_LIMIT = 8 * 1024;

  /**
   * Characters that one rule may read of one subject. A sound pattern reads each character a few
   * times; this is over a hundred times the longest subject, and takes a few milliseconds.
   */
  static final int STEPS = 1_000_000;

  /**
   * Characters that all rules together may read of one subject. Only one that is made to bring many
   * rules to their limit comes near it.
   */
  static final int ALL_STEPS = 20 * STEPS;

  private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

  private final List<R> rules;
  private final LiteralIndex index;
  private final LongAdder abandoned;

  /** What can be tried on a text. */
  interface Tried {

    String id();

    Pattern pattern();
  }

  /**
   * @param abandoned counts the rules that were given up on before they matched or failed
   */
  Shelf(List<R> rules, LongAdder abandoned) {
    this.rules = List.copyOf(rules);
    this.index = new LiteralIndex(rules.stream().map(Tried::pattern).toList());
    this.abandoned = abandoned;
  }

  List<R> rules() {
    return rules;
  }

  /** How many rules the index never spares. */
  int alwaysTried() {
    return index.alwaysTried();
  }

  /** What the first rule that matches makes of it. */
  <M> Optional<M> first(String text, BiFunction<R, Matcher, M> found) {
    return first(text, index.candidates(text), found);
  }

  /** The same without the index: what it has to agree with. */
  <M> Optional<M> firstInTurn(String text, BiFunction<R, Matcher, M> found) {
    BitSet all = new BitSet();
    all.set(0, rules.size());
    return first(text, all, found);
  }

  private <M> Optional<M> first(String text, BitSet candidates, BiFunction<R, Matcher, M> found) {
    int left = ALL_STEPS;
    for (int at = candidates.nextSetBit(0); at >= 0; at = candidates.nextSetBit(at + 1)) {
      R rule = rules.get(at);
      MeteredText metered = new MeteredText(text, Math.min(STEPS, left));
      Matcher matcher = rule.pattern().matcher(metered);
      if (finds(rule, matcher, text)) {
        return Optional.of(found.apply(rule, matcher));
      }
      left -= metered.reads();
      if (left <= 0) {
        LOG.atDebug()
            .addKeyValue("signature", rule.id())
            .addKeyValue("length", text.length())
            .log("subject abandoned");
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * A pattern can exhaust the stack as well as the budget: alternatives under a star recurse once
   * per character.
   */
  private boolean finds(R rule, Matcher matcher, String text) {
    try {
      return matcher.find();
    } catch (MeteredText.OutOfSteps | StackOverflowError _) {
      abandoned.increment();
      LOG.atDebug()
          .addKeyValue("signature", rule.id())
          .addKeyValue("length", text.length())
          .log("signature abandoned");
      return false;
    }
  }
}
