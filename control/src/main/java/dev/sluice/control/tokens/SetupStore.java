package dev.sluice.control.tokens;

import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The one-time set-up token, on the row of the installation.
final class SetupStore {

    /// What the installation knows of its set-up.
    record State(boolean done, @Nullable Instant expiresAt, String tokenHex) {}

    State lock(Sql sql) {
        return sql.one(
                """
                SELECT setup_done_at, setup_expires_at,
                coalesce(encode(setup_token_sha256, 'hex'), '') AS token
                FROM installation FOR UPDATE
                """,
                SetupStore::state);
    }

    void open(Sql sql, String tokenHex, Instant expiresAt) {
        sql.update(
                "UPDATE installation SET setup_token_sha256 = decode(?, 'hex'),"
                        + " setup_expires_at = ?",
                tokenHex,
                expiresAt);
    }

    void done(Sql sql, Instant now) {
        sql.update(
                """
                UPDATE installation SET setup_done_at = ?, setup_token_sha256 = NULL,
                setup_expires_at = NULL
                """,
                now);
    }

    private static State state(Row row) {
        return new State(
                row.instantOrNull("setup_done_at") != null,
                row.instantOrNull("setup_expires_at"),
                row.text("token"));
    }
}
