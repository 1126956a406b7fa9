package dev.sluice.ledger.journal;

import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import org.jspecify.annotations.Nullable;

/// One step of one call, as the journal keeps it. Metadata only, never content.
public sealed interface JournalRecord {

    String requestId();

    /// A target is about to be asked. Another one for the same call replaces it: a failover, or the
    /// same attempt with more held for it.
    ///
    /// @param ifRelayed the call as it is settled if the client got its first byte and nothing more
    ///     is known: input estimated, no output
    record Attempted(Settlement.Open hold, CallRecord ifRelayed) implements JournalRecord {

        @Override
        public String requestId() {
            return ifRelayed.requestId();
        }
    }

    /// The client is about to get its first byte.
    record Relayed(String requestId) implements JournalRecord {}

    /// The call as if it ended now, estimated. Later ones replace earlier ones.
    record Progress(CallRecord soFar) implements JournalRecord {

        @Override
        public String requestId() {
            return soFar.requestId();
        }
    }

    /// The call as it ended.
    ///
    /// @param hold null for a refused call, which never held
    record Final(Settlement.@Nullable Open hold, CallRecord call) implements JournalRecord {

        @Override
        public String requestId() {
            return call.requestId();
        }
    }
}
