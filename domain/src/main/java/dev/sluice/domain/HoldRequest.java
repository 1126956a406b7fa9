package dev.sluice.domain;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything one call asks for before it may reach a provider. All of it is granted or nothing.
///
/// The output limit starts at `outputTokensMax`. When it alone is what does not fit, it may be
/// lowered, never below `outputTokensMin`; equal values mean it may not be lowered.
///
/// @param requestId identifies the hold: one call has one hold
/// @param wallet what the account is asked for, or null when the account is left alone (sandboxes
///     and calls on a team's own provider account)
/// @param admittedAt the instant that decides which windows the call belongs to
public record HoldRequest(
        String requestId,
        String organizationId,
        List<Claim> claims,
        @Nullable WalletClaim wallet,
        long outputTokensMin,
        long outputTokensMax,
        Instant admittedAt) {

    /// The account's part: charge bound in picodollars as in [Claim], and how far the balance may
    /// go below zero (0 for prepaid, the credit limit for postpaid).
    public record WalletClaim(long base, long perOutputToken, BigDecimal creditLimit) {

        public long amountAt(long outputTokens) {
            return Math.addExact(base, Math.multiplyExact(perOutputToken, outputTokens));
        }
    }
}
