package dev.sluice.ledger;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Ids;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Usage;
import dev.sluice.domain.Window;
import dev.sluice.ledger.call.CallOrigin;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.store.Database;
import dev.sluice.testkit.TestFolder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A ledger over a test database, with short words for what tests do to it.
final class Book implements AutoCloseable {

    static final Instant START = Instant.parse("2026-05-04T10:07:00Z");
    private static final AtomicInteger COUNT = new AtomicInteger();

    final AtomicReference<Instant> now = new AtomicReference<>(START);
    final InstantSource clock = now::get;
    final Ids ids = new Ids(clock, new Random(COUNT.incrementAndGet()));
    final Database database;
    final EscrowLedger ledger;

    final Path journal;

    /// Its own journal's; null where the journal is somebody else's.
    private final @Nullable TestFolder folder;

    Book(Database database, String replica, LedgerSettings settings) {
        this(database, replica, settings, TestFolder.create("journal"));
    }

    private Book(Database database, String replica, LedgerSettings settings, TestFolder folder) {
        this(database, replica, settings, folder.path(), folder);
    }

    /// Another life of a replica, over the journal of an earlier one.
    Book(Database database, String replica, LedgerSettings settings, Path journal) {
        this(database, replica, settings, journal, null);
    }

    private Book(
            Database database,
            String replica,
            LedgerSettings settings,
            Path journal,
            @Nullable TestFolder folder) {
        this.database = database;
        this.journal = journal;
        this.folder = folder;
        this.ledger =
                LedgerStart.start(
                        database, clock, System::nanoTime, ids, replica, journal, settings);
    }

    Book(Database database) {
        this(database, newId("replica"), LedgerSettings.standard());
    }

    @Override
    public void close() {
        ledger.close();
        if (folder != null) {
            folder.close();
        }
    }

    static String newId(String kind) {
        return kind + "_" + COUNT.incrementAndGet();
    }

    static QuotaRule rule(String organization, String name, QuotaUnit unit, String limit) {
        return rule(organization, name, unit, limit, day(), true, false);
    }

    static Window day() {
        return new Window.Calendar(Window.Span.DAY, ZoneOffset.UTC);
    }

    static Window minute() {
        return new Window.Calendar(Window.Span.MINUTE, ZoneOffset.UTC);
    }

    static QuotaRule rule(
            String organization,
            String name,
            QuotaUnit unit,
            String limit,
            Window window,
            boolean clamp,
            boolean shadow) {
        return new QuotaRule(
                "qr_" + name,
                organization,
                name,
                Scope.ORGANIZATION,
                unit,
                new BigDecimal(limit),
                window,
                clamp,
                shadow,
                List.of(),
                null,
                null,
                null);
    }

    Claim claim(QuotaRule rule, long base, long perOutput) {
        return claim(rule, "", base, perOutput);
    }

    Claim claim(QuotaRule rule, String member, long base, long perOutput) {
        return new Claim(rule, member, rule.window().at(now.get()), base, perOutput);
    }

    /// A dollar amount in picodollars.
    static long usd(String amount) {
        return Money.exactly(new BigDecimal(amount)).picos();
    }

    HoldRequest request(
            String organization,
            List<Claim> claims,
            HoldRequest.@Nullable WalletClaim wallet,
            long min,
            long max) {
        return new HoldRequest(newId("req"), organization, claims, wallet, min, max, now.get());
    }

    static HoldRequest.WalletClaim wallet(long base, long perOutput, String credit) {
        return new HoldRequest.WalletClaim(base, perOutput, new BigDecimal(credit));
    }

    static Attribution who(String organization) {
        return new Attribution(
                organization,
                "team_a",
                "key_a",
                "service:api",
                "production",
                "replies",
                "support",
                "customer-1",
                null,
                null,
                null,
                "act_1",
                Map.of("tier", "gold"));
    }

    static CallOrigin origin(String organization) {
        return new CallOrigin(who(organization), "/v1/chat/completions", false, "m1");
    }

    CompletableFuture<HoldResult> holdLater(HoldRequest request) {
        CompletableFuture<HoldResult> answer = new CompletableFuture<>();
        ledger.hold(request, origin(request.organizationId()), answer::complete);
        return answer;
    }

    HoldResult hold(HoldRequest request) {
        return get(holdLater(request));
    }

    HoldResult.Held mustHold(HoldRequest request) {
        HoldResult result = hold(request);
        if (result instanceof HoldResult.Held held) {
            return held;
        }
        throw new AssertionError("not held: " + result);
    }

    /// Settles and waits for the books.
    void settle(CallRecord call) {
        get(settleLater(call));
        if (!ledger.awaitBooked(Duration.ofSeconds(30))) {
            throw new AssertionError("not booked: " + call);
        }
    }

    CompletableFuture<Boolean> settleLater(CallRecord call) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        ledger.settle(
                call,
                () -> {
                    if (!durable.complete(true)) {
                        throw new AssertionError("durable ran twice");
                    }
                });
        return durable;
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    /// A call that was answered: `charge` and `cost` in dollars, tokens in and out.
    CallRecord answered(HoldRequest request, String charge, String cost, long input, long output) {
        return call(request, charge, cost, usage(input, output), 200, null);
    }

    CallRecord failed(HoldRequest request) {
        return call(request, "0", "0", Usage.NONE, 502, "upstream_error");
    }

    static Usage usage(long input, long output) {
        return Usage.builder().set(MeterKind.INPUT, input).set(MeterKind.OUTPUT, output).build();
    }

    CallRecord call(
            HoldRequest request,
            String charge,
            String cost,
            Usage usage,
            int status,
            @Nullable String errorCode) {
        return call(request, now.get(), charge, cost, usage, status, errorCode);
    }

    static CallRecord call(
            HoldRequest request,
            Instant ended,
            String charge,
            String cost,
            Usage usage,
            int status,
            @Nullable String errorCode) {
        String organization = request.organizationId();
        List<CallRecord.Attempt> attempts = new ArrayList<>();
        attempts.add(
                new CallRecord.Attempt(
                        "att_" + request.requestId(),
                        "up_1",
                        "east",
                        "simulated",
                        "m1-upstream",
                        status,
                        errorCode,
                        "prov_" + request.requestId(),
                        errorCode == null,
                        usage,
                        false,
                        lines(cost),
                        "v1",
                        request.admittedAt(),
                        12));
        return new CallRecord(
                request.requestId(),
                who(organization),
                "/v1/chat/completions",
                false,
                "m1",
                "m1-upstream",
                null,
                usage,
                false,
                lines(charge),
                "v1",
                new CallRecord.Outcome(status, errorCode, "stop", null, null),
                new CallRecord.Timings(request.admittedAt(), ended, 3L, 20L),
                attempts,
                List.of(Map.of("target", "east", "why", "first")));
    }

    static List<CostLine> lines(String amount) {
        Money money = Money.exactly(new BigDecimal(amount));
        if (money.isZero()) {
            return List.of();
        }
        // two lines, so that sums are sums
        Money half = new Money(money.picos() / 2);
        return List.of(line(half), line(money.minus(half)));
    }

    private static CostLine line(Money amount) {
        return new CostLine(
                MeterKind.INPUT,
                1,
                amount.toDecimal().stripTrailingZeros(),
                1,
                BigDecimal.ONE,
                amount);
    }

    BigDecimal number(String sql, Object... arguments) {
        return database.read(s -> s.one(sql, row -> row.decimal("n"), arguments));
    }

    BigDecimal spent(QuotaRule rule) {
        return number(
                "SELECT COALESCE(sum(spent), 0)::numeric AS n FROM budget_window WHERE rule_id = ?"
                        + " AND organization_id = ?",
                rule.id(),
                rule.organizationId());
    }

    /// What open calls hold of a rule's windows, over all replicas.
    BigDecimal held(QuotaRule rule) {
        ledger.keep();
        return number(
                "SELECT COALESCE(sum(held), 0)::numeric AS n FROM escrow_slice WHERE rule_id = ?"
                        + " AND organization_id = ?",
                rule.id(),
                rule.organizationId());
    }
}
