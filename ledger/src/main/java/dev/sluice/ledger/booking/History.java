package dev.sluice.ledger.booking;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.books.BookStore;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.Change;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.HoldArithmetic.Balance;
import dev.sluice.ledger.window.HoldArithmetic.Decision;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Books calls of the past: the history of a demonstration, and books to test with. What may be
/// held, what is charged and what is written is decided by the code that live calls meet; only
/// slices and the journal are left out, because nobody waits for these calls. Calls block.
public final class History {

    /// A call that was made.
    ///
    /// @param request what it asked for, or null when it was refused before that
    /// @param end what became of it under the given answer, null for one that asked for nothing;
    ///     may be asked again and must then say the same
    public record Past(
            String requestId,
            @Nullable HoldRequest request,
            Function<@Nullable HoldResult, CallRecord> end) {}

    private final Database database;
    private final Ids ids;
    private final Duration ahead;

    /// @param ahead how far the installation's clock is ahead of the one ids are made by
    public History(Database database, Ids ids, Duration ahead) {
        this.database = database;
        this.ids = ids;
        this.ahead = ahead;
    }

    /// Books calls in their order, oldest first, in one transaction; those that are known change
    /// nothing. Many at once are cheaper: a few hundred is a good number.
    ///
    /// @return what was booked, refused calls included
    public List<CallRecord> book(List<Past> calls) {
        return book(calls, 1);
    }

    /// As above, where each call stands for several: the others are copies of it within its minute,
    /// with ids of their own, which the database makes by itself. What they may hold is
    /// decided for none of them, so that no quota here may refuse anything.
    ///
    /// @param times how many rows each call comes to, itself included
    public List<CallRecord> book(List<Past> calls, int times) {
        if (times < 1 || times > CallCopies.MAX + 1) {
            throw new IllegalArgumentException("no call can be booked " + times + " times");
        }
        return database.inIdempotentTransaction(sql -> new Batch(sql, calls, times).run());
    }

    private final class Batch {
        private final Sql sql;
        private final List<Past> calls;
        private final int times;
        private final BigDecimal factor;
        private final Map<WindowKey, Change> windowChanges = new LinkedHashMap<>();
        private final Map<String, Change> walletChanges = new LinkedHashMap<>();
        private Map<WindowKey, Balance> windows = new HashMap<>();
        private Map<String, Balance> wallets = new HashMap<>();
        private final List<Posting> settled = new ArrayList<>();
        private final List<CallRecord> refused = new ArrayList<>();

        Batch(Sql sql, List<Past> calls, int times) {
            this.sql = sql;
            this.calls = calls;
            this.times = times;
            this.factor = BigDecimal.valueOf(times);
        }

        List<CallRecord> run() {
            lock();
            Set<String> known = CallStore.known(sql, calls.stream().map(Past::requestId).toList());
            List<CallRecord> booked = new ArrayList<>(calls.size());
            for (Past call : calls) {
                if (known.add(call.requestId())) {
                    booked.add(end(call));
                }
            }
            write();
            return booked;
        }

        private void lock() {
            Map<WindowKey, @Nullable Instant> ends = new LinkedHashMap<>();
            Set<String> organizations = new HashSet<>();
            for (Past call : calls) {
                HoldRequest request = call.request();
                if (request != null) {
                    exact(request)
                            .forEach(claim -> ends.put(WindowKey.of(claim), claim.window().end()));
                    if (request.wallet() != null) {
                        organizations.add(request.organizationId());
                    }
                }
            }
            BalanceStore.insertMissing(sql, ends);
            windows = BalanceStore.lockWindows(sql, ends.keySet());
            wallets = BalanceStore.lockWallets(sql, organizations);
        }

        private CallRecord end(Past call) {
            HoldRequest request = call.request();
            if (request == null) {
                return refused(call.end().apply(null));
            }
            Decision decision =
                    HoldArithmetic.decide(
                            exact(request),
                            claim -> windows.getOrDefault(WindowKey.of(claim), Balance.EMPTY),
                            request.wallet(),
                            wallets.getOrDefault(request.organizationId(), Balance.EMPTY),
                            request.outputTokensMin(),
                            request.outputTokensMax());
            return switch (decision) {
                case Decision.Refuses(HoldResult.Refused short_) ->
                        refused(call.end().apply(short_));
                case Decision.Fits(long output) -> settled(call, request, output);
            };
        }

        private CallRecord refused(CallRecord record) {
            refused.add(record);
            return record;
        }

        private CallRecord settled(Past call, HoldRequest request, long output) {
            List<HeldWindow> held =
                    exact(request).stream().map(claim -> HeldWindow.of(claim, output)).toList();
            Settlement.Open hold = Settlement.Open.of(request, held, output);
            if (times > 1 && !held.stream().allMatch(HeldWindow::shadow)) {
                throw new IllegalStateException("a quota that refuses calls decides each of them");
            }
            CallRecord record = call.end().apply(new HoldResult.Held(output, hold.amount()));
            hold(hold, BigDecimal.ONE);
            Settlement settlement =
                    Settlement.of(
                            hold,
                            Posting.sum(record.chargeLines()),
                            record.usage(),
                            key -> windows.getOrDefault(key, Balance.EMPTY),
                            wallets.getOrDefault(hold.organizationId(), Balance.EMPTY));
            hold(hold, BigDecimal.ONE.negate());
            for (Settlement.WindowChange change : settlement.windows()) {
                WindowKey key = change.window().key();
                BigDecimal spent = change.spent().add(change.window().counted()).multiply(factor);
                Change sum = windowChanges.computeIfAbsent(key, _ -> new Change());
                sum.spent = sum.spent.add(spent);
                sum.calls += times;
                windows.computeIfPresent(
                        key, (_, old) -> new Balance(old.used().add(spent), old.held()));
            }
            BigDecimal paid = settlement.walletSpent().multiply(factor);
            if (hold.walletHeld() != null) {
                Change sum =
                        walletChanges.computeIfAbsent(hold.organizationId(), _ -> new Change());
                sum.spent = sum.spent.add(paid);
                wallets.computeIfPresent(
                        hold.organizationId(),
                        (_, old) -> new Balance(old.used().add(paid), old.held()));
            }
            settled.add(Posting.of(record, hold, settlement, false));
            return record;
        }

        /// Holds it, or lets it go: settling counts what the call itself holds.
        private void hold(Settlement.Open hold, BigDecimal sign) {
            for (HeldWindow window : hold.windows()) {
                if (!window.shadow()) {
                    windows.computeIfPresent(
                            window.key(), (_, old) -> held(old, window.held().multiply(sign)));
                }
            }
            BigDecimal wallet = hold.walletHeld();
            if (wallet != null) {
                wallets.computeIfPresent(
                        hold.organizationId(), (_, old) -> held(old, wallet.multiply(sign)));
            }
        }

        private static Balance held(Balance old, BigDecimal more) {
            return new Balance(old.used(), old.held().add(more));
        }

        private void write() {
            BalanceStore.changeWindows(sql, windowChanges);
            BalanceStore.changeWallets(sql, walletChanges);
            List<BookStore.Transfer> transfers = new ArrayList<>();
            RollupStore rollups = new RollupStore();
            List<String> written = new ArrayList<>();
            for (Posting posting : settled) {
                transfers.addAll(posting.transfers(posting.call().timings().endedAt()));
                rollups.add(posting.call(), multiplied(posting.measures()));
                written.add(posting.call().requestId());
            }
            for (CallRecord call : refused) {
                rollups.add(call, Map.of(Measures.REFUSED, factor));
                written.add(call.requestId());
            }
            BookStore.post(sql, entry -> ids.at("ent", entry.at().minus(ahead)), transfers, times);
            CallStore.insertSettled(sql, settled);
            CallStore.insertRefused(sql, refused, refused.stream().map(_ -> 1L).toList());
            if (times > 1) {
                CallCopies.write(sql, written, times - 1);
            }
            rollups.write(sql);
        }

        private Map<String, BigDecimal> multiplied(Map<String, BigDecimal> measures) {
            Map<String, BigDecimal> all = new LinkedHashMap<>();
            measures.forEach((unit, quantity) -> all.put(unit, quantity.multiply(factor)));
            return all;
        }
    }

    /// Windows of calls per minute are kept by the replicas that let calls through.
    private static List<Claim> exact(HoldRequest request) {
        return request.claims().stream().filter(claim -> !claim.rule().isRate()).toList();
    }
}
