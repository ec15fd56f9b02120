/** Bounded execution: admission, fair turns between jobs, politeness per host, single flight. */
@NullMarked
package io.portprint.engine;

import org.jspecify.annotations.NullMarked;
