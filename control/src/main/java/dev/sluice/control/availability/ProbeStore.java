package dev.sluice.control.availability;

import dev.sluice.catalog.Providers;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keeps probes.
public final class ProbeStore {

    /// What the newest probe of a provider's own address says of a model.
    public record Label(String label, LocalDate on) {}

    /// The newest probe of its kind.
    ///
    /// @param nextAt when the server asks again by itself, or null
    record Newest(Probe probe, @Nullable Instant nextAt) {}

    /// A call counts once; false when it was counted already.
    boolean insert(Sql sql, String organizationId, Probe probe) {
        return sql.update(
                        """
                        INSERT INTO probe (id, organization_id, request_id, test, model, family,
                                           upstream, provider, upstream_model, own_address, label,
                                           note, status, cost_usd, probed_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (organization_id, request_id) DO NOTHING
                        """,
                        probe.id(),
                        organizationId,
                        probe.requestId(),
                        probe.test(),
                        probe.model(),
                        probe.family(),
                        probe.upstream(),
                        probe.provider(),
                        probe.upstreamModel(),
                        probe.ownAddress(),
                        probe.label(),
                        probe.note(),
                        probe.status(),
                        probe.costUsd(),
                        probe.probedAt())
                > 0;
    }

    /// The history, newest first.
    List<Probe> list(
            Sql sql,
            String organizationId,
            Optional<String> model,
            @Nullable String before,
            int most) {
        return sql.list(
                """
                SELECT * FROM probe
                 WHERE organization_id = ? AND (?::text IS NULL OR model = ?)
                   AND (?::text IS NULL OR id < ?)
                 ORDER BY id DESC LIMIT ?
                """,
                ProbeStore::read,
                organizationId,
                model.orElse(null),
                model.orElse(null),
                before,
                before,
                most);
    }

    /// The newest probe of each model, upstream, endpoint family and check.
    List<Newest> newest(Sql sql, String organizationId) {
        return sql.list(
                """
                SELECT DISTINCT ON (model, upstream, upstream_model, family, test) p.*,
                       (SELECT min(s.due_at)
                          FROM probe_place s JOIN upstream u ON u.id = s.upstream_id
                         WHERE p.test = 'text' AND u.name = p.upstream
                           AND (u.organization_id = p.organization_id OR u.shared)
                           AND s.upstream_model = p.upstream_model
                           AND s.family = p.family) AS next_at
                  FROM probe p WHERE organization_id = ?
                 ORDER BY model, upstream, upstream_model, family, test, id DESC
                """,
                row -> new Newest(read(row), row.instantOrNull("next_at")),
                organizationId);
    }

    /// What is true of providers themselves, by `section/model` of the price book; nothing of any
    /// organization.
    public Map<String, Label> labels(Database database, Providers providers) {
        Map<String, Label> labels = new HashMap<>();
        ofProviders(database)
                .forEach((provider, models) ->
                        providers
                                .find(provider)
                                .ifPresent(entry ->
                                        entry.priceProviders()
                                                .forEach(section ->
                                                        models.forEach((model, label) ->
                                                                labels.put(
                                                                        section + "/" + model,
                                                                        label)))));
        return labels;
    }

    private static Map<String, Map<String, Label>> ofProviders(Database database) {
        Map<String, Map<String, Label>> labels = new HashMap<>();
        database.read(sql -> {
            sql.each(
                    """
                    SELECT DISTINCT ON (provider, upstream_model)
                           provider, upstream_model, label, probed_at
                      FROM probe WHERE own_address AND test = 'text'
                     ORDER BY provider, upstream_model, probed_at DESC
                    """,
                    row ->
                            labels.computeIfAbsent(row.text("provider"), _ -> new HashMap<>())
                                    .put(
                                            row.text("upstream_model"),
                                            new Label(
                                                    row.text("label"),
                                                    LocalDate.ofInstant(
                                                            row.instant("probed_at"),
                                                            ZoneOffset.UTC))));
            return null;
        });
        return labels;
    }

    private static Probe read(Row row) {
        Instant at = row.instant("probed_at");
        return new Probe(
                row.text("id"),
                row.text("request_id"),
                row.text("test"),
                row.text("model"),
                row.text("family"),
                row.text("upstream"),
                row.text("provider"),
                row.text("upstream_model"),
                row.bool("own_address"),
                row.text("label"),
                row.textOrNull("note"),
                row.integerOrNull("status"),
                row.decimal("cost_usd"),
                at);
    }
}
