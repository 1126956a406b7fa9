package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.Headroom;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.call.CallRecord;
import java.util.List;
import java.util.function.Consumer;

/// The money authority as the data plane sees it. Every call may return before its work is done;
/// callbacks come exactly once, on any thread, possibly before the method returns. None throws.
///
/// The order of one call: [#hold], then for each provider asked [#attempting], then, when its
/// answer reaches the client in pieces, [#relaying] before the first one and [#progress] on the
/// way, and [#settle] in the end, whatever the end is. A call that needs more on the way asks
/// [#extend] and is written down again by [#attempting].
public interface Ledger {

    /// Asks every window and the wallet for room, all or none. A granted hold stays until
    /// [#settle] closes it by the same request id; if this replica dies first, recovery closes it.
    ///
    /// @param origin shown for the call while it is running
    void hold(HoldRequest request, CallOrigin origin, Consumer<HoldResult> answer);

    /// Asks every window and the wallet for more of what an open call holds, all or none. What is
    /// granted is part of the call's hold from then on.
    ///
    /// @param more by the call's request id, with what is asked for in addition
    /// @param answer how much was added; unavailable for a call that has ended
    void extend(HoldRequest more, Consumer<HoldResult> answer);

    /// What is left now of the short windows among the given claims; answers at once.
    List<Headroom> headroom(List<Claim> claims);

    /// Writes down that a provider is about to be asked.
    ///
    /// @param ifRelayed the call as it is settled if this process dies after the first byte to the
    ///     client and before anything else is known: its input, estimated, at the pinned price
    /// @param written true once it is written, so that the provider may be asked; false when this
    ///     replica cannot write any more
    void attempting(CallRecord ifRelayed, Consumer<Boolean> written);

    /// Asks whether the first byte of an answer may go to the client.
    ///
    /// @param answer true once the attempt cannot be lost any more; false when this replica cannot
    ///     write any more: the answer must not be shown
    void relaying(String requestId, Consumer<Boolean> answer);

    /// What a call that is being relayed comes to so far, should this process die now.
    void progress(CallRecord soFar);

    /// Closes the hold of `call.requestId()`: posts what was used, releases the rest, writes the
    /// usage row, the transfers and the roll-ups. Settling the same request again changes nothing.
    ///
    /// @param durable runs when the outcome cannot be lost any more
    void settle(CallRecord call, Runnable durable);

    /// Records a call that was refused before it held anything. Bounded: above the limit of rows
    /// per second refused calls are counted by key, code and minute.
    void refused(CallRecord call);
}
