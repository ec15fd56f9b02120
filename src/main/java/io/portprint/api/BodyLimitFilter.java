package io.portprint.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Function;
import org.springframework.web.filter.OncePerRequestFilter;

/** The bound on request bodies, whether or not their length is told beforehand. */
final class BodyLimitFilter extends OncePerRequestFilter {

  /** How long a body may be, and what a longer one is refused with. */
  record Bound(ProblemType type, long limit) {

    Problem exceeded() {
      return Problem.of(type, "the body is longer than %,d bytes".formatted(limit))
          .withLimit(limit);
    }
  }

  private final Function<HttpServletRequest, Bound> bounds;
  private final Problems problems;

  BodyLimitFilter(Function<HttpServletRequest, Bound> bounds, Problems problems) {
    this.bounds = bounds;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Bound bound = bounds.apply(request);
    if (request.getContentLengthLong() > bound.limit) {
      problems.write(request, response, bound.exceeded());
    } else {
      chain.doFilter(new Bounded(request, bound), response);
    }
  }

  private static final class Bounded extends HttpServletRequestWrapper {

    private final Bound bound;

    Bounded(HttpServletRequest request, Bound bound) {
      super(request);
      this.bound = bound;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new BoundedStream(super.getInputStream(), bound);
    }
  }

  private static final class BoundedStream extends ServletInputStream {

    private final ServletInputStream stream;
    private final Bound bound;
    private long count;

    BoundedStream(ServletInputStream stream, Bound bound) {
      this.stream = stream;
      this.bound = bound;
    }

    @Override
    public int read() throws IOException {
      int one = stream.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = stream.read(buffer, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int read) throws BodyTooLargeException {
      count += read;
      if (count > bound.limit) {
        throw new BodyTooLargeException(bound);
      }
    }

    @Override
    public boolean isFinished() {
      return stream.isFinished();
    }

    @Override
    public boolean isReady() {
      return stream.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      stream.setReadListener(listener);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
