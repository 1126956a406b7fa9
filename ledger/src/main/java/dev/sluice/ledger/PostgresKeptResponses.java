package dev.sluice.ledger;

import dev.sluice.store.Database;
import dev.sluice.store.Row;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/// Kept responses in PostgreSQL, shared by all replicas; compressed and sealed.
public final class PostgresKeptResponses implements KeptResponses {

    /// More rows than this are not searched for single items.
    private static final int MOST_WITH_ITEMS = 64;

    /// What was said, unreadable to whoever reads the database.
    public interface Seal {
        /// Seals it.
        ///
        /// @param boundTo opens it again; nothing else does
        byte[] seal(byte[] plain, String boundTo);

        /// Opens it; throws a [RuntimeException] when it was sealed otherwise.
        byte[] open(byte[] sealed, String boundTo);
    }

    private final Database database;
    private final InstantSource clock;
    private final Seal seal;
    private final Duration age;

    /// @param age how long they are kept; zero to keep none
    public PostgresKeptResponses(Database database, InstantSource clock, Seal seal, Duration age) {
        this.database = database;
        this.clock = clock;
        this.seal = seal;
        this.age = age;
    }

    @Override
    public boolean keeps() {
        return age.isPositive();
    }

    @Override
    public void keep(Owner owner, Kept kept) {
        byte[] sealed = seal.seal(packed(kept.conversation()), boundTo(owner, kept.responseId()));
        database.inIdempotentTransaction(sql ->
                sql.update(
                        """
                        INSERT INTO kept_response
                               (organization_id, key_id, response_id, item_ids, sealed, created_at)
                        VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (organization_id, key_id, response_id)
                        DO UPDATE SET item_ids = excluded.item_ids, sealed = excluded.sealed,
                                      created_at = excluded.created_at
                        """,
                        owner.organizationId(),
                        owner.keyId(),
                        kept.responseId(),
                        kept.itemIds(),
                        sealed,
                        clock.instant()));
    }

    @Override
    public Optional<Kept> find(Owner owner, String responseId) {
        return database.read(sql ->
                sql.optional(
                        """
                        SELECT response_id, sealed FROM kept_response
                         WHERE organization_id = ? AND key_id = ? AND response_id = ?
                           AND created_at >= ?
                        """,
                        row -> opened(owner, row),
                        owner.organizationId(),
                        owner.keyId(),
                        responseId,
                        clock.instant().minus(age)));
    }

    @Override
    public List<Kept> withItems(Owner owner, Set<String> itemIds) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT response_id, sealed FROM kept_response
                         WHERE organization_id = ? AND key_id = ? AND item_ids && ?
                           AND created_at >= ?
                         ORDER BY created_at DESC LIMIT\
                        """
                                + " "
                                + MOST_WITH_ITEMS,
                        row -> opened(owner, row),
                        owner.organizationId(),
                        owner.keyId(),
                        itemIds,
                        clock.instant().minus(age)));
    }

    private Kept opened(Owner owner, Row row) {
        String id = row.text("response_id");
        return new Kept(id, Set.of(), unpacked(seal.open(row.bytes("sealed"), boundTo(owner, id))));
    }

    /// Forgets what is older than it is kept; to be run every few minutes.
    ///
    /// @return how many were forgotten
    public int sweep() {
        return database.inIdempotentTransaction(sql ->
                sql.update(
                        "DELETE FROM kept_response WHERE created_at < ?",
                        clock.instant().minus(age)));
    }

    private static String boundTo(Owner owner, String responseId) {
        return "response " + owner.organizationId() + " " + owner.keyId() + " " + responseId;
    }

    private static byte[] packed(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String unpacked(byte[] packed) {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
