package io.portprint.signature;

import org.jspecify.annotations.Nullable;

/**
 * One rule of a signature book, as it is shown to people.
 *
 * @param id unique, such as {@code ftp/vsftpd}
 * @param protocol that it is about, in the words of its book; null where the book doesn't say
 * @param field what it is tried on, such as {@code ftp.greeting}
 * @param pattern in the syntax of {@code java.util.regex}, over ISO-8859-1 text
 * @param product what it names, possibly with {@code $1} to {@code $9} for what the pattern
 *     captures
 * @param origin of the book that holds it, such as {@code own}
 */
public record Signature(
    String id,
    @Nullable String protocol,
    String field,
    String pattern,
    @Nullable String product,
    String origin) {}
