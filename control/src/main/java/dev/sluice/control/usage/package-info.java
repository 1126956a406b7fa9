/// What was called, used and spent, for reading: single requests, their live tail, and totals by
/// dimension and interval.
///
/// Must not know: SQL (the ledger reads its own tables), how a call is made or priced.
@NullMarked
package dev.sluice.control.usage;

import org.jspecify.annotations.NullMarked;
