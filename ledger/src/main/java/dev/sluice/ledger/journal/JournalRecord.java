package dev.sluice.ledger.journal;

import dev.sluice.ledger.CallRecord;
import dev.sluice.ledger.Settlement;
import org.jspecify.annotations.Nullable;

/// Stub.
public sealed interface JournalRecord {
    record Attempted(Settlement.Open hold, CallRecord ifRelayed) implements JournalRecord {}

    record Relayed(String requestId) implements JournalRecord {}

    record Progress(CallRecord soFar) implements JournalRecord {}

    record Final(Settlement.@Nullable Open hold, CallRecord call) implements JournalRecord {}
}
