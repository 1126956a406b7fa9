package dev.sluice.ledger;

import dev.sluice.domain.Decimals;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.BookStore.Transfer;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Money that people move: top-ups, refunds, corrections. Calls block; each is one transaction that
/// locks the organization's wallet. Failures are [dev.sluice.domain.FaultException].
public final class Wallets {

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

    /// Makes the wallet when there is none. Only US dollars until exchange rates exist.
    public void ensureWallet(String organizationId, String currency) {
        if (!currency.equals(BookStore.USD)) {
            throw Fault.invalid(
                            "No exchange rate for " + currency + " exists: use USD.", "currency")
                    .asException();
        }
        database.inIdempotentTransaction(sql -> {
            BalanceStore.insertMissingWallets(sql, List.of(organizationId), clock.instant());
            return null;
        });
    }

    /// Zero for an organization that has no wallet yet.
    public WalletBalance balance(String organizationId) {
        return database.read(sql ->
                sql.optional(
                                "SELECT currency, balance, held FROM wallet"
                                        + " WHERE organization_id = ?",
                                row ->
                                        new WalletBalance(
                                                row.text("currency"),
                                                row.decimal("balance"),
                                                row.decimal("held"),
                                                row.decimal("balance")
                                                        .subtract(row.decimal("held"))),
                                organizationId)
                        .orElse(
                                new WalletBalance(
                                        BookStore.USD,
                                        BigDecimal.ZERO,
                                        BigDecimal.ZERO,
                                        BigDecimal.ZERO)));
    }

    /// Unique by reference: the same amount again is the first answer, another one a conflict.
    public Movement topUp(
            String organizationId, BigDecimal amount, String reference, String actor) {
        requirePositive(amount);
        return move(
                new Transfer(
                        organizationId,
                        clock.instant(),
                        Kind.TOPUP,
                        null,
                        null,
                        Account.CASH,
                        Account.WALLET,
                        amount,
                        reference,
                        null,
                        actor),
                (_, _) -> {});
    }

    /// Gives back what a call was charged, at most all of it over all its refunds.
    public Movement refund(
            String organizationId,
            String requestId,
            BigDecimal amount,
            String reason,
            String reference,
            String actor) {
        requirePositive(amount);
        Transfer transfer =
                new Transfer(
                        organizationId,
                        clock.instant(),
                        Kind.REFUND,
                        requestId,
                        null,
                        Account.REFUNDS,
                        Account.WALLET,
                        amount,
                        reference,
                        reason,
                        actor);
        return move(transfer, (sql, _) -> requireCharged(sql, transfer));
    }

    /// A correction by hand, up or down; down only as far as money is available.
    public Movement adjust(
            String organizationId,
            BigDecimal amount,
            String reason,
            String reference,
            String actor) {
        boolean up = amount.signum() > 0;
        requirePositive(amount.abs());
        return move(
                new Transfer(
                        organizationId,
                        clock.instant(),
                        Kind.ADJUSTMENT,
                        null,
                        null,
                        up ? Account.ADJUSTMENTS : Account.WALLET,
                        up ? Account.WALLET : Account.ADJUSTMENTS,
                        amount.abs(),
                        reference,
                        reason,
                        actor),
                (_, available) -> {
                    if (!up && available.add(amount).signum() < 0) {
                        throw conflict(
                                "Only %s is available.".formatted(Decimals.canonical(available)));
                    }
                });
    }

    private interface Condition {
        /// Throws when the movement must not happen; the wallet is locked.
        void require(Sql sql, BigDecimal available);
    }

    private Movement move(Transfer transfer, Condition condition) {
        return database.inIdempotentTransaction(sql -> {
            String organization = transfer.organizationId();
            BalanceStore.insertMissingWallets(sql, List.of(organization), transfer.at());
            BigDecimal available = lock(sql, organization);
            Optional<Entry> before = byReference(sql, transfer);
            if (before.isPresent()) {
                return new Movement(requireSame(before.get(), transfer), true);
            }
            condition.require(sql, available);
            String id = BookStore.post(sql, ids, List.of(transfer)).getFirst();
            BigDecimal change =
                    transfer.credit() == Account.WALLET
                            ? transfer.amount()
                            : transfer.amount().negate();
            sql.update(
                    "UPDATE wallet SET balance = balance + ? WHERE organization_id = ?",
                    change,
                    organization);
            return new Movement(
                    sql.one("SELECT * FROM transfer WHERE id = ?", Entry::of, id), false);
        });
    }

    private static BigDecimal lock(Sql sql, String organizationId) {
        return sql.one(
                "SELECT balance - held AS n FROM wallet WHERE organization_id = ? FOR UPDATE",
                row -> row.decimal("n"),
                organizationId);
    }

    private static Optional<Entry> byReference(Sql sql, Transfer transfer) {
        return sql.optional(
                """
                SELECT * FROM transfer WHERE organization_id = ? AND kind = ? AND reference = ?
                """,
                Entry::of,
                transfer.organizationId(),
                transfer.kind().wireName(),
                transfer.reference());
    }

    private static Entry requireSame(Entry before, Transfer transfer) {
        boolean same =
                before.amount().compareTo(transfer.amount()) == 0
                        && before.credit() == transfer.credit()
                        && java.util.Objects.equals(before.requestId(), transfer.requestId());
        if (!same) {
            throw conflict(
                    "The reference '%s' was used for another %s (%s). Use a new reference."
                            .formatted(
                                    transfer.reference(),
                                    transfer.kind().wireName(),
                                    Decimals.canonical(before.amount())));
        }
        return before;
    }

    private static void requireCharged(Sql sql, Transfer transfer) {
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
                        transfer.organizationId(),
                        transfer.requestId());
        if (left.compareTo(transfer.amount()) < 0) {
            throw conflict(
                    "Of %s only %s is left to refund."
                            .formatted(transfer.requestId(), Decimals.canonical(left)));
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
