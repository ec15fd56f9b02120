/** The only room that opens sockets: TCP, UDP and TLS, their limits, and what was said in them. */
@NullMarked
package io.portprint.transport;

import org.jspecify.annotations.NullMarked;
