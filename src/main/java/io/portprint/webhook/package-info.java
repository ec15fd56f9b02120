/**
 * Tells other programs over HTTP that something has happened: the only room with an HTTP client. It
 * knows nothing of what it tells.
 */
@NullMarked
package io.portprint.webhook;

import org.jspecify.annotations.NullMarked;
