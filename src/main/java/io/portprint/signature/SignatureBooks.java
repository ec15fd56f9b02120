package io.portprint.signature;

import java.util.List;
import java.util.Map;

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

  /**
   * The signatures of one more file in the format of the own book, before those of another book.
   *
   * @param file its name, for messages
   * @throws SignatureException where the file is at fault
   */
  public static SignatureBook joined(String file, String yaml, SignatureBook other) {
    return new JoinedBooks(List.of(YamlSignatureBook.of(Map.of(file, yaml)), other));
  }
}
