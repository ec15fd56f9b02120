/** Jobs: accepted, tracked, cancelled, and forgotten when they expire. */
@NullMarked
package io.portprint.job;

import org.jspecify.annotations.NullMarked;
