package io.portprint.capture;

import io.portprint.fingerprint.Bytes;

/** How evenly byte values are spread: Shannon's measure. */
public final class Entropy {

  private static final int VALUES = 256;

  private Entropy() {}

  /**
   * In bits per byte: 0 for one value over and over, 8 where all occur alike. Of few bytes it can't
   * be high: of n bytes it is log2(n) at most.
   */
  public static double of(Bytes bytes) {
    int[] counts = new int[VALUES];
    for (int i = 0; i < bytes.length(); i++) {
      counts[bytes.at(i)]++;
    }
    double sum = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / bytes.length();
        sum -= share * Math.log(share);
      }
    }
    return Math.abs(sum / Math.log(2));
  }
}
