package dev.sluice.gateway.batches;

import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.protocol.batch.BatchObject;
import dev.sluice.protocol.batch.BatchStatus;
import dev.sluice.protocol.batch.LineError;
import dev.sluice.protocol.batch.NewBatch;
import dev.sluice.protocol.json.Trees;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Batches in PostgreSQL as clients see them. Each belongs to one key; to every other key it does
/// not exist. Calls block.
final class PostgresBatchStore {

    private static final String OPEN =
            "status IN ('validating', 'in_progress', 'finalizing', 'cancelling')";
    private static final String OF_OWNER = "organization_id = ? AND key_id = ? AND created_at > ?";

    private final Database database;
    private final InstantSource clock;
    private final BatchLimits limits;

    PostgresBatchStore(Database database, InstantSource clock, BatchLimits limits) {
        this.database = database;
        this.clock = clock;
        this.limits = limits;
    }

    /// Names for what a new batch consists of.
    record Names(String batchId, String outputFileId, String errorFileId) {}

    /// What came of making a batch.
    ///
    /// @param batch null when the organization has as many open ones as it may
    /// @param isNew false for one that was made before under the same idempotency key
    record Made(@Nullable BatchObject batch, boolean isNew) {}

    /// @param idempotencyKey as the client sent it, or null
    Made make(
            Owner owner,
            Names names,
            NewBatch wanted,
            Map<String, String> headers,
            long keepSeconds,
            @Nullable String idempotencyKey) {
        Instant now = clock.instant();
        return database.inIdempotentTransaction(sql -> {
            Optional<BatchObject> before =
                    sql.optional(
                            "SELECT * FROM batch WHERE organization_id = ? AND key_id = ?"
                                    + " AND idempotency_key = ?",
                            PostgresBatchStore::batch,
                            owner.organizationId(),
                            owner.keyId(),
                            idempotencyKey);
            if (before.isPresent()) {
                return new Made(before.get(), false);
            }
            sql.one(
                    "SELECT pg_advisory_xact_lock(hashtextextended('batch/' || ?, 0))::text AS l",
                    _ -> true,
                    owner.organizationId());
            long open =
                    sql.one(
                            "SELECT count(*) AS n FROM batch WHERE organization_id = ? AND " + OPEN,
                            row -> row.bigint("n"),
                            owner.organizationId());
            if (open >= limits.openBatches()) {
                return new Made(null, false);
            }
            BatchObject made =
                    sql.one(
                            """
                            INSERT INTO batch
                                   (id, organization_id, key_id, idempotency_key, endpoint,
                                    input_file_id, output_file_id, error_file_id, metadata,
                                    headers, keep_seconds, status, created_at, expires_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, 'validating',
                                    ?, ?)
                            RETURNING *
                            """,
                            PostgresBatchStore::batch,
                            names.batchId(),
                            owner.organizationId(),
                            owner.keyId(),
                            idempotencyKey,
                            wanted.endpoint(),
                            wanted.inputFileId(),
                            names.outputFileId(),
                            names.errorFileId(),
                            wanted.metadata() == null ? null : Trees.text(wanted.metadata()),
                            json(headers),
                            keepSeconds,
                            now,
                            now.plus(limits.batchWindow()));
            return new Made(made, true);
        });
    }

    /// Whether a batch was made under this key of an earlier request.
    boolean isKnown(Owner owner, @Nullable String idempotencyKey) {
        return idempotencyKey != null
                && database.read(sql ->
                        sql.one(
                                "SELECT count(*) AS n FROM batch WHERE organization_id = ?"
                                        + " AND key_id = ? AND idempotency_key = ?",
                                row -> row.bigint("n") > 0,
                                owner.organizationId(),
                                owner.keyId(),
                                idempotencyKey));
    }

    /// See [dev.sluice.gateway.jobs.BatchItems].
    OptionalLong ran(String id) {
        return database.read(sql ->
                sql.optional(
                                "SELECT " + OPEN + " AS open, ran FROM batch WHERE id = ?",
                                row ->
                                        row.bool("open")
                                                ? OptionalLong.empty()
                                                : OptionalLong.of(row.integer("ran")),
                                id)
                        .orElse(OptionalLong.of(0)));
    }

    private static String json(Map<String, String> headers) {
        ObjectNode json = Trees.object();
        headers.forEach(json::put);
        return Trees.text(json);
    }

    Optional<BatchObject> find(Owner owner, String id) {
        return database.read(sql ->
                sql.optional(
                        "SELECT * FROM batch WHERE " + OF_OWNER + " AND id = ?",
                        PostgresBatchStore::batch,
                        owner.organizationId(),
                        owner.keyId(),
                        oldest(),
                        id));
    }

    /// Newest first.
    ///
    /// @param after the id of the batch before, or empty
    List<BatchObject> list(Owner owner, String after, int most) {
        return database.read(sql ->
                sql.list(
                        "SELECT * FROM batch WHERE "
                                + OF_OWNER
                                + " AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?",
                        PostgresBatchStore::batch,
                        owner.organizationId(),
                        owner.keyId(),
                        oldest(),
                        after,
                        after,
                        most));
    }

    /// Asks for no more lines of a batch; changes nothing once it is being finished.
    Optional<BatchObject> cancel(Owner owner, String id) {
        database.inIdempotentTransaction(sql ->
                sql.update(
                        """
                        UPDATE batch
                           SET status = 'cancelling',
                               times = times || jsonb_build_object('cancelling_at', ?)
                         WHERE organization_id = ? AND key_id = ? AND id = ?
                           AND status IN ('validating', 'in_progress') AND outcome IS NULL
                        """,
                        clock.instant().getEpochSecond(),
                        owner.organizationId(),
                        owner.keyId(),
                        id));
        return find(owner, id);
    }

    /// Forgets batches that are told of no longer; to be run every few minutes.
    ///
    /// @return how many were forgotten
    int sweep() {
        return database.inIdempotentTransaction(sql ->
                sql.update("DELETE FROM batch WHERE created_at <= ? AND NOT " + OPEN, oldest()));
    }

    private Instant oldest() {
        return clock.instant().minus(limits.keptBatch());
    }

    private static BatchObject batch(Row row) {
        BatchStatus status = BatchStatus.ofWireName(row.text("status"));
        BatchObject.Counts counts =
                new BatchObject.Counts(
                        row.integer("total"), row.integer("completed"), row.integer("failed"));
        JsonNode errors = jsonOrNull(row, "errors");
        return new BatchObject(
                row.text("id"),
                row.text("endpoint"),
                row.text("input_file_id"),
                jsonOrNull(row, "metadata"),
                row.textOrNull("model"),
                status,
                errors == null ? List.of() : LineError.of(errors),
                status.isFinal() && counts.completed() > 0 ? row.text("output_file_id") : null,
                status.isFinal() && counts.failed() > 0 ? row.text("error_file_id") : null,
                row.instant("created_at"),
                row.instant("expires_at"),
                times(Objects.requireNonNull(jsonOrNull(row, "times"))),
                counts,
                jsonOrNull(row, "usage"));
    }

    private static @Nullable JsonNode jsonOrNull(Row row, String column) {
        String text = row.textOrNull(column);
        return text == null ? null : Trees.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<BatchStatus, Long> times(JsonNode json) {
        Map<BatchStatus, Long> times = new EnumMap<>(BatchStatus.class);
        for (BatchStatus status : BatchStatus.values()) {
            JsonNode at = json.get(status.timeName());
            if (at != null) {
                times.put(status, at.longValue());
            }
        }
        return times;
    }

    static HeldBatch held(Row row) {
        Map<String, String> headers = new HashMap<>();
        JsonNode said = Objects.requireNonNull(jsonOrNull(row, "headers"));
        said.properties().forEach(e -> headers.put(e.getKey(), e.getValue().stringValue()));
        String outcome = row.textOrNull("outcome");
        return new HeldBatch(
                row.text("id"),
                new Owner(row.text("organization_id"), row.text("key_id")),
                row.text("endpoint"),
                row.text("input_file_id"),
                row.text("output_file_id"),
                row.text("error_file_id"),
                headers,
                BatchStatus.ofWireName(row.text("status")),
                outcome == null ? null : BatchStatus.ofWireName(outcome),
                Duration.ofSeconds(row.bigint("keep_seconds")),
                row.instant("created_at"),
                row.instant("expires_at"));
    }
}
