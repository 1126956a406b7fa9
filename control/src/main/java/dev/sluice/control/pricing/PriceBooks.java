package dev.sluice.control.pricing;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceFormatException;
import dev.sluice.control.config.Changes;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.domain.Fault;
import dev.sluice.domain.Ids;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Compares and imports price books without an upgrade of Sluice. A call keeps the price
/// in force when it was admitted; an import takes effect no sooner than every replica knows of it.
public final class PriceBooks {

    /// MONEY, changes: price versions take effect at least this long after publication.
    static final Duration NOTICE = Duration.ofSeconds(10);

    private static final int SHOWN_IMPORTS = 50;

    private final Database database;
    private final PriceImportStore store = new PriceImportStore();
    private final PriceBook shipped;
    private final Changes changes;
    private final Ids ids;
    private final InstantSource clock;

    public PriceBooks(
            Database database, PriceBook shipped, Changes changes, Ids ids, InstantSource clock) {
        this.database = database;
        this.shipped = shipped;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    /// The prices every organization starts from, now.
    public PublicPricing.Installed installed() {
        Instant now = clock.instant();
        return database.read(sql -> installed(sql, now));
    }

    private PublicPricing.Installed installed(Sql sql, Instant now) {
        return new PublicPricing.Installed(
                shipped.version(), shipped, store.sharedInForce(sql, now));
    }

    ManagementResponse show(ManagementCall call) {
        return database.read(sql -> {
            ObjectNode node = Json.object();
            node.put("object", "price_book").put("shipped_version", shipped.version());
            node.put("shipped_providers", shipped.providers().size());
            ArrayNode imports = node.putArray("imports");
            store.newest(sql, call.organizationId(), SHOWN_IMPORTS)
                    .forEach(book -> imports.add(toJson(book)));
            return ManagementResponse.ok(node);
        });
    }

    ManagementResponse diff(ManagementCall call) {
        PriceBook proposed = parse(call.request().body());
        BookDifference difference =
                database.read(sql -> BookDifference.of(installed(sql, call.now()), proposed));
        ObjectNode node = Json.object();
        node.put("object", "price_diff").put("version", proposed.version());
        node.setAll(difference.toJson());
        return ManagementResponse.ok(node);
    }

    /// The same book again is the same import.
    ManagementResponse importBook(ManagementCall call) {
        PriceBook proposed = parse(call.request().body());
        Instant effectiveAt = effectiveAt(call);
        boolean shared = call.actor().isInstallation();
        Optional<String> note = call.request().query("note");
        return changes.configure(
                call,
                edit -> {
                    Optional<PriceImportStore.Import> before =
                            store.find(
                                    edit.sql(), call.organizationId(), shared, proposed.version());
                    if (before.isPresent()) {
                        return ManagementResponse.ok(toJson(before.get()));
                    }
                    BookDifference difference =
                            BookDifference.of(installed(edit.sql(), effectiveAt), proposed);
                    PriceImportStore.Import book =
                            new PriceImportStore.Import(
                                    ids.next("imp"),
                                    shared,
                                    proposed.version(),
                                    difference.diff().added().size(),
                                    difference.diff().changed().size(),
                                    note.orElse(null),
                                    call.actor().name(),
                                    effectiveAt,
                                    call.now());
                    store.insert(edit.sql(), ids, call.organizationId(), book, difference.rows());
                    ObjectNode after = toJson(book);
                    edit.record(
                            "import",
                            "price_book",
                            call.organizationId(),
                            book.id(),
                            book.version(),
                            null,
                            after);
                    return ManagementResponse.json(201, after);
                });
    }

    private static Instant effectiveAt(ManagementCall call) {
        Instant earliest = call.now().plus(NOTICE);
        Optional<String> asked = call.request().query("effective_at");
        if (asked.isEmpty()) {
            return earliest;
        }
        try {
            Instant at = OffsetDateTime.parse(asked.get()).toInstant();
            if (!at.isBefore(earliest)) {
                return at;
            }
        } catch (DateTimeException _) {
            // answered below
        }
        throw Fault.invalid(
                        "'effective_at' must be an RFC 3339 time at least "
                                + NOTICE.toSeconds()
                                + " s from now, so that every replica knows the prices in time.",
                        "effective_at")
                .asException();
    }

    private static PriceBook parse(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            return PriceBook.parse(text);
        } catch (CharacterCodingException e) {
            throw Fault.invalid("The book is not valid UTF-8.", null).asException();
        } catch (PriceFormatException e) {
            throw Fault.invalid("The price book is not usable: " + e.getMessage(), null)
                    .asException();
        }
    }

    private static ObjectNode toJson(PriceImportStore.Import book) {
        return Json.object()
                .put("object", "price_import")
                .put("id", book.id())
                .put("version", book.version())
                .put("shared", book.shared())
                .put("added", book.added())
                .put("changed", book.changed())
                .put("note", book.note())
                .put("actor", book.actor())
                .put("effective_at", Json.time(book.effectiveAt()))
                .put("created_at", Json.time(book.createdAt()));
    }
}
