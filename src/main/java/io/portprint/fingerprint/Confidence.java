package io.portprint.fingerprint;

/** How sure a verdict is: 0 (nothing is known) to 0.99 (nothing read off a wire is certain). */
public final class Confidence {

  public static final double MOST = 0.99;

  private Confidence() {}

  /**
   * Of several independent checks that all came out right: 1 less the product of what each left
   * open.
   */
  public static double combine(double... checks) {
    double open = 1;
    for (double check : checks) {
      open *= 1 - check;
    }
    return Math.min(MOST, 1 - open);
  }

  /** Of an answer that had to get so many bits right that the peer could not know beforehand. */
  public static double ofBits(double bits) {
    return Math.min(MOST, 1 - Math.pow(2, -bits / 4));
  }
}
