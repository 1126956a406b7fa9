package dev.sluice.gateway.batches;

import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.protocol.batch.BatchInput;
import dev.sluice.protocol.batch.BatchStatus;
import dev.sluice.protocol.batch.LineError;
import dev.sluice.protocol.json.Trees;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The work there is on batches: who does it, and the lines with what became of them. Calls block.
final class PostgresWorkStore {

    private static final int LINES_PER_STATEMENT = 500;

    private final Database database;
    private final InstantSource clock;
    private final PostgresFileStore.Sealing sealing;
    private final BatchLimits limits;
    private final String replica;
    private final String life;

    /// @param replica its other lives are over
    /// @param life names this life of it
    PostgresWorkStore(
            Database database,
            InstantSource clock,
            PostgresFileStore.Sealing sealing,
            BatchLimits limits,
            String replica,
            String life) {
        this.database = database;
        this.clock = clock;
        this.sealing = sealing;
        this.limits = limits;
        this.replica = replica;
        this.life = life;
    }

    /// A line, as it stands in the input file.
    static final class Waiting {
        private final int number;
        private final byte[] text;

        Waiting(int number, byte[] text) {
            this.number = number;
            this.text = text;
        }

        int number() {
            return number;
        }

        /// Not to be changed.
        byte[] text() {
            return text;
        }
    }

    /// Takes an open batch that nobody works on: of the organization that has the fewest in work,
    /// the oldest.
    ///
    /// @param mine those this life works on
    Optional<HeldBatch> take(Collection<String> mine) {
        return database.inIdempotentTransaction(sql ->
                sql.optional(
                        """
                        UPDATE batch
                           SET held_replica = ?, held_by = ?,
                               held_until = now() + make_interval(secs => ?)
                         WHERE id = (
                               SELECT b.id FROM batch b
                                WHERE b.status IN ('validating', 'in_progress', 'finalizing',
                                                   'cancelling')
                                  AND (b.held_until IS NULL OR b.held_until < now()
                                       OR b.held_replica = ? AND b.held_by <> ?)
                                  AND b.id <> ALL (?::text[])
                                ORDER BY (SELECT count(*) FROM batch h
                                           WHERE h.organization_id = b.organization_id
                                             AND h.status IN ('validating', 'in_progress',
                                                              'finalizing', 'cancelling')
                                             AND h.held_until >= now()),
                                         b.id
                                LIMIT 1
                                  FOR UPDATE OF b SKIP LOCKED)
                        RETURNING *
                        """,
                        PostgresBatchStore::held,
                        replica,
                        life,
                        limits.batchLease().toSeconds(),
                        replica,
                        life,
                        mine));
    }

    /// Holds on to these; returns those that are still held, each with its status.
    Map<String, BatchStatus> hold(Collection<String> mine) {
        return database.inIdempotentTransaction(sql ->
                sql
                        .list(
                                """
                                UPDATE batch SET held_until = now() + make_interval(secs => ?)
                                 WHERE id = ANY (?::text[]) AND held_by = ?
                                RETURNING id, status
                                """,
                                row ->
                                        Map.entry(
                                                row.text("id"),
                                                BatchStatus.ofWireName(row.text("status"))),
                                limits.batchLease().toSeconds(),
                                mine,
                                life)
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /// Leaves all that this life holds to whoever comes next.
    void leave() {
        database.inIdempotentTransaction(sql ->
                sql.update(
                        """
                        UPDATE batch SET held_by = NULL, held_replica = NULL, held_until = NULL
                         WHERE held_by = ?
                        """,
                        life));
    }

    /// Keeps the lines of a batch that is going to be worked on.
    ///
    /// @return its status then; empty when somebody else holds it by now
    Optional<BatchStatus> begin(String id, BatchInput input) {
        return database.inIdempotentTransaction(sql -> {
            for (int from = 0; from < input.lines(); from += LINES_PER_STATEMENT) {
                int to = Math.min(input.lines(), from + LINES_PER_STATEMENT);
                List<List<Object>> rows = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    int number = input.number(i);
                    byte[] sealed = sealing.sealBytes(input.line(i), place(id, number));
                    rows.add(List.of(id, number, sealed));
                }
                sql.batch(
                        """
                        INSERT INTO batch_line (batch_id, line, state, sealed)
                        VALUES (?, ?, 'waiting', ?) ON CONFLICT (batch_id, line) DO NOTHING
                        """,
                        rows);
            }
            return sql.optional(
                    """
                    UPDATE batch
                       SET status = CASE WHEN status = 'validating' THEN 'in_progress'
                                         ELSE status END,
                           model = ?, total = ?,
                           times = times || jsonb_build_object('in_progress_at', ?)
                     WHERE id = ? AND held_by = ?
                    RETURNING status
                    """,
                    row -> BatchStatus.ofWireName(row.text("status")),
                    input.model(),
                    input.lines(),
                    clock.instant().getEpochSecond(),
                    id,
                    life);
        });
    }

    /// Lines without an answer, in the order of their file.
    ///
    /// @param behind only those behind this one
    List<Waiting> waiting(String id, int behind, int most) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT line, sealed FROM batch_line
                         WHERE batch_id = ? AND state = 'waiting' AND line > ?
                         ORDER BY line LIMIT ?
                        """,
                        row -> {
                            int number = row.integer("line");
                            return new Waiting(
                                    number,
                                    sealing.openBytes(row.bytes("sealed"), place(id, number)));
                        },
                        id,
                        behind,
                        most));
    }

    boolean isWaiting(String id, int line) {
        return database.read(sql ->
                sql.optional(
                                """
                                SELECT line FROM batch_line
                                 WHERE batch_id = ? AND line = ? AND state = 'waiting'
                                """,
                                row -> row.integer("line"),
                                id,
                                line)
                        .isPresent());
    }

    /// Keeps what became of a line, whoever holds the batch by now; nothing when somebody else has
    /// done so, or the batch is being finished.
    ///
    /// @param answered whether a model answered
    /// @param text the line as it stands in a file the batch leaves behind
    void keep(String id, int line, boolean answered, byte[] text) {
        byte[] sealed = sealing.sealBytes(text, place(id, line));
        database.inIdempotentTransaction(sql -> {
            Optional<Boolean> open =
                    sql.optional(
                            "SELECT outcome IS NULL AS open FROM batch WHERE id = ? FOR UPDATE",
                            row -> row.bool("open"),
                            id);
            if (!open.orElse(false)) {
                return 0;
            }
            int changed =
                    sql.update(
                            """
                            UPDATE batch_line SET state = ?, sealed = ?
                             WHERE batch_id = ? AND line = ? AND state = 'waiting'
                            """,
                            answered ? "answered" : "refused",
                            sealed,
                            id,
                            line);
            return changed == 0
                    ? 0
                    : sql.update(
                            "UPDATE batch SET completed = completed + ?, failed = failed + ?"
                                    + " WHERE id = ?",
                            answered ? 1 : 0,
                            answered ? 0 : 1,
                            id);
        });
    }

    /// Decides what a batch becomes, unless that was decided before: from now on no line changes.
    ///
    /// @return what it becomes
    BatchStatus decide(String id, BatchStatus outcome, List<LineError> errors) {
        return database.inIdempotentTransaction(sql -> {
            sql.update(
                    """
                    UPDATE batch
                       SET outcome = CASE WHEN status = 'cancelling' THEN 'cancelled' ELSE ? END,
                           errors = ?::jsonb,
                           status = CASE WHEN status = 'cancelling' THEN status
                                         ELSE 'finalizing' END,
                           times = CASE WHEN status = 'cancelling' OR total = 0 THEN times
                                        ELSE times || jsonb_build_object('finalizing_at', ?) END
                     WHERE id = ? AND outcome IS NULL AND held_by = ?
                    """,
                    outcome.wireName(),
                    errors.isEmpty() ? null : Trees.text(LineError.array(errors)),
                    clock.instant().getEpochSecond(),
                    id,
                    life);
            return sql.one(
                    "SELECT coalesce(outcome, status) AS outcome FROM batch WHERE id = ?",
                    row -> BatchStatus.ofWireName(row.text("outcome")),
                    id);
        });
    }

    /// Hands over all lines of a batch in the order of their file: those with an answer, those that
    /// were refused, those that still wait.
    void each(String id, BiConsumer<String, Waiting> consumer) {
        int behind = 0;
        List<Waiting> page;
        do {
            List<String> states = new ArrayList<>();
            page = page(id, behind, states);
            for (int i = 0; i < page.size(); i++) {
                consumer.accept(states.get(i), page.get(i));
                behind = page.get(i).number();
            }
        } while (!page.isEmpty());
    }

    private List<Waiting> page(String id, int behind, List<String> states) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT line, state, sealed FROM batch_line
                         WHERE batch_id = ? AND line > ? ORDER BY line LIMIT 100
                        """,
                        row -> {
                            int number = row.integer("line");
                            states.add(row.text("state"));
                            return new Waiting(
                                    number,
                                    sealing.openBytes(row.bytes("sealed"), place(id, number)));
                        },
                        id,
                        behind));
    }

    /// Ends a batch whose files are written; nothing when somebody else holds it by now.
    ///
    /// @param failed lines in the file of errors
    /// @param files those that were written
    /// @param usage of the answers, or null when there are none
    void end(
            String id,
            BatchStatus outcome,
            int failed,
            Set<PostgresFileStore.Writer> files,
            @Nullable ObjectNode usage) {
        database.inIdempotentTransaction(sql -> {
            int ended =
                    sql.update(
                            """
                            UPDATE batch
                               SET status = ?, ran = completed + failed, failed = ?,
                                   usage = ?::jsonb,
                                   times = times || jsonb_build_object(?, ?),
                                   held_by = NULL, held_replica = NULL, held_until = NULL
                             WHERE id = ? AND outcome = ? AND held_by = ?
                            """,
                            outcome.wireName(),
                            failed,
                            usage == null ? null : Trees.text(usage),
                            outcome.timeName(),
                            clock.instant().getEpochSecond(),
                            id,
                            outcome.wireName(),
                            life);
            if (ended == 1) {
                show(sql, files);
                sql.update("DELETE FROM batch_line WHERE batch_id = ?", id);
            }
            return ended;
        });
    }

    private static void show(Sql sql, Set<PostgresFileStore.Writer> files) {
        for (PostgresFileStore.Writer file : files) {
            PostgresFileStore.end(sql, file);
        }
    }

    private static String place(String id, int line) {
        return id + "/" + line;
    }
}
