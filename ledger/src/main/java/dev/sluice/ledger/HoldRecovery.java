package dev.sluice.ledger;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.SettleStore.Close;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes holds whose replica died. Nobody knows whether the provider was reached: the customer
/// pays nothing, and the most that reading the input may have cost is the operator's, marked
/// estimated.
final class HoldRecovery {

    /// The error code of calls that a restart cut.
    static final String GATEWAY_RESTARTED = "gateway_restarted";

    private static final Logger LOG = LoggerFactory.getLogger(HoldRecovery.class);
    private static final int PER_TRANSACTION = 200;
    private static final Duration CLOSED_KEPT = Duration.ofHours(1);

    private record Left(String requestId, CallOrigin origin, Instant admittedAt) {}

    private final Database database;
    private final SettleStore settleStore;
    private final InstantSource clock;
    private final String replica;
    private final Duration holdDeadline;

    HoldRecovery(
            Database database,
            SettleStore settleStore,
            InstantSource clock,
            String replica,
            Duration holdDeadline) {
        this.database = database;
        this.settleStore = settleStore;
        this.clock = clock;
        this.replica = replica;
        this.holdDeadline = holdDeadline;
    }

    /// Holds of this replica, all of an earlier life.
    int closeOwn() {
        return closeAll("replica = ?", replica, Set.of());
    }

    /// @param alive the calls that are open in this process
    int sweep(Set<String> alive) {
        Instant now = clock.instant();
        database.inIdempotentTransaction(sql -> {
            sql.update(
                    """
                    UPDATE hold SET deadline = ?
                     WHERE replica = ? AND state = 'open' AND deadline < ?
                       AND request_id = ANY(?::text[])
                    """,
                    now.plus(holdDeadline),
                    replica,
                    now.plus(holdDeadline.dividedBy(2)),
                    alive);
            return sql.update(
                    "DELETE FROM hold WHERE state = 'closed' AND deadline < ?",
                    now.minus(CLOSED_KEPT));
        });
        return closeAll("deadline < ?", now, alive);
    }

    private int closeAll(String which, Object argument, Set<String> alive) {
        int closed = 0;
        while (true) {
            List<Left> left =
                    database.read(sql ->
                            sql.list(
                                    """
                                    SELECT request_id, origin, admitted_at FROM hold
                                     WHERE state = 'open' AND %s
                                       AND NOT request_id = ANY(?::text[])
                                     ORDER BY request_id LIMIT %d
                                    """
                                            .formatted(which, PER_TRANSACTION),
                                    HoldRecovery::left,
                                    argument,
                                    alive));
            if (left.isEmpty()) {
                return closed;
            }
            List<Close> closes = new ArrayList<>(left.size());
            for (Left hold : left) {
                LOG.warn("Closing the hold of {}: its replica is gone", hold.requestId());
                closes.add(new Close.Settle(record(hold), true));
            }
            settleStore.close(closes);
            closed += left.size();
        }
    }

    private static Left left(Row row) {
        return new Left(
                row.text("request_id"),
                LedgerJson.readOrigin(row.text("origin")),
                row.instant("admitted_at"));
    }

    private CallRecord record(Left hold) {
        CallOrigin origin = hold.origin();
        CallRecord.Attempt attempt =
                new CallRecord.Attempt(
                        hold.requestId() + "/lost",
                        "",
                        "",
                        "",
                        origin.modelAsked(),
                        0,
                        GATEWAY_RESTARTED,
                        null,
                        false,
                        Usage.NONE,
                        true,
                        List.of(inputCost(origin)),
                        null,
                        hold.admittedAt(),
                        0);
        return new CallRecord(
                hold.requestId(),
                origin.attribution(),
                origin.endpoint(),
                origin.stream(),
                origin.modelAsked(),
                null,
                null,
                Usage.NONE,
                true,
                List.of(),
                null,
                new CallRecord.Outcome(500, GATEWAY_RESTARTED, null, null, null),
                new CallRecord.Timings(hold.admittedAt(), clock.instant(), null, null),
                List.of(attempt),
                List.of());
    }

    private static CostLine inputCost(CallOrigin origin) {
        return new CostLine(
                MeterKind.REQUESTS,
                1,
                origin.inputCostBound().toDecimal(),
                1,
                BigDecimal.ONE,
                origin.inputCostBound());
    }
}
