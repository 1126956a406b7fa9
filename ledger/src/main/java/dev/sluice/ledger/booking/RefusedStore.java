package dev.sluice.ledger.booking;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes calls that were refused before they held anything: one row each up to a limit per second,
/// above it one row per key, code and minute with a count.
public final class RefusedStore {

    private record Group(
            @Nullable String organizationId,
            @Nullable String keyId,
            @Nullable String errorCode,
            int statusCode,
            Instant minute) {}

    private static final class Counted {
        final CallRecord first;
        long count;

        Counted(CallRecord first) {
            this.first = first;
        }
    }

    private final Database database;
    private final Ids ids;
    private final int rowsPerSecond;

    private final Map<Group, Counted> counted = new LinkedHashMap<>();
    private long second = Long.MIN_VALUE;
    private int rowsThisSecond;

    public RefusedStore(Database database, Ids ids, int rowsPerSecond) {
        this.database = database;
        this.ids = ids;
        this.rowsPerSecond = rowsPerSecond;
    }

    public synchronized void write(List<CallRecord> calls) {
        List<CallRecord> single = new ArrayList<>();
        for (CallRecord call : calls) {
            long now = call.timings().endedAt().getEpochSecond();
            if (now > second) {
                second = now;
                rowsThisSecond = 0;
            }
            if (rowsThisSecond < rowsPerSecond) {
                rowsThisSecond++;
                single.add(call);
            } else {
                counted.computeIfAbsent(groupOf(call), _ -> new Counted(call)).count++;
            }
        }
        insert(single, single.stream().map(_ -> 1L).toList());
    }

    /// Writes counts of minutes that are over, or all of them.
    public synchronized void flush(@Nullable Instant now) {
        List<CallRecord> rows = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        List<Group> done = new ArrayList<>();
        counted.forEach((group, sum) -> {
            if (now == null || group.minute().plus(1, ChronoUnit.MINUTES).isBefore(now)) {
                rows.add(aggregate(group, sum.first));
                counts.add(sum.count);
                done.add(group);
            }
        });
        insert(rows, counts);
        done.forEach(counted::remove);
    }

    public synchronized int groups() {
        return counted.size();
    }

    private void insert(List<CallRecord> calls, List<Long> counts) {
        if (calls.isEmpty()) {
            return;
        }
        database.inIdempotentTransaction(sql -> {
            // written before: the answer to that commit was lost
            Set<String> known =
                    CallStore.known(sql, calls.stream().map(CallRecord::requestId).toList());
            List<CallRecord> fresh = new ArrayList<>();
            List<Long> freshCounts = new ArrayList<>();
            RollupStore rollups = new RollupStore();
            for (int i = 0; i < calls.size(); i++) {
                CallRecord call = calls.get(i);
                if (known.add(call.requestId())) {
                    fresh.add(call);
                    freshCounts.add(counts.get(i));
                    rollups.add(call, Map.of(Measures.REFUSED, BigDecimal.valueOf(counts.get(i))));
                }
            }
            CallStore.insertRefused(sql, fresh, freshCounts);
            rollups.write(sql);
            return null;
        });
    }

    private static Group groupOf(CallRecord call) {
        Attribution who = call.attribution();
        return new Group(
                who == null ? null : who.organizationId(),
                who == null ? null : who.keyId(),
                call.outcome().errorCode(),
                call.outcome().statusCode(),
                call.timings().admittedAt().truncatedTo(ChronoUnit.MINUTES));
    }

    private CallRecord aggregate(Group group, CallRecord first) {
        return new CallRecord(
                ids.next("req"),
                keyOnly(first.attribution()),
                first.endpoint(),
                false,
                null,
                null,
                null,
                first.usage(),
                false,
                List.of(),
                null,
                new CallRecord.Outcome(
                        group.statusCode(), group.errorCode(), null, null, first.outcome().rule()),
                new CallRecord.Timings(group.minute(), first.timings().endedAt(), null, null),
                List.of(),
                List.of());
    }

    // what is fixed on the key holds for all of them, what a request declared does not
    private static @Nullable Attribution keyOnly(@Nullable Attribution who) {
        if (who == null) {
            return null;
        }
        return new Attribution(
                Objects.requireNonNull(who.organizationId()),
                who.teamId(),
                who.keyId(),
                who.owner(),
                who.environment(),
                null,
                null,
                null,
                who.plan(),
                null,
                null,
                null,
                Map.of());
    }
}
