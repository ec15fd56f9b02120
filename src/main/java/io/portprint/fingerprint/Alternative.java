package io.portprint.fingerprint;

/** A protocol that was suspected but not proven. */
public record Alternative(String protocol, double confidence, String reason) {}
