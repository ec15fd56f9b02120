package io.portprint.capture;

/** A packet that is not what its headers say. Costs that packet, never the capture. */
final class MalformedPacketException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedPacketException(String what) {
    super(what, null, false, false);
  }
}
