package io.portprint.api;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** What the container dispatches to when something failed outside of a handler. */
@Controller
@Hidden
class FailureController implements ErrorController {

  private final Problems problems;

  FailureController(Problems problems) {
    this.problems = problems;
  }

  @RequestMapping("/error")
  void failure(HttpServletRequest request, HttpServletResponse response) throws Exception {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Exception e) {
      problems.refuse(e, request, response);
    } else if (status instanceof Integer code) {
      write(request, response, problems.ofStatus(code, String.valueOf(path)));
    } else {
      write(request, response, problems.ofStatus(404, request.getRequestURI()));
    }
  }

  private void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    problems.write(request, response, problem);
  }
}
