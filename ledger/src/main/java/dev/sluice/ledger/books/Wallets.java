package dev.sluice.ledger.books;

import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.books.BookStore.Transfer;
import dev.sluice.ledger.escrow.SliceRows;
import dev.sluice.ledger.window.BalanceStore;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Money that people move: top-ups, refunds, corrections. Calls block; each is one transaction that
/// locks the organization's wallet. Failures are [dev.sluice.domain.FaultException].
public final class Wallets {

    private static final Duration RECALL_LOOK = Duration.ofMillis(50);
    private static final int RECALL_LOOKS = 20;

    private static final BigDecimal LARGEST = new BigDecimal("1e15");

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;

    public Wallets(Database database, InstantSource clock, Ids ids) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
    }

    /// What an organization has.
    ///
    /// @param balance what was paid in and not used, holds included
    /// @param available what is not held; below zero only on credit
    public record WalletBalance(
            String currency, BigDecimal balance, BigDecimal held, BigDecimal available) {}

    /// The entry of a movement.
    ///
    /// @param repeated true when the reference was known: this is the first answer again
    public record Movement(Entry entry, boolean repeated) {}

    /// Zero for an organization that has no wallet yet.
    public WalletBalance balance(String organizationId) {
        WindowKey wallet = WindowKey.wallet(organizationId);
        HoldArithmetic.Balance found =
                database.snapshot(sql ->
                        SliceRows.standing(sql, List.of(wallet))
                                .getOrDefault(wallet, HoldArithmetic.Balance.EMPTY));
        BigDecimal balance = found.used().negate();
        return new WalletBalance(
                BookStore.USD, balance, found.held(), balance.subtract(found.held()));
    }

    /// Unique by reference: the same amount again is the first answer, another one a conflict.
    public Movement topUp(
            String organizationId, BigDecimal amount, String reference, String actor) {
        return database.inIdempotentTransaction(
                sql -> topUp(sql, organizationId, amount, reference, null, actor));
    }

    /// As above, in the caller's transaction.
    ///
    /// @param note why, or null
    public Movement topUp(
            Sql sql,
            String organizationId,
            BigDecimal amount,
            String reference,
            @Nullable String note,
            String actor) {
        requirePositive(amount);
        Asked asked = new Asked(organizationId, Kind.TOPUP, null, amount, reference, note, actor);
        return move(sql, asked, Account.CASH, Account.WALLET, _ -> {});
    }

    /// Gives back what a call was charged, at most all of it over all its refunds.
    public Movement refund(
            String organizationId,
            String requestId,
            BigDecimal amount,
            String reason,
            String reference,
            String actor) {
        return database.inIdempotentTransaction(
                sql -> refund(sql, organizationId, requestId, amount, reason, reference, actor));
    }

    /// As above, in the caller's transaction.
    public Movement refund(
            Sql sql,
            String organizationId,
            String requestId,
            BigDecimal amount,
            String reason,
            String reference,
            String actor) {
        requirePositive(amount);
        Asked asked =
                new Asked(organizationId, Kind.REFUND, requestId, amount, reference, reason, actor);
        return move(sql, asked, Account.REFUNDS, Account.WALLET, _ -> requireCharged(sql, asked));
    }

    /// A correction by hand, up or down; down only as far as money is available.
    public Movement adjust(
            String organizationId,
            BigDecimal amount,
            String reason,
            String reference,
            String actor) {
        if (amount.signum() < 0) {
            recall(organizationId);
        }
        return database.inIdempotentTransaction(
                sql -> adjust(sql, organizationId, amount, reason, reference, actor));
    }

    /// Asks all replicas to give back what they keep at hand of an account and no call needs, so
    /// that a movement finds all that is available. Waits for them, a second at most.
    public void recall(String organizationId) {
        for (int i = 0; i < RECALL_LOOKS; i++) {
            if (!database.inTransaction(sql -> SliceRows.recallWallet(sql, organizationId))) {
                return;
            }
            LockSupport.parkNanos(RECALL_LOOK.toNanos());
        }
    }

    /// As above, in the caller's transaction; [#recall] before, where the amount is below zero.
    public Movement adjust(
            Sql sql,
            String organizationId,
            BigDecimal amount,
            String reason,
            String reference,
            String actor) {
        boolean up = amount.signum() > 0;
        requirePositive(amount.abs());
        Asked asked =
                new Asked(
                        organizationId,
                        Kind.ADJUSTMENT,
                        null,
                        amount.abs(),
                        reference,
                        reason,
                        actor);
        if (up) {
            return move(sql, asked, Account.ADJUSTMENTS, Account.WALLET, _ -> {});
        }
        return move(
                sql,
                asked,
                Account.WALLET,
                Account.ADJUSTMENTS,
                available -> {
                    if (available.add(amount).signum() < 0) {
                        throw conflict(
                                "Only %s is available.".formatted(Decimals.canonical(available)));
                    }
                });
    }

    /// What an entry added to the wallet; negative where it took away.
    public static BigDecimal change(Entry entry) {
        return entry.credit() == Account.WALLET ? entry.amount() : entry.amount().negate();
    }

    /// A movement as it was asked for; `amount` is above zero.
    private record Asked(
            String organizationId,
            Kind kind,
            @Nullable String requestId,
            BigDecimal amount,
            String reference,
            @Nullable String reason,
            String actor) {}

    private interface Condition {
        /// Throws when the movement must not happen; the wallet is locked.
        void require(BigDecimal available);
    }

    private Movement move(
            Sql sql, Asked asked, Account debit, Account credit, Condition condition) {
        String organization = asked.organizationId();
        Instant now = clock.instant();
        BalanceStore.insertMissingWallets(sql, List.of(organization), now);
        Locked wallet = lock(sql, organization);
        Optional<Entry> before = byReference(sql, asked);
        if (before.isPresent()) {
            return new Movement(requireSame(before.get(), asked, credit), true);
        }
        condition.require(wallet.balance().subtract(wallet.escrowed()));
        BigDecimal change = credit == Account.WALLET ? asked.amount() : asked.amount().negate();
        Transfer transfer =
                new Transfer(
                        organization,
                        now,
                        asked.kind(),
                        asked.requestId(),
                        null,
                        debit,
                        credit,
                        asked.amount(),
                        asked.reference(),
                        asked.reason(),
                        asked.actor(),
                        wallet.balance().add(change));
        String id = BookStore.post(sql, ids, List.of(transfer)).getFirst();
        sql.update(
                "UPDATE wallet SET balance = balance + ? WHERE organization_id = ?",
                change,
                organization);
        return new Movement(sql.one("SELECT * FROM transfer WHERE id = ?", Entry::of, id), false);
    }

    private record Locked(BigDecimal balance, BigDecimal escrowed) {}

    private static Locked lock(Sql sql, String organizationId) {
        return sql.one(
                "SELECT balance, escrowed FROM wallet WHERE organization_id = ? FOR UPDATE",
                row -> new Locked(row.decimal("balance"), row.decimal("escrowed")),
                organizationId);
    }

    private static Optional<Entry> byReference(Sql sql, Asked asked) {
        return sql.optional(
                """
                SELECT * FROM transfer WHERE organization_id = ? AND kind = ? AND reference = ?
                """,
                Entry::of,
                asked.organizationId(),
                asked.kind().wireName(),
                asked.reference());
    }

    private static Entry requireSame(Entry before, Asked asked, Account credit) {
        boolean same =
                before.amount().compareTo(asked.amount()) == 0
                        && before.credit() == credit
                        && java.util.Objects.equals(before.requestId(), asked.requestId());
        if (!same) {
            throw conflict(
                    "The reference '%s' was used for another %s (%s). Use a new reference."
                            .formatted(
                                    asked.reference(),
                                    asked.kind().wireName(),
                                    Decimals.canonical(before.amount())));
        }
        return before;
    }

    private static void requireCharged(Sql sql, Asked asked) {
        BigDecimal left =
                sql.one(
                        """
                        SELECT COALESCE(sum(CASE kind WHEN 'charge' THEN amount
                                                      ELSE -amount END), 0)::numeric AS n
                          FROM transfer
                         WHERE organization_id = ? AND request_id = ?
                           AND (kind = 'refund' OR (kind = 'charge' AND debit = 'wallet'))
                        """,
                        row -> row.decimal("n"),
                        asked.organizationId(),
                        asked.requestId());
        if (left.compareTo(asked.amount()) < 0) {
            throw conflict(
                    "Of %s only %s is left to refund."
                            .formatted(asked.requestId(), Decimals.canonical(left)));
        }
    }

    private static void requirePositive(@Nullable BigDecimal amount) {
        if (amount == null
                || amount.signum() <= 0
                || amount.compareTo(LARGEST) > 0
                || amount.stripTrailingZeros().scale() > 12) {
            throw Fault.invalid(
                            "The amount must be above zero, at most 10^15, with at most 12"
                                    + " decimals.",
                            "amount")
                    .asException();
        }
    }

    private static dev.sluice.domain.FaultException conflict(String message) {
        return Fault.of(FaultCode.CONFLICT, message).asException();
    }
}
