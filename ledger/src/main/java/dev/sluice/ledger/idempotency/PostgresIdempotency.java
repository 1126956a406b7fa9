package dev.sluice.ledger.idempotency;

import dev.sluice.store.Database;
import dev.sluice.store.Row;
import java.time.Instant;
import java.time.InstantSource;

/// Idempotency keys in PostgreSQL, shared by all replicas.
public final class PostgresIdempotency implements Idempotency {

    private static final String OF_SCOPE =
            """
            organization_id = ? AND key_id = ? AND method = ? AND path = ? AND idem_key = ?\
            """;

    private final Database database;
    private final InstantSource clock;
    private final String replica;

    public PostgresIdempotency(Database database, InstantSource clock, String replica) {
        this.database = database;
        this.clock = clock;
        this.replica = replica;
    }

    @Override
    public Begin begin(Scope scope, String bodySha256, String requestId) {
        Instant now = clock.instant();
        return database.inIdempotentTransaction(sql -> {
            boolean started =
                    sql.update(
                                    """
                                    INSERT INTO idempotency AS i
                                           (organization_id, key_id, method, path, idem_key,
                                            body_sha256, request_id, replica, state,
                                            created_at)
                                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)
                                    ON CONFLICT (organization_id, key_id, method, path,
                                                 idem_key)
                                    DO UPDATE SET body_sha256 = excluded.body_sha256,
                                                  request_id = excluded.request_id,
                                                  replica = excluded.replica,
                                                  state = 'running',
                                                  created_at = excluded.created_at
                                     WHERE i.created_at < ?
                                    """,
                                    scope.organizationId(),
                                    scope.keyId(),
                                    scope.method(),
                                    scope.path(),
                                    scope.idempotencyKey(),
                                    bodySha256,
                                    requestId,
                                    replica,
                                    now,
                                    now.minus(KEPT))
                            == 1;
            if (started) {
                return new Begin.Started();
            }
            return sql.optional(
                            "SELECT body_sha256, request_id, state FROM idempotency WHERE "
                                    + OF_SCOPE,
                            row -> answer(row, bodySha256, requestId),
                            scope.organizationId(),
                            scope.keyId(),
                            scope.method(),
                            scope.path(),
                            scope.idempotencyKey())
                    // freed in between: the caller asks again
                    .orElse(new Begin.Running(""));
        });
    }

    private static Begin answer(Row row, String bodySha256, String requestId) {
        String owner = row.text("request_id");
        if (!row.text("body_sha256").equals(bodySha256)) {
            return new Begin.Conflict(owner);
        }
        if (owner.equals(requestId)) {
            return new Begin.Started(); // this very call, asked again after a lost answer
        }
        return row.text("state").equals("running")
                ? new Begin.Running(owner)
                : new Begin.Finished(owner);
    }

    @Override
    public void finish(Scope scope, String requestId) {
        change("UPDATE idempotency SET state = 'finished' WHERE ", scope, requestId);
    }

    @Override
    public void free(Scope scope, String requestId) {
        change("DELETE FROM idempotency WHERE ", scope, requestId);
    }

    private void change(String statement, Scope scope, String requestId) {
        database.inIdempotentTransaction(sql ->
                sql.update(
                        statement + OF_SCOPE + " AND request_id = ? AND state = 'running'",
                        scope.organizationId(),
                        scope.keyId(),
                        scope.method(),
                        scope.path(),
                        scope.idempotencyKey(),
                        requestId));
    }

    /// After [PostgresLedger#recover]: keys that an earlier life of this replica left running are
    /// finished when their call was charged or answered, else freed.
    public void recover() {
        database.inIdempotentTransaction(sql -> {
            sql.update(
                    """
                    UPDATE idempotency i SET state = 'finished'
                      FROM call c
                     WHERE i.replica = ? AND i.state = 'running'
                       AND c.request_id = i.request_id
                       AND (c.cost_usd > 0 OR c.status_code < 400)
                    """,
                    replica);
            return sql.update(
                    "DELETE FROM idempotency WHERE replica = ? AND state = 'running'", replica);
        });
    }

    /// Forgets keys older than [Idempotency#KEPT]; to be run every few minutes.
    ///
    /// @return how many were forgotten
    public int sweep() {
        return database.inIdempotentTransaction(sql ->
                sql.update(
                        "DELETE FROM idempotency WHERE created_at < ?",
                        clock.instant().minus(KEPT)));
    }
}
