/**
 * Captures of network traffic that clients upload: what is in the file, packet by packet, and the
 * conversations put together again. Opens no socket; what it reads is hostile.
 */
@NullMarked
package io.portprint.capture;

import org.jspecify.annotations.NullMarked;
