package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.domain.Window;
import dev.sluice.ledger.booking.RefusedStore;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.idempotency.Idempotency;
import dev.sluice.ledger.idempotency.PostgresIdempotency;
import dev.sluice.ledger.reading.CallTail;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.reading.EstimateDrift;
import dev.sluice.ledger.reading.Page;
import dev.sluice.ledger.reading.UsageReport;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls, usage, drift and idempotency keys as the management plane reads them.
class ReadingTest {

    private static TestDatabase server;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private static HoldRequest held(Book book, String org) {
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "100");
        HoldRequest request =
                book.request(org, List.of(book.claim(rule, usd("0.02"), 0)), null, 1, 1);
        book.mustHold(request);
        return request;
    }

    @Test
    void aCallIsReadAsItWasWritten() {
        try (Book book = new Book(server.database())) {
            String org = Book.newId("org");
            HoldRequest request = held(book, org);
            Calls calls = new Calls(book.database, book.ledger);
            StoredCall running = calls.get(org, request.requestId()).orElseThrow();
            assertThat(running.state()).isEqualTo(StoredCall.State.HELD);
            assertThat(running.attribution()).isEqualTo(Book.who(org));
            assertThat(running.holdUsd()).isEqualByComparingTo("0.02");

            CallRecord record = book.answered(request, "0.011", "0.009", 70, 8);
            book.settle(record);
            StoredCall call = calls.get(org, request.requestId()).orElseThrow();
            assertThat(call.state()).isEqualTo(StoredCall.State.SETTLED);
            assertThat(call.attribution()).isEqualTo(record.attribution());
            assertThat(call.attempts()).isEqualTo(record.attempts());
            assertThat(call.chargeLines()).isEqualTo(record.chargeLines());
            assertThat(call.decisions()).isEqualTo(record.decisions());
            assertThat(call.meters()).isEqualTo(record.usage());
            assertThat(call.units())
                    .containsEntry("input_tokens", new BigDecimal("70"))
                    .containsEntry("total_tokens", new BigDecimal("78"))
                    .doesNotContainKeys("usd", "requests", "final_usd");
            assertThat(calls.get("another", request.requestId())).isEmpty();
            assertThat(calls.get(null, request.requestId())).isEmpty();
        }
    }

    @Test
    void whatAnAttemptHasInCommonWithItsCallIsStoredOnceAndReadTwice() {
        try (Book book = new Book(server.database())) {
            String org = Book.newId("org");
            HoldRequest request = held(book, org);
            CallRecord record = book.answered(request, "0.011", "0.011", 70, 8);
            assertThat(record.attempts().getFirst().costLines()).isEqualTo(record.chargeLines());
            book.settle(record);

            String stored =
                    book.database.read(sql ->
                            sql.one(
                                    "SELECT attempts FROM call WHERE request_id = ?",
                                    row -> row.text("attempts"),
                                    request.requestId()));
            assertThat(stored).contains("provider_request_id");
            assertThat(stored).doesNotContain("cost_lines", "meters");
            StoredCall call =
                    new Calls(book.database, book.ledger)
                            .get(org, request.requestId())
                            .orElseThrow();
            assertThat(call.attempts()).isEqualTo(record.attempts());
        }
    }

    @Test
    void listsAreFilteredPagedAndShowRunningCallsToo() {
        try (Book book = new Book(server.database())) {
            String org = Book.newId("org");
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                book.now.updateAndGet(t -> t.plusSeconds(10));
                HoldRequest request = held(book, org);
                expected.addFirst(request.requestId());
                if (i % 3 == 1) {
                    book.settle(book.answered(request, "0.01" + i, "0.001", 1, 1));
                } else if (i % 3 == 2) {
                    book.settle(book.failed(request));
                }
            }
            Calls calls = new Calls(book.database, book.ledger);
            List<String> seen = new ArrayList<>();
            String cursor = null;
            do {
                Page<StoredCall> page = calls.list(org, Calls.Filter.ALL, cursor, 4);
                page.data().forEach(call -> seen.add(call.requestId()));
                cursor = page.nextCursor();
            } while (cursor != null);
            assertThat(seen).isEqualTo(expected);
            assertThat(count(calls, org, filter("m1", null, null, null))).isEqualTo(9);
            assertThat(count(calls, org, filter("m2", null, null, null))).isZero();
            assertThat(count(calls, org, filter(null, 502, null, null))).isEqualTo(3);
            assertThat(count(calls, org, filter(null, null, "0.014", null))).isEqualTo(2);
            assertThat(count(calls, org, filter(null, null, null, "prov_" + expected.get(1))))
                    .isEqualTo(1);
            assertThatThrownBy(() -> calls.list(org, Calls.Filter.ALL, "nonsense", 4))
                    .isInstanceOf(FaultException.class);
        }
    }

    private static int count(Calls calls, String org, Calls.Filter filter) {
        return calls.list(org, filter, null, 100).data().size();
    }

    private static Calls.Filter filter(
            @Nullable String model,
            @Nullable Integer status,
            @Nullable String minCost,
            @Nullable String providerRequestId) {
        return new Calls.Filter(
                null,
                null,
                null,
                null,
                "production",
                null,
                null,
                model,
                null,
                status,
                null,
                minCost == null ? null : new BigDecimal(minCost),
                "act_1",
                providerRequestId,
                null,
                null);
    }

    @Test
    void theTailShowsEveryCallOnce() {
        try (Book book = new Book(server.database())) {
            String org = Book.newId("org");
            book.settle(book.failed(held(book, org)));
            CallTail tail =
                    new CallTail(new Calls(book.database, book.ledger), org, Calls.Filter.ALL);
            assertThat(tail.next()).isEmpty();
            HoldRequest one = held(book, org);
            HoldRequest two = held(book, org);
            book.settle(book.failed(two));
            assertThat(tail.next())
                    .extracting(StoredCall::requestId)
                    .containsExactly(two.requestId());
            book.settle(book.failed(one));
            assertThat(tail.next())
                    .extracting(StoredCall::requestId)
                    .containsExactly(one.requestId());
            assertThat(tail.next()).isEmpty();
        }
    }

    /// Days, hours and months of any zone, whole or cut anywhere, against sums over the calls.
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Europe/Berlin",
                "Asia/Kathmandu",
                "America/St_Johns",
                "Australia/Lord_Howe",
                "Africa/Cairo"
            })
    void usageIsTheSumOfTheCallsInEveryZone(String zoneName) {
        ZoneId zone = ZoneId.of(zoneName);
        Random random = new Random(5);
        try (Book book = new Book(server.database(), "z" + zoneName, LedgerSettings.standard())) {
            String org = Book.newId("org");
            // around the end of summer time in Berlin and Cairo
            Instant begin = Instant.parse("2026-10-23T20:00:00Z");
            Map<Instant, BigDecimal> calls = new TreeMap<>();
            for (int i = 0; i < 120; i++) {
                Instant at = begin.plusSeconds(random.nextInt(9 * 86_400));
                book.now.set(at);
                BigDecimal charge = BigDecimal.valueOf(1 + random.nextInt(1_000_000), 12);
                HoldRequest request = held(book, org);
                book.settle(book.answered(request, charge.toPlainString(), "0", 1, 1));
                calls.merge(at, charge, BigDecimal::add);
            }
            for (UsageReport.Interval interval : UsageReport.Interval.values()) {
                for (int i = 0; i < 6; i++) {
                    Instant from = begin.plusSeconds(random.nextInt(4 * 86_400));
                    Instant to =
                            i == 0
                                    ? from.plusSeconds(60 + random.nextInt(600))
                                    : from.plusSeconds(random.nextInt(6 * 86_400));
                    Window window = new Window.Calendar(Window.Span.valueOf(interval.name()), zone);
                    Map<Instant, BigDecimal> expected = new TreeMap<>();
                    calls.forEach((at, charge) -> {
                        if (!at.isBefore(from) && at.isBefore(to)) {
                            expected.merge(window.at(at).start(), charge, BigDecimal::add);
                        }
                    });
                    Map<Instant, BigDecimal> found = new TreeMap<>();
                    for (UsageReport.UsageRow row :
                            new UsageReport(book.database)
                                    .rows(
                                            new UsageReport.Query(
                                                    org,
                                                    from,
                                                    to,
                                                    List.of("team", "model", "plan"),
                                                    Map.of("environment", "production"),
                                                    interval,
                                                    zone))) {
                        found.put(row.start(), row.units().getOrDefault("usd", BigDecimal.ZERO));
                        assertThat(row.group()).containsEntry("team", "team_a");
                        assertThat(row.group()).containsEntry("plan", null);
                    }
                    assertThat(scaled(found))
                            .as("%s %s %s..%s", zone, interval, from, to)
                            .isEqualTo(scaled(expected));
                }
            }
        }
    }

    @Test
    void whatIsReadByDaysIsTheSumOfTheCallsToo() {
        Random random = new Random(6);
        try (Book book = new Book(server.database(), "days", LedgerSettings.standard())) {
            String org = Book.newId("org");
            Instant begin = Instant.parse("2026-10-23T20:00:00Z");
            TreeMap<Instant, BigDecimal> calls = new TreeMap<>();
            for (int i = 0; i < 60; i++) {
                Instant at = begin.plusSeconds(random.nextInt(6 * 86_400));
                book.now.set(at);
                BigDecimal charge = BigDecimal.valueOf(1 + random.nextInt(1_000_000), 12);
                book.settle(book.answered(held(book, org), charge.toPlainString(), "0", 1, 1));
                calls.merge(at, charge, BigDecimal::add);
            }
            for (int i = 0; i < 40; i++) {
                Instant from = begin.plusSeconds(random.nextInt(3 * 86_400));
                Instant to = from.plusSeconds(1 + random.nextInt(4 * 86_400));
                if (i % 4 == 0) {
                    from = from.truncatedTo(ChronoUnit.DAYS);
                }
                UsageReport.Query query =
                        new UsageReport.Query(
                                org, from, to, List.of(), Map.of(), null, ZoneId.of("Asia/Tokyo"));
                BigDecimal expected =
                        calls.subMap(from, to).values().stream()
                                .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(
                                new UsageReport(book.database)
                                        .report(query)
                                        .totals()
                                        .getOrDefault("usd", BigDecimal.ZERO))
                        .as("%s..%s", from, to)
                        .isEqualByComparingTo(expected);
            }
        }
    }

    private static Map<Instant, BigDecimal> scaled(Map<Instant, BigDecimal> sums) {
        Map<Instant, BigDecimal> scaled = new TreeMap<>();
        sums.forEach((start, sum) -> scaled.put(start, sum.stripTrailingZeros()));
        return scaled;
    }

    @Test
    void unknownDimensionsAndZonesWithoutARegionAreRefused() {
        UsageReport report = new UsageReport(server.database());
        assertThatThrownBy(() -> report.rows(query(List.of("colour"), "UTC")))
                .isInstanceOf(FaultException.class);
        assertThatThrownBy(() -> report.rows(query(List.of(), "+02:00")))
                .isInstanceOf(FaultException.class);
    }

    private static UsageReport.Query query(List<String> groupBy, String zone) {
        return new UsageReport.Query(
                "org",
                Book.START,
                Book.START.plusSeconds(60),
                groupBy,
                Map.of(),
                UsageReport.Interval.DAY,
                ZoneId.of(zone));
    }

    @Test
    void driftComparesHoldsWithFinalPricesOfAnsweredCalls() {
        try (Book book = new Book(server.database())) {
            String org = Book.newId("org");
            book.settle(book.answered(held(book, org), "0.005", "0", 1, 1));
            book.settle(book.answered(held(book, org), "0.007", "0", 1, 1));
            book.settle(book.failed(held(book, org)));
            assertThat(
                            new EstimateDrift(book.database)
                                    .perModel(
                                            org,
                                            Book.START.minusSeconds(3600),
                                            Book.START.plusSeconds(3600)))
                    .singleElement()
                    .satisfies(drift -> {
                        assertThat(drift.calls()).isEqualTo(2);
                        assertThat(drift.estimateUsd()).isEqualByComparingTo("0.04");
                        assertThat(drift.finalUsd()).isEqualByComparingTo("0.012");
                    });
        }
    }

    @Test
    void refusedCallsAreStoredUpToALimitAndCountedAboveIt() {
        String org = Book.newId("org");
        try (Book book =
                new Book(
                        server.database(),
                        "refusing",
                        LedgerSettings.standard().withRefusedRowsPerSecond(10))) {
            for (int i = 0; i < 50; i++) {
                book.ledger.refused(refusal(book, org));
            }
            book.ledger.refused(refusal(book, null));
        }
        try (Book book = new Book(server.database())) {
            Calls calls = new Calls(book.database, book.ledger);
            List<StoredCall> stored = calls.list(org, Calls.Filter.ALL, null, 100).data();
            assertThat(stored.stream().mapToLong(StoredCall::count).sum()).isEqualTo(50);
            assertThat(stored).hasSize(11);
            assertThat(stored).allMatch(call -> call.state() == StoredCall.State.REFUSED);
            assertThat(calls.list(null, Calls.Filter.ALL, null, 10).data()).isNotEmpty();
        }
        assertThat(new LedgerVerifier(server.database()).verify(org).problems()).isEmpty();
    }

    @Test
    void theSweeperWritesTheCountsOfMinutesThatAreOver() {
        try (Book book = new Book(server.database())) {
            String org = Book.newId("org");
            RefusedStore store = new RefusedStore(book.database, book.ids, 1);
            store.write(List.of(refusal(book, org), refusal(book, org), refusal(book, org)));
            Calls calls = new Calls(book.database, book.ledger);
            store.flush(book.now.get());
            assertThat(count(calls, org, Calls.Filter.ALL)).isEqualTo(1);
            store.flush(book.now.get().plusSeconds(120));
            assertThat(calls.list(org, Calls.Filter.ALL, null, 9).data())
                    .extracting(StoredCall::count)
                    .containsExactlyInAnyOrder(1L, 2L);
            assertThat(store.groups()).isZero();
        }
    }

    private static CallRecord refusal(Book book, @Nullable String org) {
        return new CallRecord(
                Book.newId("req"),
                org == null ? null : Book.who(org),
                "/v1/chat/completions",
                false,
                "m1",
                null,
                null,
                Usage.NONE,
                false,
                List.of(),
                null,
                new CallRecord.Outcome(429, "quota_exceeded", null, null, "qr_day"),
                new CallRecord.Timings(book.now.get(), book.now.get(), 1L, null),
                List.of(),
                List.of());
    }

    @Test
    void anIdempotencyKeyBelongsToOneCall() {
        try (Book book = new Book(server.database())) {
            PostgresIdempotency keys = new PostgresIdempotency(book.database, book.clock, "r1");
            Idempotency.Scope scope =
                    new Idempotency.Scope(Book.newId("org"), "key_a", "POST", "/v1/x", "idem-1");
            assertThat(keys.begin(scope, "hash", "req_a"))
                    .isEqualTo(new Idempotency.Begin.Started());
            assertThat(keys.begin(scope, "hash", "req_b"))
                    .isEqualTo(new Idempotency.Begin.Running("req_a"));
            assertThat(keys.begin(scope, "other", "req_c"))
                    .isEqualTo(new Idempotency.Begin.Conflict("req_a"));
            keys.free(scope, "req_b");
            keys.finish(scope, "req_a");
            assertThat(keys.begin(scope, "hash", "req_b"))
                    .isEqualTo(new Idempotency.Begin.Finished("req_a"));
            book.now.updateAndGet(t -> t.plus(Duration.ofHours(25)));
            assertThat(keys.begin(scope, "other", "req_d"))
                    .isEqualTo(new Idempotency.Begin.Started());
            keys.free(scope, "req_d");
            assertThat(keys.begin(scope, "again", "req_e"))
                    .isEqualTo(new Idempotency.Begin.Started());
            book.now.updateAndGet(t -> t.plus(Duration.ofHours(25)));
            assertThat(keys.sweep()).isEqualTo(1);
        }
    }

    @Test
    void keysOfACrashedReplicaAreFinishedWhenChargedElseFreed() {
        try (Book book = new Book(server.database())) {
            PostgresIdempotency keys =
                    new PostgresIdempotency(book.database, book.clock, "crashed");
            String org = Book.newId("org");
            HoldRequest charged = held(book, org);
            book.settle(book.answered(charged, "0.01", "0", 1, 1));
            HoldRequest failed = held(book, org);
            book.settle(book.failed(failed));
            Idempotency.Scope one = new Idempotency.Scope(org, "k", "POST", "/v1/x", "one");
            Idempotency.Scope two = new Idempotency.Scope(org, "k", "POST", "/v1/x", "two");
            keys.begin(one, "h", charged.requestId());
            keys.begin(two, "h", failed.requestId());
            keys.recover();
            assertThat(keys.begin(one, "h", "req_new"))
                    .isEqualTo(new Idempotency.Begin.Finished(charged.requestId()));
            assertThat(keys.begin(two, "h", "req_new")).isEqualTo(new Idempotency.Begin.Started());
        }
    }
}
