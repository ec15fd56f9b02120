package io.portprint.api;

/** What this room itself finds wrong with a request. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Refusal(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  static Refusal invalid(String field, String reason) {
    return new Refusal(Problem.of(ProblemType.INVALID_VALUE, field, reason));
  }

  Problem problem() {
    return problem;
  }
}
