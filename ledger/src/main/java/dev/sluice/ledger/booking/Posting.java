package dev.sluice.ledger.booking;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.ledger.books.Account;
import dev.sluice.ledger.books.BookStore.Transfer;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call that ended, with everything its settlement writes. Pure.
///
/// @param lost true for a call whose replica died: what the provider may ask for it is moved from
///     provider cost to operator absorbed
public record Posting(
        CallRecord call,
        Settlement.@Nullable Open open,
        Settlement settlement,
        Money providerCost,
        Map<String, BigDecimal> measures,
        boolean lost) {

    static Posting of(
            CallRecord call, Settlement.@Nullable Open open, Settlement settlement, boolean lost) {
        Money providerCost = Money.ZERO;
        for (CallRecord.Attempt attempt : call.attempts()) {
            providerCost = providerCost.plus(sum(attempt.costLines()));
        }
        // the roll-up and the row show all that the operator bore for this call
        Settlement shown =
                lost
                        ? new Settlement(
                                settlement.charged(),
                                settlement.absorbed().plus(providerCost),
                                settlement.windows(),
                                settlement.walletSpent())
                        : settlement;
        return new Posting(
                call,
                open,
                shown,
                providerCost,
                Measures.ofSettled(
                        call, shown, open == null ? Money.ZERO : open.amount(), providerCost),
                lost);
    }

    public static Money sum(List<CostLine> lines) {
        Money sum = Money.ZERO;
        for (CostLine line : lines) {
            sum = sum.plus(line.amount());
        }
        return sum;
    }

    /// The attempt that gave the answer, else the last one, else null.
    static CallRecord.@Nullable Attempt served(CallRecord call) {
        for (CallRecord.Attempt attempt : call.attempts()) {
            if (attempt.accepted()) {
                return attempt;
            }
        }
        return call.attempts().isEmpty() ? null : call.attempts().getLast();
    }

    /// At most one charge and one absorbed per call, one provider cost per attempt.
    List<Transfer> transfers(Instant now) {
        List<Transfer> transfers = new ArrayList<>();
        Attribution attribution = call.attribution();
        if (attribution == null) {
            return transfers;
        }
        String organization = attribution.organizationId();
        boolean billed = open == null || open.walletHeld() != null;
        Account income = billed ? Account.REVENUE : Account.UNBILLED_USE;
        CallRecord.Attempt served = served(call);
        String servedId = served == null ? null : served.id();
        Lines lines = new Lines(transfers, organization, now);
        lines.add(
                Kind.CHARGE,
                servedId,
                billed ? Account.WALLET : Account.UNBILLED,
                income,
                settlement.charged());
        for (CallRecord.Attempt attempt : call.attempts()) {
            lines.add(
                    Kind.PROVIDER_COST,
                    attempt.id(),
                    Account.PROVIDER_COST,
                    Account.PROVIDER_PAYABLE,
                    sum(attempt.costLines()));
        }
        lines.add(
                Kind.ABSORBED,
                servedId,
                Account.OPERATOR_ABSORBED,
                lost ? Account.PROVIDER_COST : income,
                settlement.absorbed());
        return transfers;
    }

    private final class Lines {
        private final List<Transfer> transfers;
        private final String organization;
        private final Instant now;

        Lines(List<Transfer> transfers, String organization, Instant now) {
            this.transfers = transfers;
            this.organization = organization;
            this.now = now;
        }

        void add(
                Kind kind,
                @Nullable String attemptId,
                Account debit,
                Account credit,
                Money amount) {
            if (amount.isPositive()) {
                transfers.add(
                        new Transfer(
                                organization,
                                now,
                                kind,
                                call.requestId(),
                                attemptId,
                                debit,
                                credit,
                                amount.toDecimal(),
                                null,
                                null,
                                null,
                                null));
            }
        }
    }
}
