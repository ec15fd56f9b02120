package io.portprint.api;

import io.swagger.v3.oas.annotations.Hidden;
import java.util.Arrays;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the {@code type} of a problem resolves to: its documentation. */
@RestController
@Hidden
class ProblemController {

  /** The documentation of one kind of problem. */
  record Documentation(String type, int status, String title, String meaning, String remedy) {

    static Documentation of(ProblemType type) {
      return new Documentation(
          type.uri(), type.status(), type.title(), type.meaning(), type.remedy());
    }
  }

  /** All kinds of problem. */
  record Catalogue(List<Documentation> items) {}

  @GetMapping("/problems")
  Catalogue all() {
    return new Catalogue(Arrays.stream(ProblemType.values()).map(Documentation::of).toList());
  }

  @GetMapping("/problems/{slug}")
  Documentation one(@PathVariable String slug) {
    return ProblemType.ofSlug(slug)
        .map(Documentation::of)
        .orElseThrow(
            () ->
                new Refusal(
                    Problem.of(
                        ProblemType.NO_SUCH_PATH,
                        "there is no kind of problem " + Words.quoted(slug))));
  }
}
