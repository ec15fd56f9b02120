/** Evidence as a capture file: packets around what was said and heard. */
@NullMarked
package io.portprint.capture.evidence;

import org.jspecify.annotations.NullMarked;
