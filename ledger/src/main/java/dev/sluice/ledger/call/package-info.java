/// A call as it ended, the source of all that is booked about it.
///
/// Must not know: how it is written down or booked.
@NullMarked
package dev.sluice.ledger.call;

import org.jspecify.annotations.NullMarked;
