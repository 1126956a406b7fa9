package dev.sluice.gateway.responses;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Kept responses in PostgreSQL, shared by all replicas, each sealed for the row it stands in.
public final class PostgresResponseStore implements ResponseStore {

    /// Seals content for one row.
    public interface Sealing {
        byte[] seal(String content, String row);

        String open(byte[] sealed, String row);
    }

    private static final String OF_OWNER = "organization_id = ? AND key_id = ?";

    /// A response, and what it goes on from as far as that is kept. Depth is 1 for the response.
    private static final String CONVERSATION =
            """
            WITH RECURSIVE turn AS (
                SELECT r.*, 1 AS depth
                  FROM kept_response r
                 WHERE r.organization_id = ? AND r.key_id = ? AND r.response_id = ?
                UNION ALL
                SELECT r.*, t.depth + 1
                  FROM kept_response r
                  JOIN turn t ON r.organization_id = t.organization_id
                             AND r.key_id = t.key_id AND r.response_id = t.previous_id
                 WHERE t.depth <= ?)
            """;

    private final Database database;
    private final InstantSource clock;
    private final Sealing sealing;
    private final Limits limits;

    public PostgresResponseStore(
            Database database, InstantSource clock, Sealing sealing, Limits limits) {
        this.database = database;
        this.clock = clock;
        this.sealing = sealing;
        this.limits = limits;
    }

    @Override
    public void keep(Owner owner, Kept response, Set<String> itemIds) {
        byte[] sealed = sealing.seal(response.turn(), row(owner, response.id()));
        Instant now = clock.instant();
        database.inIdempotentTransaction(sql ->
                sql.update(
                        """
                        INSERT INTO kept_response
                               (organization_id, key_id, response_id, previous_id, upstream_id,
                                sealed, item_ids, created_at, used_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?::text[], ?, ?)
                        ON CONFLICT (organization_id, key_id, response_id)
                        DO UPDATE SET previous_id = excluded.previous_id,
                                      upstream_id = excluded.upstream_id,
                                      sealed = excluded.sealed,
                                      item_ids = excluded.item_ids,
                                      created_at = excluded.created_at,
                                      used_at = excluded.used_at
                        """,
                        owner.organizationId(),
                        owner.keyId(),
                        response.id(),
                        response.previousId(),
                        response.upstreamId(),
                        sealed,
                        itemIds,
                        now,
                        now));
    }

    @Override
    public List<Kept> withItems(Owner owner, Set<String> itemIds) {
        return database.inIdempotentTransaction(sql -> {
            List<Kept> found =
                    sql.list(
                            "SELECT * FROM kept_response WHERE "
                                    + OF_OWNER
                                    + " AND item_ids && ?::text[] AND used_at > ?"
                                    + " ORDER BY created_at DESC LIMIT ?",
                            row -> kept(owner, row),
                            owner.organizationId(),
                            owner.keyId(),
                            itemIds,
                            oldest(),
                            itemIds.size());
            used(sql, owner, found);
            return found;
        });
    }

    private void used(Sql sql, Owner owner, List<Kept> responses) {
        sql.update(
                "UPDATE kept_response SET used_at = ? WHERE "
                        + OF_OWNER
                        + " AND response_id = ANY(?::text[])",
                clock.instant(),
                owner.organizationId(),
                owner.keyId(),
                responses.stream().map(Kept::id).toList());
    }

    @Override
    public Optional<Kept> find(Owner owner, String id) {
        return database.read(sql ->
                sql.optional(
                        "SELECT * FROM kept_response WHERE "
                                + OF_OWNER
                                + " AND response_id = ? AND used_at > ?",
                        row -> kept(owner, row),
                        owner.organizationId(),
                        owner.keyId(),
                        id,
                        oldest()));
    }

    @Override
    public List<Kept> conversation(Owner owner, String id) {
        return database.inIdempotentTransaction(sql -> {
            Extent extent =
                    sql.one(
                            CONVERSATION
                                    + """
                                    SELECT count(*) AS turns,
                                           coalesce(sum(octet_length(sealed)), 0)::bigint AS bytes,
                                           count(*) FILTER (WHERE previous_id IS NULL) AS begins
                                      FROM turn WHERE used_at > ?
                                    """,
                            row ->
                                    new Extent(
                                            row.bigint("turns"),
                                            row.bigint("bytes"),
                                            row.bigint("begins")),
                            owner.organizationId(),
                            owner.keyId(),
                            id,
                            limits.keptConversationTurns(),
                            oldest());
            if (extent.turns > limits.keptConversationTurns()
                    || extent.bytes > limits.keptConversationBytes()) {
                throw tooLarge().asException();
            }
            if (extent.begins != 1) {
                return List.of();
            }
            List<Kept> turns =
                    sql.list(
                            CONVERSATION + "SELECT * FROM turn ORDER BY depth DESC",
                            row -> kept(owner, row),
                            owner.organizationId(),
                            owner.keyId(),
                            id,
                            limits.keptConversationTurns());
            used(sql, owner, turns);
            return turns;
        });
    }

    private record Extent(long turns, long bytes, long begins) {}

    private static Fault tooLarge() {
        return Fault.of(
                        FaultCode.REQUEST_TOO_LARGE,
                        "The conversation that `previous_response_id` names is longer than Sluice"
                                + " keeps: begin a new one.")
                .withParam("previous_response_id");
    }

    @Override
    public boolean delete(Owner owner, String id) {
        return database.inIdempotentTransaction(sql ->
                sql.update(
                                "DELETE FROM kept_response WHERE "
                                        + OF_OWNER
                                        + " AND response_id = ? AND used_at > ?",
                                owner.organizationId(),
                                owner.keyId(),
                                id,
                                oldest())
                        == 1);
    }

    /// Forgets what nobody has used for longer than it is kept; to be run every few minutes.
    ///
    /// @return how many were forgotten
    public int sweep() {
        return database.inIdempotentTransaction(
                sql -> sql.update("DELETE FROM kept_response WHERE used_at <= ?", oldest()));
    }

    private Instant oldest() {
        return clock.instant().minus(limits.keptResponse());
    }

    private Kept kept(Owner owner, Row row) {
        String id = row.text("response_id");
        return new Kept(
                id,
                row.textOrNull("previous_id"),
                row.textOrNull("upstream_id"),
                sealing.open(row.bytes("sealed"), row(owner, id)));
    }

    /// What binds a sealed turn to its row.
    private static String row(Owner owner, String id) {
        return owner.organizationId() + "/" + owner.keyId() + "/" + id;
    }
}
