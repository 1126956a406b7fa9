/// The demonstration's history, and books to test with: calls that were never made, booked by the
/// code that books calls.
///
/// Must not know: the server and its start.
@NullMarked
package dev.sluice.app.demo;

import org.jspecify.annotations.NullMarked;
