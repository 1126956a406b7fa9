package dev.sluice.control.keys;

import dev.sluice.control.config.Column;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.store.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keys as rows and as JSON.
final class KeyRows {

    static final Shape SHAPE =
            Shape.object("Key")
                    .text("id", "key_…")
                    .text("key", "the credential, shown once")
                    .text("label", "unique in the organization")
                    .text("team", "id or name; answers give the id")
                    .text("owner", "user:<name> or service:<name>")
                    .text("environment", "never changes; production keys belong to a service")
                    .text("workflow", "what its calls are put down to")
                    .text("customer", "what its calls are put down to")
                    .text("purpose", "what it is for")
                    .text("product_area", "what its calls are put down to")
                    .text("plan", "whose price rule applies")
                    .text("traffic_class", "what its calls are put down to")
                    .text("storage_ref", "where the credential is kept: a reference, never itself")
                    .texts("models", "public names it may call; empty: all")
                    .texts("endpoint_families", "what it may use; empty: all")
                    .texts("actions", "what it may do; empty: all")
                    .texts("data_classes", "declared for its calls")
                    .texts("allowed_ips", "addresses or blocks it may be used from; empty: all")
                    .whole("rotate_days", "how often it must be rotated")
                    .time("rotation_due_at", "when the next rotation is due, or null")
                    .time("expires_at", "default 90 days, never for production keys")
                    .time("rotated_at", "when its credential was made")
                    .time("last_used_at", "or null")
                    .time("revoked_at", "or null")
                    .word(
                            "minted_for",
                            "why Sluice made it; absent for keys of people",
                            MintedKeys.TEST)
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly(
                            "id",
                            "key",
                            "rotation_due_at",
                            "rotated_at",
                            "last_used_at",
                            "revoked_at",
                            "minted_for",
                            "owned_by_file",
                            "created_at")
                    .optional(
                            "key",
                            "team",
                            "workflow",
                            "customer",
                            "purpose",
                            "product_area",
                            "plan",
                            "traffic_class",
                            "storage_ref",
                            "models",
                            "endpoint_families",
                            "actions",
                            "data_classes",
                            "allowed_ips",
                            "rotate_days",
                            "minted_for")
                    .nullable("rotation_due_at", "expires_at", "last_used_at", "revoked_at")
                    .require("label", "team", "owner", "environment");

    private KeyRows() {}

    static RowStore<Key> rows() {
        return new RowStore<>("api_key", "label", KeyRows::key, KeyRows::columns)
                .selecting(RowStore.KEYS)
                .listingNoneMinted();
    }

    static ObjectNode spec(Key item, @Nullable String team) {
        ObjectNode node = Json.object();
        node.put("label", item.head().name());
        Json.putIfPresent(node, "team", team);
        node.put("owner", item.owner());
        node.put("environment", item.environment());
        Key.Tags tags = item.tags();
        Json.putIfPresent(node, "workflow", tags.workflow());
        Json.putIfPresent(node, "customer", tags.customer());
        Json.putIfPresent(node, "purpose", tags.purpose());
        Json.putIfPresent(node, "product_area", tags.productArea());
        Json.putIfPresent(node, "plan", tags.plan());
        Json.putIfPresent(node, "traffic_class", tags.trafficClass());
        Json.putIfPresent(node, "storage_ref", tags.storageRef());
        Key.Limits limits = item.limits();
        list(node, "models", limits.models());
        list(node, "endpoint_families", limits.endpointFamilies());
        list(node, "actions", limits.actions());
        list(node, "data_classes", limits.dataClasses());
        list(node, "allowed_ips", limits.allowedIps());
        if (item.rotateDays() != null) {
            node.put("rotate_days", item.rotateDays());
        }
        Json.putIfPresent(node, "expires_at", Json.time(item.expiresAt()));
        return node;
    }

    private static void list(ObjectNode node, String name, List<String> values) {
        if (!values.isEmpty()) {
            node.set(name, Json.array(values));
        }
    }

    static ObjectNode show(Key item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item, item.teamId()));
        node.put("expires_at", Json.time(item.expiresAt()));
        node.put(
                "rotation_due_at",
                item.rotateDays() == null
                        ? null
                        : Json.time(item.rotatedAt().plus(Duration.ofDays(item.rotateDays()))));
        node.put("rotated_at", Json.time(item.rotatedAt()));
        node.put("last_used_at", Json.time(item.lastUsedAt()));
        node.put("revoked_at", Json.time(item.revokedAt()));
        Key.Minted minted = item.minted();
        Json.putIfPresent(node, "minted_for", minted == null ? null : minted.purpose());
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    private static Key key(Row row) {
        return new Key(
                Head.of(row, "label"),
                row.textOrNull("team_id"),
                row.textOrNull("team_name"),
                row.text("owner"),
                row.text("environment"),
                new Key.Tags(
                        row.textOrNull("workflow"),
                        row.textOrNull("customer"),
                        row.textOrNull("purpose"),
                        row.textOrNull("product_area"),
                        row.textOrNull("plan"),
                        row.textOrNull("traffic_class"),
                        row.textOrNull("storage_ref")),
                new Key.Limits(
                        row.texts("models"),
                        row.texts("endpoint_families"),
                        row.texts("actions"),
                        row.texts("data_classes"),
                        row.texts("allowed_ips")),
                row.integerOrNull("rotate_days"),
                row.instantOrNull("expires_at"),
                row.instant("rotated_at"),
                row.instantOrNull("last_used_at"),
                row.instantOrNull("revoked_at"),
                minted(row));
    }

    private static Key.@Nullable Minted minted(Row row) {
        String purpose = row.textOrNull("minted_for");
        return purpose == null ? null : new Key.Minted(purpose, row.textOrNull("upstream_id"));
    }

    private static List<Column> columns(Key item) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.of("label", item.head().name()));
        columns.add(Column.of("team_id", item.teamId()));
        columns.add(Column.of("owner", item.owner()));
        columns.add(Column.of("environment", item.environment()));
        Key.Tags tags = item.tags();
        columns.add(Column.of("workflow", tags.workflow()));
        columns.add(Column.of("customer", tags.customer()));
        columns.add(Column.of("purpose", tags.purpose()));
        columns.add(Column.of("product_area", tags.productArea()));
        columns.add(Column.of("plan", tags.plan()));
        columns.add(Column.of("traffic_class", tags.trafficClass()));
        columns.add(Column.of("storage_ref", tags.storageRef()));
        Key.Limits limits = item.limits();
        columns.add(Column.texts("models", limits.models()));
        columns.add(Column.texts("endpoint_families", limits.endpointFamilies()));
        columns.add(Column.texts("actions", limits.actions()));
        columns.add(Column.texts("data_classes", limits.dataClasses()));
        columns.add(Column.texts("allowed_ips", limits.allowedIps()));
        columns.add(Column.of("rotate_days", item.rotateDays()));
        columns.add(Column.of("expires_at", item.expiresAt()));
        columns.add(Column.of("rotated_at", item.rotatedAt()));
        Key.Minted minted = item.minted();
        columns.add(Column.of("minted_for", minted == null ? null : minted.purpose()));
        columns.add(Column.of("upstream_id", minted == null ? null : minted.upstreamId()));
        return List.copyOf(columns);
    }
}
