package dev.sluice.ledger;

import java.time.Duration;

/// The ledger's named limits.
///
/// @param holdWait how long a call waits for its hold before 503 `escrow_unavailable`
/// @param holdWaiters how many calls may wait for a hold at a time
/// @param openCalls how many calls may be between their hold and their last record
/// @param backlogInMemory how many ended calls wait for PostgreSQL in memory; those beyond it are
///     read from the journal, whose `unbookedBytes` bound the backlog
/// @param batch how many holds or settlements share one transaction
/// @param gather how long an ended call waits for others to share its transaction
/// @param settleRetry the pause before a settlement that failed is tried again
/// @param refusedRowsPerSecond refused calls stored one by one; more are counted per key, code,
///     minute
/// @param refusedQueue refused calls waiting to be written; more are dropped and counted
/// @param rateWindows short windows kept in memory
/// @param recallPoll how long a recall waits at most when nobody announces it
public record LedgerSettings(
        Duration holdWait,
        int holdWaiters,
        int openCalls,
        int backlogInMemory,
        int batch,
        Duration gather,
        Duration settleRetry,
        int refusedRowsPerSecond,
        int refusedQueue,
        int rateWindows,
        Duration recallPoll) {

    public static LedgerSettings standard() {
        return new LedgerSettings(
                Duration.ofSeconds(2),
                1_000,
                20_000,
                2_000,
                128,
                Duration.ofMillis(25),
                Duration.ofMillis(200),
                1_000,
                10_000,
                200_000,
                Duration.ofMillis(200));
    }

    public LedgerSettings withRefusedRowsPerSecond(int rows) {
        return new LedgerSettings(
                holdWait,
                holdWaiters,
                openCalls,
                backlogInMemory,
                batch,
                gather,
                settleRetry,
                rows,
                refusedQueue,
                rateWindows,
                recallPoll);
    }

    public LedgerSettings withRecallPoll(Duration poll) {
        return new LedgerSettings(
                holdWait,
                holdWaiters,
                openCalls,
                backlogInMemory,
                batch,
                gather,
                settleRetry,
                refusedRowsPerSecond,
                refusedQueue,
                rateWindows,
                poll);
    }

    public LedgerSettings withBacklogInMemory(int calls) {
        return new LedgerSettings(
                holdWait,
                holdWaiters,
                openCalls,
                calls,
                batch,
                gather,
                settleRetry,
                refusedRowsPerSecond,
                refusedQueue,
                rateWindows,
                recallPoll);
    }
}
