/// What one ended call becomes in PostgreSQL, in one transaction: its row, its entries, what it
/// adds to windows and roll-ups.
///
/// Must not know: event loops, holds that are open, who reads it.
@NullMarked
package dev.sluice.ledger.booking;

import org.jspecify.annotations.NullMarked;
