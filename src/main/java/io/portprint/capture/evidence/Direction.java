package io.portprint.capture.evidence;

/** Which way a packet goes. */
enum Direction {
  TO_SERVER,
  TO_CLIENT
}
