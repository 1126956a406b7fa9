package dev.sluice.gateway.files;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.protocol.batch.FileObject;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Files in PostgreSQL, shared by all replicas. Each belongs to one key; to every other key it does
/// not exist. Calls block.
public final class PostgresFileStore {

    /// Seals bytes for the place they stand in.
    public interface Sealing {
        byte[] sealBytes(byte[] content, String place);

        byte[] openBytes(byte[] sealed, String place);
    }

    private static final String OF_OWNER =
            "organization_id = ? AND key_id = ? AND whole AND expires_at > ?";

    private final Database database;
    private final InstantSource clock;
    private final Sealing sealing;
    private final FileLimits limits;

    public PostgresFileStore(
            Database database, InstantSource clock, Sealing sealing, FileLimits limits) {
        this.database = database;
        this.clock = clock;
        this.sealing = sealing;
        this.limits = limits;
    }

    /// Keeps an uploaded file.
    ///
    /// @throws dev.sluice.domain.FaultException `request_too_large` for more than the organization
    ///     may keep
    public void keep(Owner owner, FileObject file, byte[] content) {
        database.inIdempotentTransaction(sql -> {
            requireRoom(sql, owner, content.length);
            begin(sql, owner, file);
            for (int from = 0, piece = 0; from < content.length; piece++) {
                int to = Math.min(content.length, from + limits.filePieceBytes());
                piece(sql, file.id(), piece, Arrays.copyOfRange(content, from, to));
                from = to;
            }
            return end(sql, file.id(), content.length);
        });
    }

    /// One upload of an organization after the other, so that no two pass where one fits.
    private void requireRoom(Sql sql, Owner owner, long bytes) {
        sql.one(
                "SELECT pg_advisory_xact_lock(hashtextextended('kept_file/' || ?, 0))::text AS l",
                _ -> true,
                owner.organizationId());
        boolean fits =
                sql.one(
                        """
                        SELECT coalesce(sum(bytes), 0)::bigint AS bytes, count(*) AS files
                          FROM kept_file WHERE organization_id = ?
                        """,
                        row ->
                                row.bigint("bytes") + bytes <= limits.organizationFileBytes()
                                        && row.bigint("files") < limits.organizationFiles(),
                        owner.organizationId());
        if (!fits) {
            throw Fault.of(
                            FaultCode.REQUEST_TOO_LARGE,
                            "The organization keeps all it may, %d MiB in %d files: delete some."
                                    .formatted(
                                            limits.organizationFileBytes() >> 20,
                                            limits.organizationFiles()))
                    .withParam("file")
                    .asException();
        }
    }

    /// A file that is written piece by piece, in transactions of its own: nobody sees it before
    /// [#end]. Writing the same again changes nothing.
    public Writer writer(Owner owner, FileObject file) {
        database.inIdempotentTransaction(sql -> begin(sql, owner, file));
        return new Writer(file.id());
    }

    private int begin(Sql sql, Owner owner, FileObject file) {
        return sql.update(
                """
                INSERT INTO kept_file
                       (id, organization_id, key_id, purpose, name, bytes, whole, created_at,
                        expires_at)
                VALUES (?, ?, ?, ?, ?, 0, false, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """,
                file.id(),
                owner.organizationId(),
                owner.keyId(),
                file.purpose(),
                sealing.sealBytes(
                        file.filename().getBytes(StandardCharsets.UTF_8), nameOf(file.id())),
                file.createdAt(),
                file.expiresAt());
    }

    private void piece(Sql sql, String id, int piece, byte[] content) {
        sql.update(
                """
                INSERT INTO kept_file_piece (file_id, piece, sealed) VALUES (?, ?, ?)
                ON CONFLICT (file_id, piece) DO NOTHING
                """,
                id,
                piece,
                sealing.sealBytes(content, placeOf(id, piece)));
    }

    private static int end(Sql sql, String id, long bytes) {
        return sql.update("UPDATE kept_file SET whole = true, bytes = ? WHERE id = ?", bytes, id);
    }

    /// Shows a file that was written, together with what else the transaction changes.
    public static void end(Sql sql, Writer written) {
        var unused = end(sql, written.id, written.bytes);
    }

    /// Takes the bytes of one file.
    public final class Writer {
        private final String id;
        private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
        private long bytes;
        private int pieces;

        private Writer(String id) {
            this.id = id;
        }

        public void write(byte[] content) {
            pending.writeBytes(content);
            if (pending.size() >= limits.filePieceBytes()) {
                flush();
            }
        }

        /// Writes what is left; to be called once, before [#end].
        public void flush() {
            if (pending.size() > 0) {
                byte[] content = pending.toByteArray();
                pending.reset();
                int number = pieces++;
                bytes += content.length;
                database.inIdempotentTransaction(sql -> {
                    piece(sql, id, number, content);
                    return null;
                });
            }
        }
    }

    public Optional<FileObject> find(Owner owner, String id) {
        return database.read(sql ->
                sql.optional(
                        "SELECT * FROM kept_file WHERE " + OF_OWNER + " AND id = ?",
                        this::file,
                        owner.organizationId(),
                        owner.keyId(),
                        clock.instant(),
                        id));
    }

    /// The files of a key by age.
    ///
    /// @param purpose null for any
    /// @param after the id of the file before, or empty
    public List<FileObject> list(
            Owner owner, @Nullable String purpose, String after, boolean ascending, int most) {
        return database.read(sql ->
                sql.list(
                        "SELECT * FROM kept_file WHERE "
                                + OF_OWNER
                                + " AND (?::text IS NULL OR purpose = ?) AND (? = '' OR id "
                                + (ascending ? "> ?) ORDER BY id" : "< ?) ORDER BY id DESC")
                                + " LIMIT ?",
                        this::file,
                        owner.organizationId(),
                        owner.keyId(),
                        clock.instant(),
                        purpose,
                        purpose,
                        after,
                        after,
                        most));
    }

    private FileObject file(Row row) {
        String id = row.text("id");
        return new FileObject(
                id,
                row.bigint("bytes"),
                row.instant("created_at"),
                row.instant("expires_at"),
                new String(
                        sealing.openBytes(row.bytes("name"), nameOf(id)), StandardCharsets.UTF_8),
                row.text("purpose"));
    }

    /// One piece of a file that was found before; empty behind its last one.
    ///
    /// @param piece from 0
    public Optional<byte[]> piece(String id, int piece) {
        return database.read(sql ->
                sql.optional(
                        "SELECT sealed FROM kept_file_piece WHERE file_id = ? AND piece = ?",
                        row -> sealing.openBytes(row.bytes("sealed"), placeOf(id, piece)),
                        id,
                        piece));
    }

    /// All of a file that was found before.
    public byte[] content(String id) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Optional<byte[]> piece = piece(id, 0);
        for (int next = 1; piece.isPresent(); next++) {
            content.writeBytes(piece.get());
            piece = piece(id, next);
        }
        return content.toByteArray();
    }

    /// Whether there was one.
    public boolean delete(Owner owner, String id) {
        return database.inIdempotentTransaction(sql ->
                sql.update(
                                "DELETE FROM kept_file WHERE " + OF_OWNER + " AND id = ?",
                                owner.organizationId(),
                                owner.keyId(),
                                clock.instant(),
                                id)
                        == 1);
    }

    /// Forgets what is kept no longer; to be run every few minutes.
    ///
    /// @return how many were forgotten
    public int sweep() {
        Instant now = clock.instant();
        return database.inIdempotentTransaction(
                sql -> sql.update("DELETE FROM kept_file WHERE expires_at <= ?", now));
    }

    private static String placeOf(String id, int piece) {
        return id + "/" + piece;
    }

    private static String nameOf(String id) {
        return id + "/name";
    }
}
