package dev.sluice.ledger.verification;

import dev.sluice.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Proves the books of every organization from time to time and keeps what it found, so that a page
/// can say when they were proved last without proving them again. Calls block.
public final class LedgerProofs {

    /// How old a proof may become before the next one.
    public static final Duration EVERY = Duration.ofHours(6);

    /// The last finished proof of one organization's books.
    ///
    /// @param checked rows looked at
    /// @param problems equations that did not hold
    public record Proof(Instant finishedAt, boolean ok, long checked, int problems) {}

    private final Database database;
    private final LedgerVerifier verifier;
    private final InstantSource clock;

    /// Proofs that run, by organization.
    private final Map<String, CompletableFuture<LedgerVerifier.Verification>> proving =
            new ConcurrentHashMap<>();

    public LedgerProofs(Database database, LedgerVerifier verifier, InstantSource clock) {
        this.database = database;
        this.verifier = verifier;
        this.clock = clock;
    }

    public Optional<Proof> last(String organizationId) {
        return database.read(sql ->
                sql.optional(
                        """
                        SELECT * FROM ledger_proof
                         WHERE organization_id = ? AND finished_at IS NOT NULL
                        """,
                        row ->
                                new Proof(
                                        row.instant("finished_at"),
                                        row.bool("ok"),
                                        row.bigint("checked"),
                                        row.integer("problems")),
                        organizationId));
    }

    /// Proves one organization's books, or all, and notes the result of one. Millions of calls take
    /// minutes: who asks again meanwhile, because nothing was heard for so long, waits for the same
    /// proof.
    ///
    /// @param organizationId null for all
    public LedgerVerifier.Verification prove(@Nullable String organizationId) {
        String books = organizationId == null ? "" : organizationId;
        CompletableFuture<LedgerVerifier.Verification> mine = new CompletableFuture<>();
        CompletableFuture<LedgerVerifier.Verification> running = proving.putIfAbsent(books, mine);
        if (running != null) {
            return running.join();
        }
        try {
            LedgerVerifier.Verification found = verifier.verify(organizationId);
            if (organizationId != null) {
                note(organizationId, found);
            }
            mine.complete(found);
            return found;
        } finally {
            proving.remove(books);
            mine.completeExceptionally(new IllegalStateException("the proof was broken off"));
        }
    }

    /// Proves what is due, one organization after the other; replicas share the work.
    public void proveDue() {
        for (String organization : due()) {
            if (claimed(organization)) {
                prove(organization);
            }
        }
    }

    private List<String> due() {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT w.organization_id FROM wallet w
                          LEFT JOIN ledger_proof p USING (organization_id)
                         WHERE p.started_at IS NULL OR p.started_at <= ?
                         ORDER BY 1
                        """,
                        row -> row.text("organization_id"),
                        clock.instant().minus(EVERY)));
    }

    private boolean claimed(String organizationId) {
        Instant now = clock.instant();
        return database.inIdempotentTransaction(sql ->
                sql.update(
                                """
                                INSERT INTO ledger_proof AS p (organization_id, started_at)
                                VALUES (?, ?)
                                ON CONFLICT (organization_id) DO UPDATE
                                SET started_at = excluded.started_at WHERE p.started_at <= ?
                                """,
                                organizationId,
                                now,
                                now.minus(EVERY))
                        > 0);
    }

    private void note(String organizationId, LedgerVerifier.Verification found) {
        Instant now = clock.instant();
        database.<@Nullable Void>inIdempotentTransaction(sql -> {
            sql.update(
                    """
                    INSERT INTO ledger_proof
                           (organization_id, started_at, finished_at, ok, checked, problems)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (organization_id) DO UPDATE
                    SET started_at = excluded.started_at, finished_at = excluded.finished_at,
                        ok = excluded.ok, checked = excluded.checked, problems = excluded.problems
                    """,
                    organizationId,
                    now,
                    now,
                    found.ok(),
                    found.checked(),
                    found.problems().size());
            return null;
        });
    }
}
