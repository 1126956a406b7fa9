package dev.sluice.ledger.escrow;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.window.WindowKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The authority over money as one replica talks to it. Every call is one transaction; an exception
/// means that nobody knows whether it happened. All amounts are pieces of the window's unit.
public interface EscrowStore {

    /// The channel on which replicas hear that slices are asked back.
    String RECALL_CHANNEL = "sluice_recall";

    /// Opens the next epoch of a replica. Earlier ones stay open until their journal was read
    /// ([#end]) or they were written off.
    ///
    /// @param above a number that an earlier life is known to have had, also when the database was
    ///     put back to before it
    Epoch open(String replica, long above);

    /// Epochs of this replica before `current` whose slices are still counted.
    List<Epoch> earlier(Epoch current);

    /// Whether anything is counted for an epoch.
    boolean hasSlices(Epoch epoch);

    /// Decides waiting calls and enlarges slices, by [TakeDecision].
    TakeReply take(TakeRequest request);

    /// Lowers slices, each only if nothing has changed it since the version named.
    ///
    /// @return the slices as they are now
    Map<WindowKey, SliceState> giveBack(Epoch epoch, List<Return> returns);

    /// Says that this epoch lives, and what its open holds are.
    Renewal renew(Epoch epoch, Map<WindowKey, Long> held);

    /// The slices of an epoch that others ask to be given back, with the generation asked for.
    Map<WindowKey, Long> recalled(Epoch epoch);

    /// Ends an epoch of which nothing is on its way any more: what is left of its slices returns to
    /// the windows.
    void end(Epoch epoch, String reason);

    /// A call that waits for a hold.
    ///
    /// @param claims those PostgreSQL keeps, in order of precedence
    /// @param outputTokensMax as left by the rate windows
    record Ask(HoldRequest request, List<Claim> claims, long outputTokensMax, Patience patience) {}

    /// How long a call waits for the slices of others.
    enum Patience {
        /// Ask them, if the call does not fit without.
        RECALL,
        /// They were asked: wait for those that have not answered.
        WAIT,
        /// The wait is over: decide with what there is.
        NONE
    }

    /// What this replica has of a window.
    ///
    /// @param limit of the rule, or the credit limit of an account, as this replica knows it
    /// @param free pieces of the slice that nobody uses and that this request may grant
    /// @param spare pieces that nobody uses beside those: this request's calls need no more, and
    ///     other calls may have them meanwhile
    /// @param unshipped pieces settled here that the store does not know yet
    /// @param wish how many free pieces the replica would like to have
    record Own(
            Limit limit, @Nullable Instant end, long free, long spare, long unshipped, long wish) {}

    /// One exchange: calls that wait, and all the windows they or the replica need more of.
    ///
    /// @param number rises with every request of an epoch: one that arrives after a later one was
    ///     made under limits that may be over
    record TakeRequest(Epoch epoch, long number, List<Ask> asks, Map<WindowKey, Own> own) {}

    sealed interface TakeReply {
        /// What became of the request.
        ///
        /// @param answers in the order asked
        /// @param over windows of which more is spent and escrowed than their limit
        record Taken(List<Answer> answers, Map<WindowKey, SliceState> slices, Set<WindowKey> over)
                implements TakeReply {}

        /// This epoch was written off: it gets nothing and admits nothing.
        record EpochOver() implements TakeReply {}

        /// A later request was served before: this one changed nothing.
        record Late() implements TakeReply {}
    }

    sealed interface Answer {
        record Decided(HoldResult result) implements Answer {}

        /// Others were asked to give back; ask again.
        record Recalling() implements Answer {}
    }

    /// A slice lowered to `amount`, unless it has changed meanwhile.
    ///
    /// @param answers the recall this answers, 0 for none
    record Return(WindowKey key, long amount, long ifVersion, long answers) {}

    /// What came of saying that an epoch lives.
    ///
    /// @param open false when the epoch was written off
    record Renewal(boolean open) {}
}
