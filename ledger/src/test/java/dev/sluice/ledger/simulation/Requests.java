package dev.sluice.ledger.simulation;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import dev.sluice.ledger.window.Pieces;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random calls of one organization: all under a budget whose limit changes, some under two more.
final class Requests {

    static final String ORGANIZATION = "org_1";
    static final long DOLLAR = 1_000_000_000_000L;

    /// The budget whose limit changes.
    static final String CHANGING = "minute";

    private final Random random;
    private long made;

    Requests(Random random) {
        this.random = random;
    }

    /// @param limit of the changing budget, as the replica that is called knows it
    HoldRequest next(long limit, Instant now) {
        long base = 1 + random.nextLong(random.nextInt(20) == 0 ? DOLLAR : DOLLAR / 100);
        long perToken = random.nextBoolean() ? 0 : random.nextLong(DOLLAR / 100_000);
        long most = 1L + random.nextInt(2_000);
        long least = random.nextBoolean() ? most : 1 + random.nextLong(most);
        List<Claim> claims = new ArrayList<>();
        claims.add(claim(rule(CHANGING, QuotaUnit.USD, limit), now, base, perToken));
        if (random.nextBoolean()) {
            claims.add(claim(rule("team", QuotaUnit.USD, 12 * DOLLAR), now, base, perToken));
        }
        if (random.nextInt(3) == 0) {
            claims.add(claim(rule("count", QuotaUnit.REQUESTS, 600), now, 1, 0));
        }
        return new HoldRequest(
                "req" + ++made,
                ORGANIZATION,
                claims,
                new HoldRequest.WalletClaim(base, perToken, BigDecimal.ZERO),
                least,
                most,
                now);
    }

    private static Claim claim(QuotaRule rule, Instant now, long base, long perToken) {
        return new Claim(rule, "", rule.window().at(now), base, perToken);
    }

    private static QuotaRule rule(String name, QuotaUnit unit, long limit) {
        return new QuotaRule(
                name,
                ORGANIZATION,
                name,
                Scope.ORGANIZATION,
                unit,
                Pieces.decimal(unit, limit),
                unit == QuotaUnit.REQUESTS
                        ? new Window.Calendar(Window.Span.HOUR, ZoneOffset.UTC)
                        : new Window.Calendar(Window.Span.MINUTE, ZoneOffset.UTC),
                true,
                false,
                List.of(),
                null,
                null,
                null);
    }
}
