/**
 * What tests of several rooms share: scripted peers on loopback and detection without an
 * application context.
 */
@NullMarked
package io.portprint.testing;

import org.jspecify.annotations.NullMarked;
