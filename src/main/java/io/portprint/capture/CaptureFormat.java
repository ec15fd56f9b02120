package io.portprint.capture;

/** The form of a capture file. */
public enum CaptureFormat {
  /** Times in microseconds. */
  PCAP("pcap"),
  /** Times in nanoseconds. */
  PCAP_NANO("pcap-ns"),
  PCAPNG("pcapng");

  private final String label;

  CaptureFormat(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
