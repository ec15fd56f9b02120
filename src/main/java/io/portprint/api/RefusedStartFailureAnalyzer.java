package io.portprint.api;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the service does not start, and what to do, in place of a stack trace. */
final class RefusedStartFailureAnalyzer extends AbstractFailureAnalyzer<RefusedStartException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, RefusedStartException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.remedy(), cause);
  }
}
