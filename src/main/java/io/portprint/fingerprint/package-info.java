/**
 * What is known of an endpoint: the fingerprint, the service it names, the evidence that proves it,
 * and the cache of fingerprints. Pure data; knows no socket and no web.
 */
@NullMarked
package io.portprint.fingerprint;

import org.jspecify.annotations.NullMarked;
