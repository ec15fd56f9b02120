package io.portprint.fingerprint;

/** A stretch of the received bytes, counted from 0. */
public record Span(int offset, int length) {

  public Span {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("negative span " + offset + "+" + length);
    }
  }
}
