package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.RateWindows.Taken;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.window.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call that waits for the store, at most for the limit of a wait. The store's answer and the end
/// of the wait may come at the same moment: whichever is first decides, and only then is anything
/// taken or given back.
final class HoldWaiter extends Treasury.Waiting {

    private static final Logger LOG = LoggerFactory.getLogger(HoldWaiter.class);

    /// Where the call waits.
    interface Home {

        /// Has the call served, or tells it that too many wait.
        void offer(HoldWaiter waiter);

        /// As [#offer], in a moment.
        void offerSoon(HoldWaiter waiter);

        /// The call has its hold.
        ///
        /// @param rates what it has of the short windows
        /// @return what the call is to be told
        HoldResult opened(
                HoldRequest request, CallOrigin origin, Settlement.Open hold, Taken rates);

        /// The call never ran.
        void gaveUp(Taken rates);
    }

    /// A call before it waits.
    ///
    /// @param rateClaims of the short windows, in the order of `taken`
    /// @param claims of the others
    /// @param outputTokens as the short windows left it
    record Call(
            HoldRequest request,
            CallOrigin origin,
            List<Claim> rateClaims,
            Taken taken,
            List<Claim> claims,
            long outputTokens) {}

    private final Home home;
    private final RateWindows rates;
    private final Call call;
    private final Consumer<HoldResult> receiver;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> tooLong = new CompletableFuture<>();

    HoldWaiter(Home home, RateWindows rates, Call call, Consumer<HoldResult> receiver) {
        super(call.request(), call.claims(), call.outputTokens());
        this.home = home;
        this.rates = rates;
        this.call = call;
        this.receiver = receiver;
    }

    void start(Duration mostWait) {
        var unused =
                tooLong.completeOnTimeout(null, mostWait.toMillis(), TimeUnit.MILLISECONDS)
                        .thenRun(() -> unavailable("no answer within the bounded wait"));
        home.offer(this);
    }

    @Override
    protected boolean waits() {
        return !decided.get();
    }

    @Override
    protected boolean held(Settlement.Open hold) {
        if (!decide()) {
            return false;
        }
        Taken kept =
                hold.outputTokens() < call.outputTokens()
                        ? rates.lower(call.taken(), call.rateClaims(), hold.outputTokens())
                        : call.taken();
        tell(home.opened(call.request(), call.origin(), hold, kept));
        return true;
    }

    @Override
    protected void refused(HoldResult.Refused refusal) {
        end(refusal);
    }

    @Override
    protected void unavailable(String reason) {
        end(new HoldResult.Unavailable(reason));
    }

    @Override
    protected void again() {
        home.offerSoon(this);
    }

    private void end(HoldResult result) {
        if (decide()) {
            home.gaveUp(call.taken());
            tell(result);
        }
    }

    private boolean decide() {
        boolean first = decided.compareAndSet(false, true);
        if (first) {
            tooLong.cancel(false);
        }
        return first;
    }

    private void tell(HoldResult result) {
        try {
            receiver.accept(result);
        } catch (RuntimeException e) {
            // the others of its batch must hear all the same
            LOG.error("The receiver of a hold's answer failed", e);
        }
    }
}
