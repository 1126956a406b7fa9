package dev.sluice.control.availability;

import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// When what is probed next, by which replica, and what a day's probes may have cost. Shared by all
/// replicas. Calls block.
public final class ProbeCalendarStore {

    private static final Duration KEPT_DAYS = Duration.ofDays(40);

    private final Database database;
    private final InstantSource clock;

    /// What is probed: a model of an upstream in one endpoint family.
    public record Spot(String upstreamId, String upstreamModel, String family) {}

    /// @param clock by which probes are due
    public ProbeCalendarStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// How often the upstreams are probed that say so themselves, by id; zero for never.
    public Map<String, Duration> ownIntervals() {
        Map<String, Duration> own = new HashMap<>();
        database.read(sql -> {
            sql.each(
                    "SELECT id, probe_seconds FROM upstream WHERE probe_seconds IS NOT NULL",
                    row ->
                            own.put(
                                    row.text("id"),
                                    Duration.ofSeconds(row.bigint("probe_seconds"))));
            return null;
        });
        return own;
    }

    /// Takes or keeps the turn to probe; false while another has it. Its time is the database's:
    /// a replica that is silent loses its turn however clocks are set.
    ///
    /// @param life names this life of a replica
    public boolean takeTurn(String life, Duration lease) {
        return database.inIdempotentTransaction(sql ->
                sql.update(
                                """
                                INSERT INTO probe_turn (held_by, held_until)
                                VALUES (?, now() + make_interval(secs => ?))
                                ON CONFLICT (one) DO UPDATE
                                   SET held_by = excluded.held_by, held_until = excluded.held_until
                                 WHERE probe_turn.held_by = excluded.held_by
                                    OR probe_turn.held_until < now()
                                """,
                                life,
                                lease.toSeconds())
                        > 0);
    }

    /// Leaves the turn to others.
    public void leaveTurn(String life) {
        database.inIdempotentTransaction(
                sql -> sql.update("DELETE FROM probe_turn WHERE held_by = ?", life));
    }

    /// The moments at which spots are due, after the calendar has been brought to what there is:
    /// what is new gets the moment given, what is gone is struck out, and nothing waits for longer
    /// than it may.
    ///
    /// @param first for spots that are new
    /// @param latest no spot is due later than this
    public Map<Spot, Instant> agree(Map<Spot, Instant> first, Map<Spot, Instant> latest) {
        return database.inIdempotentTransaction(sql -> {
            Map<Spot, Instant> due = all(sql);
            for (Spot gone : due.keySet().stream().filter(s -> !first.containsKey(s)).toList()) {
                due.remove(gone);
                strike(sql, gone);
            }
            first.forEach((spot, moment) -> {
                Instant known = due.get(spot);
                Instant limit = latest.getOrDefault(spot, moment);
                Instant agreed = known == null ? moment : known.isAfter(limit) ? limit : known;
                if (!agreed.equals(known)) {
                    put(sql, spot, agreed);
                    due.put(spot, agreed);
                }
            });
            return due;
        });
    }

    private static Map<Spot, Instant> all(Sql sql) {
        Map<Spot, Instant> due = new HashMap<>();
        sql.each(
                "SELECT * FROM probe_place",
                row ->
                        due.put(
                                new Spot(
                                        row.text("upstream_id"),
                                        row.text("upstream_model"),
                                        row.text("family")),
                                row.instant("due_at")));
        return due;
    }

    private static void strike(Sql sql, Spot spot) {
        sql.update(
                """
                DELETE FROM probe_place
                 WHERE upstream_id = ? AND upstream_model = ? AND family = ?
                """,
                spot.upstreamId(),
                spot.upstreamModel(),
                spot.family());
    }

    /// An upstream that has gone meanwhile has no row.
    private static void put(Sql sql, Spot spot, Instant due) {
        sql.update(
                """
                INSERT INTO probe_place (upstream_id, upstream_model, family, due_at)
                SELECT id, ?, ?, ? FROM upstream WHERE id = ?
                ON CONFLICT (upstream_id, upstream_model, family)
                DO UPDATE SET due_at = excluded.due_at
                """,
                spot.upstreamModel(),
                spot.family(),
                due,
                spot.upstreamId());
    }

    /// Puts a spot off without probing it.
    public void postpone(Spot spot, Instant next) {
        database.inIdempotentTransaction(sql -> {
            put(sql, spot, next);
            return null;
        });
    }

    /// Sets aside what a probe may cost and when the next one is due; false, and nothing is
    /// changed, when it does not fit into the day any more.
    ///
    /// @param next when it is due again
    /// @param most what it may cost at the provider
    /// @param perDay what all probes of a day may cost
    public boolean setAside(Spot spot, Instant next, BigDecimal most, BigDecimal perDay) {
        LocalDate day = today();
        return database.inTransaction(sql -> {
            sql.update(
                    "INSERT INTO probe_day (day, usd) VALUES (?::date, 0) ON CONFLICT DO NOTHING",
                    day.toString());
            sql.update(
                    "DELETE FROM probe_day WHERE day < ?::date",
                    day.minusDays(KEPT_DAYS.toDays()).toString());
            int fits =
                    sql.update(
                            """
                            UPDATE probe_day SET usd = usd + ?
                             WHERE day = ?::date AND usd + ? <= ?
                            """,
                            most,
                            day.toString(),
                            most,
                            perDay);
            if (fits == 0) {
                return false;
            }
            put(sql, spot, next);
            return true;
        });
    }

    /// The day that counts, in UTC.
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /// Replaces what was set aside by what it cost.
    ///
    /// @param day on which it was set aside
    /// @param cost null when nobody knows: what was set aside stays
    public void paid(LocalDate day, BigDecimal most, @Nullable BigDecimal cost) {
        if (cost == null) {
            return;
        }
        database.inTransaction(sql ->
                sql.update(
                        "UPDATE probe_day SET usd = usd - ? + ? WHERE day = ?::date",
                        most,
                        cost,
                        day.toString()));
    }
}
