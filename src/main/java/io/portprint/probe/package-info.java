/**
 * The contract of a probe: how one protocol is provoked, recognised, examined and doubted. A probe
 * interprets bytes in pure functions and converses through {@link io.portprint.probe.Interview}; it
 * never opens a socket.
 */
@NullMarked
package io.portprint.probe;

import org.jspecify.annotations.NullMarked;
