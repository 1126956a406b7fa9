package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.CrashPoint;
import dev.sluice.domain.Headroom;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.RateWindows.Answer;
import dev.sluice.ledger.RateWindows.Taken;
import dev.sluice.ledger.booking.Books;
import dev.sluice.ledger.booking.Books.Shipped;
import dev.sluice.ledger.booking.RefusedStore;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.booking.Unshipped;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PublishedLimits;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.journal.Journal;
import dev.sluice.ledger.journal.JournalRecord;
import dev.sluice.ledger.journal.Place;
import dev.sluice.ledger.journal.Receipt;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.ledger.window.Settlement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger of one replica: holds from slices in memory, every call in the journal before a
/// provider or a client knows of it, and PostgreSQL told afterwards.
public final class EscrowLedger implements Ledger, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EscrowLedger.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);
    private static final HoldResult ENDED = new HoldResult.Unavailable("the call has ended");
    private static final Executor SOON =
            CompletableFuture.delayedExecutor(
                    20, TimeUnit.MILLISECONDS, task -> Thread.ofVirtual().start(task));

    private final InstantSource clock;
    private final LedgerSettings settings;
    private final RateWindows rates;
    private final Escrow escrow;
    private final Treasury treasury;
    private final Journal journal;
    private final Shipper shipper;
    private final Keeper keeper;
    private final Committer<HoldWaiter> waiters;
    private final RefusedCalls refused;
    private final AtomicBoolean accepting = new AtomicBoolean(true);
    private final AtomicInteger openCalls = new AtomicInteger();
    private final AtomicInteger waitingCalls = new AtomicInteger();
    private final Unshipped unshipped = new Unshipped();
    private final ConcurrentHashMap<String, OpenCall> calls = new ConcurrentHashMap<>();

    EscrowLedger(Parts parts) {
        this.clock = parts.clock();
        this.settings = parts.settings();
        this.rates = new RateWindows(settings.rateWindows());
        this.escrow = parts.escrow();
        this.treasury = parts.treasury();
        this.journal = parts.journal();
        this.shipper =
                new Shipper(parts.books(), journal, parts.epoch(), settings, this::confirmed);
        this.keeper = new Keeper(treasury, settings.recallPoll());
        this.waiters =
                new Committer<>(
                        "ledger-hold",
                        settings.holdWaiters(),
                        settings.batch(),
                        Duration.ZERO,
                        treasury::serve);
        this.refused = new RefusedCalls(parts.refusedStore(), clock, settings);
        shipper.start();
        waiters.start();
        refused.start();
        keeper.start();
    }

    /// What a ledger is made of; [LedgerStart] makes it.
    record Parts(
            InstantSource clock,
            LedgerSettings settings,
            Epoch epoch,
            Escrow escrow,
            Treasury treasury,
            Journal journal,
            Books books,
            RefusedStore refusedStore) {}

    @Override
    public void hold(HoldRequest request, CallOrigin origin, Consumer<HoldResult> answer) {
        CrashPoint.ADMISSION_BEFORE_HOLD.reached();
        String closed = whyClosed();
        if (closed != null) {
            answer.accept(new HoldResult.Unavailable(closed));
            return;
        }
        ask(new Waiting(), request, origin, answer);
    }

    private void ask(
            HoldWaiter.Home home,
            HoldRequest request,
            CallOrigin origin,
            Consumer<HoldResult> answer) {
        List<Claim> rateClaims = new ArrayList<>();
        List<Claim> claims = new ArrayList<>(request.claims().size());
        for (Claim claim : request.claims()) {
            (claim.rule().isRate() ? rateClaims : claims).add(claim);
        }
        switch (rates.take(request, rateClaims)) {
            case Answer.Refuses(HoldResult.Refused short_) -> {
                home.gaveUp(Taken.NOTHING);
                answer.accept(short_);
            }
            case Answer.Full() -> {
                home.gaveUp(Taken.NOTHING);
                answer.accept(new HoldResult.Unavailable("limits.rate_windows are in use"));
            }
            case Answer.Granted(Taken taken, long output) -> {
                Settlement.Open hold = treasury.tryHold(request, claims, output);
                if (hold != null) {
                    answer.accept(home.opened(request, origin, hold, taken));
                } else {
                    new HoldWaiter(
                                    home,
                                    rates,
                                    new HoldWaiter.Call(
                                            request, origin, rateClaims, taken, claims, output),
                                    waited(answer))
                            .start(settings.holdWait());
                }
            }
        }
    }

    @Override
    public void extend(HoldRequest more, Consumer<HoldResult> answer) {
        OpenCall call = calls.get(more.requestId());
        if (call == null || call.hasEnded() || !accepting.get()) {
            answer.accept(ENDED);
            return;
        }
        HoldRequest named =
                new HoldRequest(
                        call.nextExtension(),
                        more.organizationId(),
                        more.claims(),
                        more.wallet(),
                        more.outputTokensMin(),
                        more.outputTokensMax(),
                        more.admittedAt());
        ask(new Extending(call), named, call.origin(), answer);
    }

    @Override
    public List<Headroom> headroom(List<Claim> claims) {
        return rates.headroom(claims);
    }

    /// Counts the call among the open ones, or says why it may not be.
    private @Nullable String whyClosed() {
        if (!accepting.get()) {
            return "closing down";
        }
        if (openCalls.incrementAndGet() > settings.openCalls()) {
            openCalls.decrementAndGet();
            return "limits.open_calls are running";
        }
        if (!journal.tryReserve()) {
            openCalls.decrementAndGet();
            return "the journal takes no more calls";
        }
        return null;
    }

    private void gaveUp(Taken taken) {
        rates.giveBack(taken);
        journal.release();
        openCalls.decrementAndGet();
    }

    private Consumer<HoldResult> waited(Consumer<HoldResult> answer) {
        waitingCalls.incrementAndGet();
        return result -> {
            waitingCalls.decrementAndGet();
            answer.accept(result);
        };
    }

    private HoldResult.Held opened(
            HoldRequest request, CallOrigin origin, Settlement.Open hold, Taken taken) {
        calls.put(hold.requestId(), new OpenCall(origin, hold, request.admittedAt(), taken));
        CrashPoint.ADMISSION_AFTER_HOLD.reached();
        return new HoldResult.Held(hold.outputTokens(), hold.amount());
    }

    /// How calls that wait for the store are served.
    private class Waiting implements HoldWaiter.Home {

        @Override
        public void offer(HoldWaiter waiter) {
            if (!waiters.offer(waiter)) {
                waiter.unavailable("limits.hold_waiters are waiting");
            }
        }

        @Override
        public void offerSoon(HoldWaiter waiter) {
            SOON.execute(() -> offer(waiter));
        }

        @Override
        public HoldResult opened(
                HoldRequest request, CallOrigin origin, Settlement.Open hold, Taken rates) {
            return EscrowLedger.this.opened(request, origin, hold, rates);
        }

        @Override
        public void gaveUp(Taken rates) {
            EscrowLedger.this.gaveUp(rates);
        }
    }

    /// How open calls that ask for more are served: what they get is added to what they hold.
    private final class Extending extends Waiting {
        private final OpenCall call;

        Extending(OpenCall call) {
            this.call = call;
        }

        @Override
        public HoldResult opened(
                HoldRequest request, CallOrigin origin, Settlement.Open more, Taken taken) {
            if (call.extend(hold -> escrow.join(hold, more), taken)) {
                return new HoldResult.Held(more.outputTokens(), more.amount());
            }
            escrow.release(more);
            rates.giveBack(taken);
            return ENDED;
        }

        @Override
        public void gaveUp(Taken taken) {
            rates.giveBack(taken);
        }
    }

    @Override
    public void attempting(CallRecord ifRelayed, Consumer<Boolean> written) {
        OpenCall call = calls.get(ifRelayed.requestId());
        if (call == null) {
            written.accept(false);
            return;
        }
        CrashPoint.ATTEMPT_BEFORE_JOURNAL.reached();
        journal.append(
                new JournalRecord.Attempted(call.hold(), ifRelayed),
                call.receipts.ofAttempt(written));
    }

    @Override
    public void relaying(String requestId, Consumer<Boolean> answer) {
        OpenCall call = calls.get(requestId);
        if (call == null) {
            answer.accept(false);
            return;
        }
        CrashPoint.RELAY_BEFORE_FLUSH_WAIT.reached();
        journal.append(new JournalRecord.Relayed(requestId), call.receipts.ofRelay(answer));
    }

    @Override
    public void progress(CallRecord soFar) {
        OpenCall call = calls.get(soFar.requestId());
        // a record after the end would keep its segment, and all later ones, for ever
        if (call != null && !call.hasEnded()) {
            journal.append(new JournalRecord.Progress(soFar), Receipt.NONE);
            CrashPoint.RELAY_PROGRESS.reached();
        }
    }

    @Override
    public void settle(CallRecord record, Runnable durable) {
        OpenCall call = calls.get(record.requestId());
        if (call == null || !call.end()) {
            durable.run();
            return;
        }
        unshipped.add(record);
        rates.settle(call.rates, record.usage());
        EndedCall ended =
                new EndedCall(
                        call,
                        new Shipment(call.hold(), record, RecoveredCall.Known.EXACT),
                        shipper,
                        () -> escrow.settle(call.hold(), ActualUse.of(record)),
                        this::closed,
                        () -> calls.remove(record.requestId()),
                        durable);
        CrashPoint.SETTLE_BEFORE_JOURNAL.reached();
        journal.append(new JournalRecord.Final(call.hold(), record), call.receipts.ofEnd(ended));
    }

    private void closed() {
        journal.release();
        openCalls.decrementAndGet();
    }

    private void confirmed(Shipper.Batch batch, Shipped shipped) {
        escrow.adopt(shipped.slices());
        if (shipped.epochOver()) {
            escrow.over();
        }
        for (int i = 0; i < batch.shipments().size(); i++) {
            Shipment shipment = batch.shipments().get(i);
            Settlement.Open hold = shipment.hold();
            if (hold != null) {
                escrow.shipped(hold, ActualUse.of(shipment.call()));
            }
            unshipped.remove(shipment.call());
            Place at = batch.places().get(i);
            if (at == null) {
                journal.booked(shipment.requestId());
            } else {
                journal.booked(shipment.requestId(), at);
            }
            OpenCall call = calls.remove(shipment.requestId());
            if (call != null) {
                call.booked();
            }
        }
    }

    @Override
    public void refused(CallRecord call) {
        refused.add(call);
    }

    /// The limits of all rules and accounts, to be told before any call is decided by them: a lower
    /// one is in force at once, also for calls that wait.
    public void limits(PublishedLimits newest) {
        escrow.limits(newest);
    }

    /// Waits until PostgreSQL has every call that has ended so far.
    ///
    /// @return false when the limit has passed before
    public boolean awaitBooked(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (unsettled() > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    /// Waits until the books have every call whose end a client of this process can have seen.
    ///
    /// @return false when the limit has passed before
    public boolean catchUp(Duration limit) {
        return shipper.awaitWorkedOff(limit);
    }

    /// Slices may have been asked back by another replica: looks now instead of at the next poll.
    public void wake() {
        keeper.wake();
    }

    /// Answers recalls, renews, returns and tells what is held, now instead of within a second.
    public void keep() {
        treasury.answerRecalls();
        treasury.tick();
    }

    /// To be run about once a minute on a thread that may block: drops what memory and disk need
    /// not keep, writes counted refusals.
    public void sweep() {
        rates.dropEnded(clock.instant());
        refused.flush();
        journal.sweep();
    }

    /// Short windows, for reading their state.
    public RateWindows rates() {
        return rates;
    }

    /// Calls of this replica between hold and books, without those of a long backlog.
    public List<OpenCall> running() {
        return List.copyOf(calls.values());
    }

    public @Nullable OpenCall running(String requestId) {
        return calls.get(requestId);
    }

    /// Calls between their hold and their last record.
    public int openCalls() {
        return openCalls.get();
    }

    /// Ended calls that PostgreSQL does not have yet.
    public int unsettled() {
        return unshipped.calls();
    }

    /// Why this replica admits no call, or null.
    public @Nullable String notReady() {
        if (escrow.isOver()) {
            return "this replica's epoch was written off";
        }
        return journal.failure();
    }

    /// How this ledger is doing now.
    public LedgerFigures figures() {
        Unshipped.Figures behind = unshipped.at(clock.instant());
        return new LedgerFigures(
                openCalls.get(),
                waitingCalls.get(),
                behind.calls(),
                behind.usd(),
                behind.age(),
                refused.dropped(),
                journal.flushes(),
                treasury.epoch(),
                treasury.leaseLeft(),
                escrow.totals(),
                shipper.absorbed());
    }

    private boolean isEmpty() {
        return openCalls.get() == 0 && unsettled() == 0;
    }

    /// Takes no more holds, ships what ended, returns all slices, and gives up after 20 seconds
    /// each. What was not shipped is in the journal.
    @Override
    public void close() {
        if (!accepting.compareAndSet(true, false)) {
            return;
        }
        boolean all = waiters.close(CLOSE_LIMIT);
        keeper.close();
        journal.close();
        all &= shipper.close(CLOSE_LIMIT);
        all &= refused.close(CLOSE_LIMIT);
        try {
            if (all && isEmpty()) {
                CrashPoint.STOP_BEFORE_RETURN.reached();
                treasury.end();
                CrashPoint.STOP_BEFORE_CLOSE.reached();
            }
        } catch (RuntimeException e) {
            LOG.warn("Closed without a word to the database: {}", e.toString());
        }
        if (!all || !isEmpty()) {
            LOG.warn("Closed before everything was written: the next start sees to the rest");
        }
    }
}
