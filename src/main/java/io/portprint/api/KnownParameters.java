package io.portprint.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses query parameters that a call of this room does not read: they are likely typos. */
final class KnownParameters implements HandlerInterceptor {

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method && !request.getParameterMap().isEmpty()) {
      TreeSet<String> known =
          Arrays.stream(method.getMethodParameters())
              .map(parameter -> parameter.getParameterAnnotation(RequestParam.class))
              .filter(Objects::nonNull)
              .map(RequestParam::name)
              .collect(Collectors.toCollection(TreeSet::new));
      for (String name : request.getParameterMap().keySet()) {
        if (!known.contains(name)) {
          throw new Refusal(
              Problem.of(
                      ProblemType.UNKNOWN_PARAMETER,
                      Words.quoted(name),
                      known.isEmpty()
                          ? "this call reads no parameters"
                          : "it is none of the known parameters " + String.join(", ", known))
                  .withKnown(known));
        }
      }
    }
    return true;
  }
}
