package io.portprint.fingerprint;

import org.jspecify.annotations.Nullable;

/**
 * A claim that failed a challenge, or a peer that has an answer to anything.
 *
 * @param claimed what the endpoint seemed to be, such as {@code http}; null where it claims nothing
 * @param asked what it was challenged with
 * @param received what came back, escaped
 * @param reason why the claim can't be true
 */
public record Impostor(@Nullable String claimed, String asked, String received, String reason) {}
