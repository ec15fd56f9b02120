package io.portprint.capture;

/** The sides of a conversation. */
public enum Speaker {
  CLIENT,
  SERVER
}
