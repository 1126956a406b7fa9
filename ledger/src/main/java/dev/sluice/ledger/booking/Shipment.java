package dev.sluice.ledger.booking;

import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.ledger.window.Settlement;
import org.jspecify.annotations.Nullable;

/// A call that ended, on its way to the books.
///
/// @param hold null for a call that never held anything
/// @param known how: of an estimate nobody pays more than was held; of an abandoned call the
///     customer pays nothing, what it may have cost is the operator's
public record Shipment(Settlement.@Nullable Open hold, CallRecord call, RecoveredCall.Known known) {

    boolean abandoned() {
        return known == RecoveredCall.Known.ABANDONED;
    }

    public String requestId() {
        return call.requestId();
    }
}
