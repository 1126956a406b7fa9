package dev.sluice.ledger.journal;

import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import org.jspecify.annotations.Nullable;

/// A call found in the journal, as it is to be posted.
///
/// @param epoch under which it was written
/// @param hold null for a call that never held
public record RecoveredCall(
        long epoch, Settlement.@Nullable Open hold, CallRecord call, Known known) {

    /// How the outcome is known.
    public enum Known {
        /// Only an attempt: no client got a byte, so the customer pays nothing; what the provider
        /// may ask for, the attempts' cost lines, is operator absorbed.
        ABANDONED,
        /// A client got a byte and the end is unknown. The charge may lie above the hold here:
        /// settlement cuts it there.
        ESTIMATED,
        /// The call's own final record.
        EXACT
    }
}
