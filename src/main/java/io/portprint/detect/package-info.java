/**
 * From one endpoint to one fingerprint: the race of openings, examination, doubt, and the verdict,
 * within one deadline.
 */
@NullMarked
package io.portprint.detect;

import org.jspecify.annotations.NullMarked;
