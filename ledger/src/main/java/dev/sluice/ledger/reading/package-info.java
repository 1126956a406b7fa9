/// Figures and lists of what was booked, for pages, reports and exports.
///
/// Must not know: how it was booked; it changes nothing.
@NullMarked
package dev.sluice.ledger.reading;

import org.jspecify.annotations.NullMarked;
