package io.portprint.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who asks. With keys: the client whose key it is. Without: anyone on this machine, and
 * no web page that got here by a browser on it.
 */
final class ClientFilter extends OncePerRequestFilter {

  static final String KEY = "X-API-Key";
  static final String ANONYMOUS = "anonymous";

  private static final String LOGGED_AS = "client";

  private final ApiKeys keys;
  private final Problems problems;

  ClientFilter(ApiKeys keys, Problems problems) {
    this.keys = keys;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (keys.isEmpty()) {
      Optional<Problem> refused = fromElsewhere(request);
      if (refused.isPresent()) {
        problems.write(request, response, refused.get());
      } else {
        proceed(ANONYMOUS, request, response, chain);
      }
      return;
    }
    String key = request.getHeader(KEY);
    if (key == null) {
      chain.doFilter(request, response);
      return;
    }
    Optional<String> client = keys.client(key);
    if (client.isPresent()) {
      proceed(client.get(), request, response, chain);
    } else {
      problems.write(
          request,
          response,
          Problem.of(ProblemType.UNKNOWN_KEY, KEY, "it is no key of this service"));
    }
  }

  private static Optional<Problem> fromElsewhere(HttpServletRequest request) {
    if (!Loopback.is(request.getRemoteAddr())) {
      return Optional.of(
          Problem.of(
              ProblemType.LOOPBACK_ONLY, "no API keys are set, and you ask from another machine"));
    }
    if (!Loopback.is(request.getServerName())) {
      return Optional.of(
          Problem.of(
              ProblemType.FOREIGN_HOST,
              "Host",
              Words.quoted(request.getServerName()) + " is not a loopback name or address"));
    }
    // Fetch Metadata: browsers say so of every request, and pages can't change it.
    String site = request.getHeader("Sec-Fetch-Site");
    if (("cross-site".equals(site) || "same-site".equals(site))
        && request.getRequestURI().startsWith("/api/")) {
      return Optional.of(
          Problem.of(
              ProblemType.CROSS_SITE,
              "Sec-Fetch-Site",
              "a page of another site makes the request"));
    }
    return Optional.empty();
  }

  private static void proceed(
      String id, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    SecurityContextHolder.setContext(
        new SecurityContextImpl(new PreAuthenticatedAuthenticationToken(id, "", List.of())));
    try (var logged = MDC.putCloseable(LOGGED_AS, id)) {
      chain.doFilter(request, response);
    }
  }
}
