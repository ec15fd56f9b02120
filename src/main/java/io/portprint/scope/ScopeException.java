package io.portprint.scope;

/**
 * A refusal to approve an endpoint: what was refused, why, and what to do about it. All texts are
 * safe to show and to log; what a client wrote is cut and escaped in them.
 */
public abstract sealed class ScopeException extends RuntimeException
    permits InvalidTargetException, OutOfScopeException, UnresolvableHostException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String target;
  private final String reason;
  private final String remedy;

  ScopeException(String field, String target, String reason, String remedy) {
    super("%s '%s': %s; %s".formatted(field, Shown.of(target), reason, remedy));
    this.field = field;
    this.target = Shown.of(target);
    this.reason = reason;
    this.remedy = remedy;
  }

  /**
   * Where the refused text stood: {@code targets[3]}, {@code endpoints[0]}, {@code exclude[1]},
   * {@code ports}, {@code host} or {@code port}.
   */
  public String field() {
    return field;
  }

  /** What was refused, as it was written, cut and escaped. */
  public String target() {
    return target;
  }

  /** Why, as the predicate or clause of a sentence. */
  public String reason() {
    return reason;
  }

  /** What to do, as an imperative. */
  public String remedy() {
    return remedy;
  }
}
