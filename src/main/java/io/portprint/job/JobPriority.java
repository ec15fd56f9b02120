package io.portprint.job;

/** How urgent a job is beside others. */
public enum JobPriority {
  LOW(1),
  NORMAL(4),
  HIGH(16);

  private final int weight;

  JobPriority(int weight) {
    this.weight = weight;
  }

  /** How many turns it has before another job has some. */
  int weight() {
    return weight;
  }
}
