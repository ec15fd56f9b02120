package io.portprint.signature;

/** Signature books that need no application around them. */
public final class SignatureBooks {

  private SignatureBooks() {}

  /**
   * A fresh copy of the own book: every {@code signatures/*.yaml} of the class path, in the order
   * of the file names.
   *
   * @throws SignatureException where a file is at fault; the message names the file and the entry
   */
  public static SignatureBook own() {
    return YamlSignatureBook.ofClassPath();
  }
}
