package io.portprint.signature;

/**
 * Text that can be read only so many times. A backtracking pattern reads the same characters over
 * and over; counting the reads bounds its work wherever it happens, and independently of how fast
 * the machine is. What a pattern does without reading is bounded by {@link UnreadSteps}.
 */
final class MeteredText implements CharSequence {

  private final String text;
  private final int allowed;
  private int left;

  MeteredText(String text, int reads) {
    this.text = text;
    this.allowed = reads;
    this.left = reads;
  }

  /**
   * @throws OutOfSteps after the last read
   */
  @Override
  public char charAt(int index) {
    if (--left < 0) {
      throw OutOfSteps.INSTANCE;
    }
    return text.charAt(index);
  }

  /** How often it was read. */
  int reads() {
    return allowed - Math.max(0, left);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }

  /**
   * The budget is spent. Without a stack trace: it is expected with hostile peers, and thrown from
   * deep recursion.
   */
  static final class OutOfSteps extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final OutOfSteps INSTANCE = new OutOfSteps();

    private OutOfSteps() {
      super("step budget spent", null, false, false);
    }
  }
}
