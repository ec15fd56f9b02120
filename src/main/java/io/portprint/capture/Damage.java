package io.portprint.capture;

/**
 * What was wrong with a capture, or was left out of it.
 *
 * @param what for people
 * @param offset in bytes from the beginning of the file, of the block or record that was the first
 *     to show it
 * @param count how often it was found
 */
public record Damage(String what, long offset, long count) {}
