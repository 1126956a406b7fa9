/// The catalogue's providers against their cassettes, through the running gateway.
@NullMarked
package dev.sluice.app.conformance;

import org.jspecify.annotations.NullMarked;
