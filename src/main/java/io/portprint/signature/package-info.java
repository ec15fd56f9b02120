/**
 * The signature book: rules over received bytes that name protocol, product and version, each with
 * examples that prove it.
 */
@NullMarked
package io.portprint.signature;

import org.jspecify.annotations.NullMarked;
