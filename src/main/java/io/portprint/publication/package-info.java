/**
 * Learned signatures: tried on look-alikes and on all that is known, published to detection while
 * the service runs, and kept in files.
 */
@NullMarked
package io.portprint.publication;

import org.jspecify.annotations.NullMarked;
