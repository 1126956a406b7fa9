package dev.sluice.ledger.books;

import dev.sluice.domain.Ids;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Posts transfers and keeps the accounts' totals with them, in the caller's transaction.
public final class BookStore {

    /// The only currency of books until exchange rates exist.
    static final String USD = "USD";

    /// One movement between two accounts; `amount` is above zero.
    ///
    /// @param balanceAfter of the wallet, for movements by hand; else null
    public record Transfer(
            String organizationId,
            Instant at,
            Kind kind,
            @Nullable String requestId,
            @Nullable String attemptId,
            Account debit,
            Account credit,
            BigDecimal amount,
            @Nullable String reference,
            @Nullable String reason,
            @Nullable String actor,
            @Nullable BigDecimal balanceAfter) {}

    private BookStore() {}

    /// Returns the ids given, in order.
    public static List<String> post(Sql sql, Ids ids, List<Transfer> transfers) {
        return post(sql, _ -> ids.next("ent"), transfers);
    }

    /// As above.
    ///
    /// @param naming the id of each: entries are listed in the order of their ids
    public static List<String> post(
            Sql sql, Function<Transfer, String> naming, List<Transfer> transfers) {
        return post(sql, naming, transfers, 1);
    }

    /// As above, where the accounts count each transfer so many times.
    public static List<String> post(
            Sql sql, Function<Transfer, String> naming, List<Transfer> transfers, long times) {
        List<String> given = new ArrayList<>(transfers.size());
        if (transfers.isEmpty()) {
            return given;
        }
        List<List<@Nullable Object>> rows = new ArrayList<>(transfers.size());
        Map<AccountKey, BigDecimal[]> totals = new TreeMap<>();
        for (Transfer transfer : transfers) {
            String id = naming.apply(transfer);
            given.add(id);
            rows.add(
                    Arrays.asList(
                            id,
                            transfer.organizationId(),
                            transfer.at(),
                            transfer.kind().wireName(),
                            transfer.requestId(),
                            transfer.attemptId(),
                            transfer.debit().wireName(),
                            transfer.credit().wireName(),
                            transfer.amount(),
                            USD,
                            transfer.reference(),
                            transfer.reason(),
                            transfer.actor(),
                            transfer.balanceAfter()));
            BigDecimal amount = transfer.amount().multiply(BigDecimal.valueOf(times));
            add(totals, transfer.organizationId(), transfer.debit(), 0, amount);
            add(totals, transfer.organizationId(), transfer.credit(), 1, amount);
        }
        sql.batch(
                """
                INSERT INTO transfer (id, organization_id, at, kind, request_id, attempt_id, debit,
                                      credit, amount, currency, reference, reason, actor,
                                      balance_after)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                rows);
        updateTotals(sql, totals);
        return given;
    }

    private static void updateTotals(Sql sql, Map<AccountKey, BigDecimal[]> totals) {
        List<String> organizations = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<BigDecimal> debits = new ArrayList<>();
        List<BigDecimal> credits = new ArrayList<>();
        totals.forEach((key, sums) -> {
            organizations.add(key.organizationId());
            names.add(key.name());
            debits.add(sums[0]);
            credits.add(sums[1]);
        });
        sql.update(
                """
                INSERT INTO account AS a (organization_id, name, currency, debits, credits)
                SELECT o, n, 'USD', d, c
                  FROM unnest(?::text[], ?::text[], ?::numeric[], ?::numeric[]) AS k(o, n, d, c)
                 ORDER BY o, n
                ON CONFLICT (organization_id, name, currency)
                DO UPDATE SET debits = a.debits + excluded.debits,
                              credits = a.credits + excluded.credits
                """,
                organizations,
                names,
                debits,
                credits);
    }

    private static void add(
            Map<AccountKey, BigDecimal[]> totals,
            String organizationId,
            Account account,
            int side,
            BigDecimal amount) {
        BigDecimal[] sums =
                totals.computeIfAbsent(
                        new AccountKey(organizationId, account.wireName()),
                        _ -> new BigDecimal[] {BigDecimal.ZERO, BigDecimal.ZERO});
        sums[side] = sums[side].add(amount);
    }

    private record AccountKey(String organizationId, String name)
            implements Comparable<AccountKey> {
        @Override
        public int compareTo(AccountKey other) {
            int byOrganization = organizationId.compareTo(other.organizationId);
            return byOrganization != 0 ? byOrganization : name.compareTo(other.name);
        }
    }
}
