package dev.sluice.ledger;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import dev.sluice.ledger.window.HoldArithmetic;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;

/// Whether a call fits two windows and the wallet.
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HoldMicro {

    private static final long LEAST_OUTPUT = 256;
    private static final long MOST_OUTPUT = 4096;

    private final List<Claim> claims =
            List.of(claim("day", QuotaUnit.USD), claim("month", QuotaUnit.TOTAL_TOKENS));
    private final HoldRequest.WalletClaim wallet =
            new HoldRequest.WalletClaim(76_750_000, 2_000_000, BigDecimal.ZERO);
    private final HoldArithmetic.Balance window =
            new HoldArithmetic.Balance(new BigDecimal("412.250145"), new BigDecimal("0.053440"));
    private final HoldArithmetic.Balance account =
            new HoldArithmetic.Balance(
                    new BigDecimal("-8125.000145000000"), new BigDecimal("0.053440000000"));

    @Benchmark
    public Object hold() {
        return HoldArithmetic.decide(
                claims, _ -> window, wallet, account, LEAST_OUTPUT, MOST_OUTPUT);
    }

    private static Claim claim(String name, QuotaUnit unit) {
        Window forever = new Window.Lifetime();
        QuotaRule rule =
                new QuotaRule(
                        "quota_" + name,
                        "org_1",
                        name,
                        Scope.ORGANIZATION,
                        unit,
                        new BigDecimal("100000000"),
                        forever,
                        true,
                        false,
                        List.of(),
                        null,
                        null,
                        null);
        return new Claim(rule, "", forever.at(java.time.Instant.EPOCH), 300, 1);
    }
}
