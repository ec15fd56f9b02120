/** The service and its rooms; this package holds only what starts it. */
@NullMarked
package io.portprint;

import org.jspecify.annotations.NullMarked;
