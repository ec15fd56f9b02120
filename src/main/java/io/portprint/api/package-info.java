/**
 * HTTP and JSON on one side, the domain on the other: the only room with web, JSON and OpenAPI
 * annotations.
 */
@NullMarked
package io.portprint.api;

import org.jspecify.annotations.NullMarked;
