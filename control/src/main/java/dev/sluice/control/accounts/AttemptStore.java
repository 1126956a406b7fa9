package dev.sluice.control.accounts;

import dev.sluice.store.Sql;
import java.time.Duration;
import java.time.Instant;

/// Counts of failed sign-ins, one row for each subject with a running window.
final class AttemptStore {

    /// @param attempts in the window, this one included
    record Count(int attempts, Instant windowStart) {}

    /// Counts one more; the first one after a window begins the next.
    Count add(Sql sql, String subject, Instant now, Duration window) {
        Instant over = now.minus(window);
        return sql.one(
                """
                INSERT INTO sign_in_attempt AS a (subject, attempts, window_start)
                VALUES (?, 1, ?)
                ON CONFLICT (subject) DO UPDATE SET
                  attempts = CASE WHEN a.window_start <= ? THEN 1 ELSE a.attempts + 1 END,
                  window_start = CASE WHEN a.window_start <= ? THEN excluded.window_start
                    ELSE a.window_start END
                RETURNING attempts, window_start
                """,
                row -> new Count(row.integer("attempts"), row.instant("window_start")),
                subject,
                now,
                over,
                over);
    }

    void forget(Sql sql, String subject) {
        sql.update("DELETE FROM sign_in_attempt WHERE subject = ?", subject);
    }

    void takeBack(Sql sql, String subject) {
        sql.update(
                "UPDATE sign_in_attempt SET attempts = greatest(attempts - 1, 0)"
                        + " WHERE subject = ?",
                subject);
    }

    /// Removes some rows whose window is over; rows that somebody counts in are left alone.
    void sweep(Sql sql, Instant before) {
        sql.update(
                """
                DELETE FROM sign_in_attempt WHERE subject IN (
                  SELECT subject FROM sign_in_attempt WHERE window_start < ?
                  ORDER BY window_start LIMIT 100 FOR UPDATE SKIP LOCKED)
                """,
                before);
    }
}
