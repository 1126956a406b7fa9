package dev.sluice.ledger;

import dev.sluice.domain.Money;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.journal.Flushes;
import java.math.BigDecimal;
import java.time.Duration;

/// How the ledger of this replica is doing, for whoever watches it.
///
/// @param openCalls between their hold and their last record
/// @param waitingCalls for a hold
/// @param unshippedCalls ended, and not in PostgreSQL yet
/// @param unshippedUsd what those are charged
/// @param unshippedAge how long ago the first of them ended; zero when there are none
/// @param droppedRefusals refused calls since the start that have no row and are in no count
/// @param flushes of the journal since the start
/// @param leaseLeft how long holds may be granted without a word from PostgreSQL; never negative
/// @param absorbed by the operator since the start
public record LedgerFigures(
        int openCalls,
        int waitingCalls,
        int unshippedCalls,
        BigDecimal unshippedUsd,
        Duration unshippedAge,
        long droppedRefusals,
        Flushes flushes,
        Epoch epoch,
        Duration leaseLeft,
        Escrow.Totals escrow,
        Money absorbed) {}
