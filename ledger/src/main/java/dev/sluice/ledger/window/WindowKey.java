package dev.sluice.ledger.window;

import dev.sluice.domain.Claim;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import java.time.Instant;

/// Names one window instance: the primary key of `budget_window`.
///
/// @param span the window's definition (`day Europe/Berlin`): a rule that is given another window
///     starts another count
public record WindowKey(
        String organizationId,
        String ruleId,
        String member,
        QuotaUnit unit,
        String span,
        Instant start) {

    private static final String WALLET = "wallet";

    /// An organization's account, held and counted as the windows are.
    public static WindowKey wallet(String organizationId) {
        return new WindowKey(organizationId, "", "", QuotaUnit.USD, WALLET, Instant.EPOCH);
    }

    /// The instance of the same window that begins then.
    public WindowKey startingAt(Instant another) {
        return new WindowKey(organizationId, ruleId, member, unit, span, another);
    }

    public boolean isWallet() {
        return ruleId.isEmpty();
    }

    public static WindowKey of(Claim claim) {
        return of(claim.rule(), claim.member(), claim.window());
    }

    public static WindowKey of(QuotaRule rule, String member, Window.Instance instance) {
        return new WindowKey(
                rule.organizationId(),
                rule.id(),
                member,
                rule.unit(),
                span(rule.window()),
                instance.start());
    }

    private static String span(Window window) {
        return switch (window) {
            case Window.Calendar calendar ->
                    calendar.span().wireName() + " " + calendar.zone().getId();
            case Window.Lifetime _ -> "lifetime";
        };
    }
}
