package io.portprint.probe;

/** Which port of the asked host an answer has to come from. Over TCP there is only one. */
public enum AnswersFrom {
  /** The port that was asked; whatever comes from elsewhere goes unheard. */
  PORT,
  /**
   * Any port of the host: a server of TFTP answers from a transfer identifier of its own (RFC 1350,
   * section 4). The first that answers is the one that the rest of the conversation is held with.
   */
  HOST
}
