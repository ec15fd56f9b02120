package io.portprint.scope;

/** Text that a parser of this room doesn't take, before it is known in which field it stood. */
final class MalformedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String remedy;

  MalformedException(String reason, String remedy) {
    super(reason, null, false, false);
    this.reason = reason;
    this.remedy = remedy;
  }

  String reason() {
    return reason;
  }

  String remedy() {
    return remedy;
  }
}
