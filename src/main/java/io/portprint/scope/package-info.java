/**
 * From what a client names to endpoints that may be probed: parsing, resolution, allow and deny
 * lists.
 */
@NullMarked
package io.portprint.scope;

import org.jspecify.annotations.NullMarked;
