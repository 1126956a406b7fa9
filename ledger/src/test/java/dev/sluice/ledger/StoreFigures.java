package dev.sluice.ledger;

import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.TakeReply;
import dev.sluice.ledger.simulation.ModelStore;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers and figures of two stores in a form that can be compared.
final class StoreFigures {

    /// Of windows that one of them may not have a row of.
    private static final String UNUSED = "0 spent, 0";

    private StoreFigures() {}

    static Map<String, String> figures(ModelStore model) {
        Map<String, String> figures = new TreeMap<>();
        model.balances.forEach((key, balance) -> {
            figures.put(name(key), plain(balance.spent) + " spent, " + plain(balance.escrowed));
            balance.slices.forEach((epoch, slice) ->
                    figures.put(
                            name(key) + " of " + epoch,
                            figure(
                                    Pieces.decimal(key.unit(), slice.amount),
                                    slice.version,
                                    slice.recall,
                                    slice.answered,
                                    slice.givable)));
        });
        figures.values().removeIf(UNUSED::equals);
        return figures;
    }

    static Map<String, String> figures(Database database, String organization) {
        Map<String, String> figures = new TreeMap<>();
        return database.read(sql -> {
            sql.list(
                    """
                    SELECT rule_id, spent, escrowed FROM budget_window
                     WHERE organization_id = ?
                    UNION ALL
                    SELECT '', -balance, escrowed FROM wallet WHERE organization_id = ?
                    """,
                    row ->
                            figures.put(
                                    row.text("rule_id"),
                                    plain(row.decimal("spent"))
                                            + " spent, "
                                            + plain(row.decimal("escrowed"))),
                    organization,
                    organization);
            sql.list(
                    "SELECT * FROM escrow_slice WHERE organization_id = ?",
                    row ->
                            figures.put(
                                    row.text("rule_id")
                                            + " of "
                                            + new Epoch(row.text("replica"), row.bigint("epoch")),
                                    figure(
                                            row.decimal("amount"),
                                            row.bigint("version"),
                                            row.bigint("recall"),
                                            row.bigint("answered"),
                                            row.bool("givable"))),
                    organization);
            figures.values().removeIf(UNUSED::equals);
            return figures;
        });
    }

    private static String figure(
            BigDecimal amount, long version, long recall, long answered, boolean givable) {
        return "%s in version %d, recall %d answered %d%s"
                .formatted(plain(amount), version, recall, answered, givable ? ", givable" : "");
    }

    private static String name(WindowKey key) {
        return key.ruleId();
    }

    private static String plain(BigDecimal amount) {
        return amount.stripTrailingZeros().toPlainString();
    }

    /// Without the scale of amounts, which the stores are free in.
    static String shown(TakeReply reply) {
        return switch (reply) {
            case TakeReply.Taken taken ->
                    taken.answers().stream().map(StoreFigures::shown).toList()
                            + " "
                            + sorted(taken.slices())
                            + " over "
                            + taken.over().stream().map(StoreFigures::name).sorted().toList();
            case TakeReply.EpochOver _, TakeReply.Late _ -> reply.toString();
        };
    }

    private static String shown(Answer answer) {
        return answer instanceof Answer.Decided(HoldResult.Refused refused)
                ? "refused by %s: %s, %s used, %s held, %s asked"
                        .formatted(
                                refused.claim() == null
                                        ? "the account"
                                        : refused.claim().rule().id(),
                                plain(refused.limit()),
                                plain(refused.used()),
                                plain(refused.held()),
                                plain(refused.estimate()))
                : answer.toString();
    }

    static Map<String, Object> sorted(Map<WindowKey, ?> byKey) {
        Map<String, Object> sorted = new TreeMap<>();
        byKey.forEach((key, value) -> sorted.put(name(key), value));
        return sorted;
    }

    static void same(String what, @Nullable Object expected, @Nullable Object found) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError(
                    what + "\n model:      " + expected + "\n PostgreSQL: " + found);
        }
    }
}
