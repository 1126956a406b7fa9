package dev.sluice.ledger.reading;

import dev.sluice.ledger.books.Account;
import dev.sluice.ledger.books.Entry;
import dev.sluice.ledger.books.Kind;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the books of one organization. Calls block.
public final class LedgerEntries {

    /// One account's totals; `balance` by the account's own side, so that `wallet` shows what is
    /// left.
    public record AccountBalance(
            Account account,
            String currency,
            BigDecimal debits,
            BigDecimal credits,
            BigDecimal balance) {}

    private final Database database;

    public LedgerEntries(Database database) {
        this.database = database;
    }

    /// Which entries to list; null matches all.
    ///
    /// @param from booked at or after
    /// @param to booked before
    /// @param account debited or credited
    public record Filter(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Kind kind,
            @Nullable String requestId,
            @Nullable Account account) {

        public static final Filter ALL = new Filter(null, null, null, null, null);

        public Filter withKind(Kind wanted) {
            return new Filter(from, to, wanted, requestId, account);
        }
    }

    /// Newest first; null filters match all.
    ///
    /// @param cursor `nextCursor` of the page before, or null
    public Page<Entry> entries(
            String organizationId,
            @Nullable Kind kind,
            @Nullable String requestId,
            @Nullable String cursor,
            int limit) {
        return entries(
                organizationId, new Filter(null, null, kind, requestId, null), cursor, limit);
    }

    /// Newest first.
    ///
    /// @param cursor `nextCursor` of the page before, or null
    public Page<Entry> entries(
            String organizationId, Filter filter, @Nullable String cursor, int limit) {
        StringBuilder where = new StringBuilder("organization_id = ?");
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(organizationId);
        and(where, arguments, "at >= ?", filter.from());
        and(where, arguments, "at < ?", filter.to());
        Kind kind = filter.kind();
        if (kind != null) {
            // a word of ours: as the index of what is rare says it, which an argument cannot
            where.append(" AND kind = '").append(kind.wireName()).append("'");
        }
        and(where, arguments, "request_id = ?", filter.requestId());
        Account account = filter.account();
        if (account != null) {
            and(where, arguments, "? IN (debit, credit)", account.wireName());
        }
        if (cursor != null) {
            where.append(" AND id < ?");
            arguments.add(cursor);
        }
        int rows = Math.clamp(limit, 1, Page.LARGEST);
        List<Entry> found =
                database.read(sql ->
                        sql.list(
                                "SELECT * FROM transfer WHERE %s ORDER BY id DESC LIMIT %d"
                                        .formatted(where, rows + 1),
                                Entry::of,
                                arguments.toArray()));
        boolean more = found.size() > rows;
        List<Entry> data = more ? found.subList(0, rows) : found;
        return new Page<>(List.copyOf(data), more ? data.getLast().id() : null);
    }

    private static void and(
            StringBuilder where,
            List<@Nullable Object> arguments,
            String condition,
            @Nullable Object argument) {
        if (argument != null) {
            where.append(" AND ").append(condition);
            arguments.add(argument);
        }
    }

    public List<AccountBalance> accounts(String organizationId) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT name, currency, debits, credits FROM account
                         WHERE organization_id = ? ORDER BY name, currency
                        """,
                        row -> {
                            Account account = Account.ofWireName(row.text("name"));
                            BigDecimal debits = row.decimal("debits");
                            BigDecimal credits = row.decimal("credits");
                            return new AccountBalance(
                                    account,
                                    row.text("currency"),
                                    debits,
                                    credits,
                                    account.balance(debits, credits));
                        },
                        organizationId));
    }
}
