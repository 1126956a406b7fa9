package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.HoldRequest;
import dev.sluice.ledger.booking.History;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.reading.Page;
import dev.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Calls that are found through the roll-ups are those that a walk over all of them finds, in the
/// same order and on the same pages.
@Tag("slow")
class RareCallsTest {

    private static final long SEED = 20_261_129;
    private static final int CALLS = 600;
    private static final Duration STRETCH = Duration.ofDays(4);
    private static final Instant BEGIN = Instant.parse("2026-10-23T20:05:00Z");

    private static TestDatabase server;
    private static Book book;
    private static String org;
    private static List<CallRecord> newestFirst;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
        book = new Book(server.database());
        org = Book.newId("org");
        Random random = new Random(SEED);
        List<History.Past> pasts = new ArrayList<>();
        List<CallRecord> records = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            // many at one moment, so that their ids decide
            long second = random.nextInt((int) STRETCH.toSeconds()) / 600 * 600L;
            book.now.set(BEGIN.plusSeconds(second));
            HoldRequest request = book.request(org, List.of(), null, 1, 1);
            CallRecord record = of(book.answered(request, "0.001", "0", 1, 1), random);
            records.add(record);
            pasts.add(new History.Past(request.requestId(), request, _ -> record));
        }
        new History(book.database, book.ids, Duration.ZERO).book(pasts);
        newestFirst =
                records.stream()
                        .sorted(
                                Comparator.comparing(
                                                (CallRecord call) -> call.timings().admittedAt())
                                        .thenComparing(CallRecord::requestId)
                                        .reversed())
                        .toList();
    }

    @AfterAll
    static void close() {
        book.close();
        server.close();
    }

    private static CallRecord of(CallRecord call, Random random) {
        int key = random.nextInt(3);
        Attribution who =
                new Attribution(
                        org,
                        key == 0 ? null : "team_" + key,
                        "key_" + key,
                        "service:" + key,
                        random.nextInt(4) == 0 ? "staging" : "production",
                        random.nextInt(40) == 0 ? "rare" : "common",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of());
        return new CallRecord(
                call.requestId(),
                who,
                call.endpoint(),
                call.stream(),
                random.nextBoolean() ? "m1" : "m2",
                call.modelServed(),
                call.hold(),
                call.usage(),
                call.estimated(),
                call.chargeLines(),
                call.priceVersion(),
                call.outcome(),
                call.timings(),
                call.attempts(),
                call.decisions());
    }

    @Test
    void pagesAreThoseOfAWalkOverAll() {
        found(
                filter(null, "team_1", null, null, null, null, null),
                who -> is("team_1", who.teamId()));
        found(
                filter(null, null, "staging", null, null, null, null),
                who -> is("staging", who.environment()));
        found(
                filter(null, null, null, "rare", null, null, null),
                who -> is("rare", who.workflow()));
        found(
                filter("key_2", null, null, "rare", null, null, null),
                who -> is("rare", who.workflow()) && is("key_2", who.keyId()));
        found(
                filter(null, null, null, "common", "service:0", null, null),
                who -> is("common", who.workflow()) && is("service:0", who.owner()));
        assertThat(found(filter(null, "team_9", null, null, null, null, null), _ -> false))
                .isZero();
    }

    @Test
    void aStretchCutsDaysAndSlotsWhereItSays() {
        Instant from = BEGIN.plus(Duration.ofMinutes(1_000));
        Instant to = BEGIN.plus(Duration.ofMinutes(3_333));
        List<String> expected =
                newestFirst.stream()
                        .filter(call ->
                                !call.timings().admittedAt().isBefore(from)
                                        && call.timings().admittedAt().isBefore(to)
                                        && is("team_2", attribution(call).teamId()))
                        .map(CallRecord::requestId)
                        .toList();
        assertThat(expected).hasSizeGreaterThan(50);
        assertThat(pages(filter(null, "team_2", null, null, null, from, to))).isEqualTo(expected);
    }

    private static int found(Calls.Filter filter, Predicate<Attribution> expected) {
        List<String> ids =
                newestFirst.stream()
                        .filter(call -> expected.test(attribution(call)))
                        .map(CallRecord::requestId)
                        .toList();
        assertThat(pages(filter)).as(filter.toString()).isEqualTo(ids);
        return ids.size();
    }

    private static List<String> pages(Calls.Filter filter) {
        Calls calls = new Calls(book.database, book.ledger);
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            Page<StoredCall> page = calls.list(org, filter, cursor, 7);
            page.data().forEach(call -> seen.add(call.requestId()));
            cursor = page.nextCursor();
        } while (cursor != null);
        return seen;
    }

    private static Attribution attribution(CallRecord call) {
        return java.util.Objects.requireNonNull(call.attribution());
    }

    private static boolean is(String wanted, @Nullable String value) {
        return wanted.equals(value);
    }

    private static Calls.Filter filter(
            @Nullable String key,
            @Nullable String team,
            @Nullable String environment,
            @Nullable String workflow,
            @Nullable String owner,
            @Nullable Instant from,
            @Nullable Instant to) {
        return new Calls.Filter(
                from,
                to,
                key,
                team,
                environment,
                workflow,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                owner,
                null);
    }
}
