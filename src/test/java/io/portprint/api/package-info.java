/** Tests of the HTTP room: the running service against scripted peers. */
@NullMarked
package io.portprint.api;

import org.jspecify.annotations.NullMarked;
