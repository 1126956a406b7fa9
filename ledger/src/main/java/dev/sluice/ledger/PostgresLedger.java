package dev.sluice.ledger;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Money;
import dev.sluice.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger as exact transactions in PostgreSQL. Calls that wait at the same time share one
/// transaction; nothing blocks the caller.
///
/// Call [#recover] before the first hold: it closes what an earlier life of this replica left open.
public final class PostgresLedger implements Ledger, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLedger.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

    private final InstantSource clock;
    private final RateWindows rates;
    private final Holding holding;
    private final Settling settling;
    private final RefusedStore refusedStore;
    private final Committer<CallRecord> refused;
    private final HoldRecovery recovery;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicLong droppedRefusals = new AtomicLong();

    /// @param replica this replica's id: no two running processes may share it
    public PostgresLedger(
            Database database,
            InstantSource clock,
            Ids ids,
            String replica,
            LedgerSettings settings) {
        this.clock = clock;
        this.rates = new RateWindows(settings.rateWindows());
        SettleStore settleStore = new SettleStore(database, clock, ids, replica);
        this.settling = new Settling(settleStore, settings);
        this.holding =
                new Holding(
                        new HoldStore(database, clock, replica, settings.holdDeadline()),
                        rates,
                        settings,
                        this::release);
        this.refusedStore = new RefusedStore(database, ids, settings.refusedRowsPerSecond());
        this.refused =
                new Committer<>(
                        "ledger-refused",
                        settings.refusedQueue(),
                        settings.batch(),
                        this::writeRefused);
        this.recovery =
                new HoldRecovery(database, settleStore, clock, replica, settings.holdDeadline());
        settling.start();
        holding.start();
        refused.start();
    }

    @Override
    public void hold(HoldRequest request, CallOrigin origin, Consumer<HoldResult> answer) {
        if (!open.get()) {
            answer.accept(new HoldResult.Unavailable("closing down"));
            return;
        }
        holding.hold(request, origin, answer);
    }

    @Override
    public void settle(CallRecord call, Runnable durable) {
        boolean ours = holding.closing(call);
        settling.add(
                new SettleStore.Close.Settle(call, false),
                () -> {
                    if (ours) {
                        holding.closed(call.requestId());
                    }
                    durable.run();
                });
    }

    @Override
    public void refused(CallRecord call) {
        if (!refused.offer(call)) {
            droppedRefusals.incrementAndGet();
        }
    }

    /// Closes every hold that an earlier life of this replica left open. Run it before readiness;
    /// blocks, and throws when the database cannot be used.
    ///
    /// @return how many holds were closed
    public int recover() {
        return recovery.closeOwn();
    }

    /// To be run about once a minute on a thread that may block: renews this replica's holds,
    /// closes those of dead replicas, drops what memory need not keep, writes counted refusals.
    ///
    /// @return how many holds were closed
    public int sweep() {
        rates.dropEnded(clock.instant());
        refusedStore.flush(clock.instant());
        return recovery.sweep(holding.open());
    }

    /// Short windows, for reading their state.
    RateWindows rates() {
        return rates;
    }

    /// Calls between hold and durable settlement.
    public int openCalls() {
        return holding.openCalls();
    }

    /// Settlements that PostgreSQL does not have yet.
    public int unsettled() {
        return settling.waiting();
    }

    /// Refused calls that were neither stored nor counted, because too many came at once.
    public long droppedRefusals() {
        return droppedRefusals.get();
    }

    /// What the operator absorbed since the start of this process.
    public Money absorbed() {
        return settling.absorbed();
    }

    /// Takes no more holds, writes what is settled, and gives up after 20 seconds each.
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            boolean all = holding.close(CLOSE_LIMIT);
            all &= settling.close(CLOSE_LIMIT);
            all &= refused.close(CLOSE_LIMIT);
            if (!all) {
                LOG.warn("Closed before everything was written: recovery will see to the rest");
            }
            try {
                refusedStore.flush(null);
            } catch (RuntimeException e) {
                LOG.warn("Counted refusals were lost: {}", e.toString());
            }
        }
    }

    private void release(String requestId, String organizationId) {
        settling.add(new SettleStore.Close.Release(requestId, organizationId), () -> {});
    }

    private void writeRefused(List<CallRecord> calls) {
        try {
            refusedStore.write(calls);
            refusedStore.flush(clock.instant());
        } catch (RuntimeException e) {
            droppedRefusals.addAndGet(calls.size());
            LOG.warn("{} refused calls were not stored: {}", calls.size(), e.toString());
        }
    }
}
