package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.ledger.BalanceStore.Change;
import dev.sluice.ledger.HoldArithmetic.Balance;
import dev.sluice.ledger.HoldArithmetic.Decision;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Grants holds: many waiting calls in one transaction, each decided against what the ones before
/// it left. Used by one thread at a time.
final class HoldStore {

    /// One call that waits for its hold; `claims` are those PostgreSQL keeps.
    ///
    /// @param outputTokensMax as left by the rate windows
    record Ask(HoldRequest request, CallOrigin origin, List<Claim> claims, long outputTokensMax) {}

    private static final int MOST_KNOWN = 100_000;

    private final Database database;
    private final InstantSource clock;
    private final String replica;
    private final Duration holdDeadline;

    // rows that are known to exist need no insert; forgetting one costs an insert that does nothing
    private final Set<Object> known = ConcurrentHashMap.newKeySet();

    HoldStore(Database database, InstantSource clock, String replica, Duration holdDeadline) {
        this.database = database;
        this.clock = clock;
        this.replica = replica;
        this.holdDeadline = holdDeadline;
    }

    /// Answers in the order asked. All or nothing: an exception means nothing was granted, unless
    /// the commit's own answer was lost.
    List<HoldResult> hold(List<Ask> asks) {
        Set<Object> touched = new HashSet<>();
        List<HoldResult> results =
                database.inIdempotentTransaction(sql -> {
                    touched.clear();
                    return new Batch(sql, asks, touched).run();
                });
        if (known.size() + touched.size() > MOST_KNOWN) {
            known.clear();
        }
        known.addAll(touched);
        return results;
    }

    /// The answer that was given when this very request was held before, or null.
    @Nullable HoldResult existing(String requestId) {
        return database.read(sql ->
                sql.optional(
                                """
                                SELECT output_tokens, amount FROM hold
                                 WHERE request_id = ? AND state = 'open'
                                """,
                                row ->
                                        (HoldResult)
                                                new HoldResult.Held(
                                                        row.bigint("output_tokens"),
                                                        Money.exactly(row.decimal("amount"))),
                                requestId)
                        .orElse(null));
    }

    void forgetKnown() {
        known.clear();
    }

    private final class Batch {
        private final Sql sql;
        private final List<Ask> asks;
        private final Set<Object> touched;
        private final Map<WindowKey, Change> windowChanges = new LinkedHashMap<>();
        private final Map<String, Change> walletChanges = new LinkedHashMap<>();
        private final List<List<@Nullable Object>> rows = new ArrayList<>();
        private Map<WindowKey, Balance> windows = new HashMap<>();
        private Map<String, Balance> wallets = new HashMap<>();

        Batch(Sql sql, List<Ask> asks, Set<Object> touched) {
            this.sql = sql;
            this.asks = asks;
            this.touched = touched;
        }

        List<HoldResult> run() {
            lock();
            List<HoldResult> results = new ArrayList<>(asks.size());
            Instant now = clock.instant();
            for (Ask ask : asks) {
                results.add(decide(ask, now));
            }
            BalanceStore.changeWindows(sql, windowChanges);
            BalanceStore.changeWallets(sql, walletChanges);
            sql.batch(
                    """
                    INSERT INTO hold (request_id, organization_id, state, replica, opened_at,
                                      deadline, admitted_at, amount, wallet_held, credit_limit,
                                      output_tokens, windows, origin)
                    VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)
                    """,
                    rows);
            return results;
        }

        private void lock() {
            Map<WindowKey, @Nullable Instant> all = new LinkedHashMap<>();
            Set<String> organizations = new TreeSet<>();
            for (Ask ask : asks) {
                for (Claim claim : ask.claims()) {
                    all.put(WindowKey.of(claim), claim.window().end());
                }
                if (ask.request().wallet() != null) {
                    organizations.add(ask.request().organizationId());
                }
            }
            Map<WindowKey, @Nullable Instant> fresh = new LinkedHashMap<>(all);
            fresh.keySet().removeAll(known);
            BalanceStore.insertMissing(sql, fresh);
            windows = BalanceStore.lockWindows(sql, all.keySet());
            if (windows.size() < all.size()) {
                forgetKnown();
                throw new IllegalStateException("a known window has no row: was it restored?");
            }
            Set<String> newWallets = new TreeSet<>(organizations);
            newWallets.removeAll(known);
            BalanceStore.insertMissingWallets(sql, newWallets, clock.instant());
            wallets = BalanceStore.lockWallets(sql, organizations);
            touched.addAll(all.keySet());
            touched.addAll(organizations);
        }

        private HoldResult decide(Ask ask, Instant now) {
            HoldRequest request = ask.request();
            String organization = request.organizationId();
            Decision decision =
                    HoldArithmetic.decide(
                            ask.claims(),
                            claim -> windows.getOrDefault(WindowKey.of(claim), Balance.EMPTY),
                            request.wallet(),
                            wallets.getOrDefault(organization, Balance.EMPTY),
                            request.outputTokensMin(),
                            ask.outputTokensMax());
            return switch (decision) {
                case Decision.Refuses(HoldResult.Refused refused) -> refused;
                case Decision.Fits(long outputTokens) -> grant(ask, outputTokens, now);
            };
        }

        private HoldResult grant(Ask ask, long outputTokens, Instant now) {
            HoldRequest request = ask.request();
            List<HeldWindow> held = new ArrayList<>(ask.claims().size());
            for (Claim claim : ask.claims()) {
                HeldWindow window = HeldWindow.of(claim, outputTokens);
                held.add(window);
                Change change = windowChanges.computeIfAbsent(window.key(), _ -> new Change());
                change.spent = change.spent.add(window.counted());
                change.held = change.held.add(window.held());
                change.calls++;
                windows.computeIfPresent(
                        window.key(), (_, old) -> plus(old, window.counted(), window.held()));
            }
            Settlement.Open open = Settlement.Open.of(request, held, outputTokens);
            BigDecimal walletHeld = open.walletHeld();
            if (walletHeld != null) {
                String organization = request.organizationId();
                Change change = walletChanges.computeIfAbsent(organization, _ -> new Change());
                change.held = change.held.add(walletHeld);
                wallets.computeIfPresent(
                        organization, (_, old) -> plus(old, BigDecimal.ZERO, walletHeld));
            }
            rows.add(
                    Arrays.asList(
                            request.requestId(),
                            request.organizationId(),
                            replica,
                            now,
                            now.plus(holdDeadline),
                            request.admittedAt(),
                            open.amount().toDecimal(),
                            walletHeld,
                            open.creditLimit(),
                            outputTokens,
                            LedgerJson.windows(held),
                            LedgerJson.origin(ask.origin())));
            return new HoldResult.Held(outputTokens, open.amount());
        }

        private static Balance plus(Balance old, BigDecimal used, BigDecimal held) {
            return new Balance(old.used().add(used), old.held().add(held));
        }
    }
}
