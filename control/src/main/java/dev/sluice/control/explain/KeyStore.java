package dev.sluice.control.explain;

import dev.sluice.policy.KeyEntry;
import dev.sluice.store.Database;
import dev.sluice.store.Row;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The keys as the management plane keeps them, revoked ones included.
public final class KeyStore implements KeyRegister {

    private final Database database;
    private final InstantSource clock;

    public KeyStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<Known> find(String organizationId, String reference) {
        return database.read(sql ->
                sql.optional(
                        """
                        SELECT * FROM api_key
                         WHERE organization_id = ? AND (id = ? OR label = ?)
                         ORDER BY id = ? DESC LIMIT 1
                        """,
                        this::known,
                        organizationId,
                        reference,
                        reference,
                        reference));
    }

    @Override
    public List<Known> ofOwner(String organizationId, String owner) {
        return database.read(sql ->
                sql.list(
                        """
                        SELECT * FROM api_key WHERE organization_id = ? AND owner = ?
                         ORDER BY id DESC LIMIT 500
                        """,
                        this::known,
                        organizationId,
                        owner));
    }

    private Known known(Row row) {
        Instant revoked = row.instantOrNull("revoked_at");
        Instant expires = row.instantOrNull("expires_at");
        KeyEntry entry = entry(row, expires);
        if (revoked != null) {
            return new Known(entry, State.REVOKED, revoked);
        }
        boolean expired = expires != null && !clock.instant().isBefore(expires);
        return expired
                ? new Known(entry, State.EXPIRED, expires)
                : new Known(entry, State.ACTIVE, null);
    }

    private static KeyEntry entry(Row row, @org.jspecify.annotations.Nullable Instant expires) {
        return new KeyEntry(
                row.text("id"),
                row.text("organization_id"),
                row.text("label"),
                row.textOrNull("team_id"),
                row.text("owner"),
                row.text("environment"),
                row.textOrNull("workflow"),
                row.textOrNull("customer"),
                row.textOrNull("product_area"),
                row.textOrNull("plan"),
                row.textOrNull("traffic_class"),
                set(row, "models"),
                set(row, "endpoint_families"),
                set(row, "actions"),
                row.texts("allowed_ips"),
                expires,
                row.textOrNull("upstream_id"),
                null);
    }

    private static Set<String> set(Row row, String column) {
        return new LinkedHashSet<>(row.texts(column));
    }
}
