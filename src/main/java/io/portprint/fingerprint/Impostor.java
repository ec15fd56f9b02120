package io.portprint.fingerprint;

/**
 * A claim that failed a challenge.
 *
 * @param claimed what the endpoint seemed to be, such as {@code http}
 * @param asked what it was challenged with
 * @param received what came back, escaped
 * @param reason why the claim can't be true
 */
public record Impostor(String claimed, String asked, String received, String reason) {}
