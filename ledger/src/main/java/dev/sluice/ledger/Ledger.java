package dev.sluice.ledger;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import java.util.function.Consumer;

/// The money authority as the data plane sees it. Every call may return before its work is done;
/// callbacks come exactly once, on any thread, possibly before the method returns. None throws.
public interface Ledger {

    /// Asks every window and the wallet for room, all or none. A granted hold stays until
    /// [#settle] closes it by the same request id; if this replica dies first, recovery closes it
    /// and puts it down to `origin`.
    void hold(HoldRequest request, CallOrigin origin, Consumer<HoldResult> answer);

    /// Closes the hold of `call.requestId()`: posts what was used, releases the rest, writes the
    /// usage row, the transfers and the roll-ups. Settling the same request again changes nothing.
    ///
    /// @param durable runs when the outcome cannot be lost any more
    void settle(CallRecord call, Runnable durable);

    /// Records a call that was refused before it held anything. Bounded: above the limit of rows
    /// per second refused calls are counted by key, code and minute.
    void refused(CallRecord call);
}
