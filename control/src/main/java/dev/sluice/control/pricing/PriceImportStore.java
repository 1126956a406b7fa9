package dev.sluice.control.pricing;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.PriceJson;
import dev.sluice.catalog.PriceRow;
import dev.sluice.domain.Ids;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Imported price books and the rows they brought.
final class PriceImportStore {

    /// One imported book.
    ///
    /// @param shared in force for every organization
    /// @param version of the book, named by the usage rows of calls it priced
    record Import(
            String id,
            boolean shared,
            String version,
            int added,
            int changed,
            @Nullable String note,
            String actor,
            Instant effectiveAt,
            Instant createdAt) {}

    Optional<Import> find(Sql sql, String organizationId, boolean shared, String version) {
        return sql.optional(
                """
                SELECT * FROM price_import
                 WHERE organization_id = ? AND shared = ? AND version = ?
                """,
                PriceImportStore::read,
                organizationId,
                shared,
                version);
    }

    /// The imports an organization is under: its own and the shared ones, newest first.
    List<Import> newest(Sql sql, String organizationId, int most) {
        return sql.list(
                """
                SELECT * FROM price_import
                 WHERE organization_id = ? OR shared
                 ORDER BY id DESC LIMIT ?
                """,
                PriceImportStore::read,
                organizationId,
                most);
    }

    void insert(Sql sql, Ids ids, String organizationId, Import book, List<PriceRow> rows) {
        sql.update(
                """
                INSERT INTO price_import (id, organization_id, shared, version, added, changed,
                                          note, actor, effective_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                book.id(),
                organizationId,
                book.shared(),
                book.version(),
                book.added(),
                book.changed(),
                book.note(),
                book.actor(),
                book.effectiveAt(),
                book.createdAt());
        sql.batch(
                """
                INSERT INTO price_row (id, organization_id, provider, model, price, source,
                                       effective_at, shared, created_at, listing, version)
                VALUES (?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?::jsonb, ?)
                """,
                rows.stream()
                        .map(row ->
                                Arrays.<@Nullable Object>asList(
                                        ids.next("prc"),
                                        organizationId,
                                        row.provider(),
                                        row.model(),
                                        PriceJson.write(row.price()).toString(),
                                        row.source(),
                                        book.effectiveAt(),
                                        book.shared(),
                                        book.createdAt(),
                                        PriceBook.writeRow(row),
                                        book.version()))
                        .toList());
    }

    /// The installation's rows that came with books and are in force.
    List<PriceRow> sharedInForce(Sql sql, Instant now) {
        return sql.list(
                """
                SELECT DISTINCT ON (provider, model) provider, model, listing
                  FROM price_row
                 WHERE shared AND listing IS NOT NULL AND effective_at <= ?
                 ORDER BY provider, model, effective_at DESC
                """,
                row -> PriceBook.readRow(row.text("provider"), row.text("listing")),
                now);
    }

    private static Import read(Row row) {
        return new Import(
                row.text("id"),
                row.bool("shared"),
                row.text("version"),
                row.integer("added"),
                row.integer("changed"),
                row.textOrNull("note"),
                row.text("actor"),
                row.instant("effective_at"),
                row.instant("created_at"));
    }
}
