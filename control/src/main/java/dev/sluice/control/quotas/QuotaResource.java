package dev.sluice.control.quotas;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Column;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.Head;
import dev.sluice.control.config.Kind;
import dev.sluice.control.config.Resource;
import dev.sluice.control.config.RowStore;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.control.keys.KeyResource;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How quota rules are read, kept and shown.
public final class QuotaResource implements Resource<Quota> {

    private static final Shape SCOPE =
            Shape.object("Scope")
                    .text("organization", "this organization")
                    .text("team", "id or name; answers give the id")
                    .text("key", "id or label; answers give the id")
                    .text("environment", "by name")
                    .text("model", "by public name")
                    .optional("organization", "team", "key", "environment", "model");
    private static final Shape WINDOW =
            Shape.object("Window")
                    .word("calendar", "which stretch", "minute", "hour", "day", "week", "month")
                    .text("time_zone", "of the calendar; default: the organization's")
                    .flag("lifetime", "one window that never ends")
                    .optional("calendar", "time_zone", "lifetime");
    private static final Shape SHAPE =
            Shape.object("Quota")
                    .text("id", "quo_…")
                    .text("name", "unique in the organization")
                    .nested("scope", SCOPE, "which calls count; all given fields must match")
                    .text(
                            "unit",
                            "usd, requests, input_tokens, output_tokens, total_tokens, images,"
                                    + " video_seconds, video_jobs, audio_seconds, characters,"
                                    + " searches or batch_items")
                    .decimal("limit", "in the unit")
                    .nested("window", WINDOW, "one of calendar and lifetime")
                    .word("at_limit", "what happens there", "block")
                    .flag("clamp", "lower the output limit to what fits; default true")
                    .flag("shadow", "count and report, never refuse")
                    .wholes("alerts", "percentages; default [50,75,90,100]")
                    .text("owner", "who may raise it, shown in refusals")
                    .text("message", "the rule's own words in refusals")
                    .text("upgrade_url", "where to get more, shown in refusals")
                    .flag("owned_by_file", "read-only here")
                    .time("created_at", "when it was made")
                    .readOnly("id", "owned_by_file", "created_at")
                    .optional("owner", "message", "upgrade_url")
                    .require("name", "unit", "limit", "window");

    private final QuotaFields parts;
    private final RowStore<Quota> rows =
            new RowStore<>("quota_rule", "name", QuotaResource::quota, QuotaResource::columns)
                    .selecting(RowStore.QUOTAS);

    private final Kind<Quota> about =
            new Kind<>("quota", "quotas", rows, SHAPE, Access.MEMBER, Access.any(Right.ADMIN));

    public QuotaResource(TeamResource teams, KeyResource keys, OrganizationResource organizations) {
        this.parts = new QuotaFields(teams, keys, organizations);
    }

    @Override
    public Kind<Quota> about() {
        return about;
    }

    @Override
    public Quota read(Edit edit, Fields fields, @Nullable Quota current) {
        String name = fields.name("name");
        QuotaFields.Scoped scoped = parts.scope(edit, fields);
        QuotaUnit unit = QuotaFields.unit(fields);
        BigDecimal limit = fields.requiredAmount("limit");
        if (unit != QuotaUnit.USD && limit.stripTrailingZeros().scale() > 0) {
            throw fields.wrong("limit", "must be a whole number for " + unit.wireName() + ".");
        }
        fields.notYet("per");
        QuotaFields.Span span = QuotaFields.window(fields);
        QuotaFields.atLimit(fields);
        Quota quota =
                new Quota(
                        current == null ? edit.newHead("quo", name) : current.head().renamed(name),
                        scoped.scope(),
                        scoped.team(),
                        scoped.key(),
                        unit,
                        limit,
                        span.calendar(),
                        span.zone(),
                        fields.flag("clamp", true),
                        fields.flag("shadow", false),
                        QuotaFields.alerts(fields),
                        fields.textOrNull("owner"),
                        fields.textOrNull("message"),
                        fields.optionalText("upgrade_url")
                                .map(url -> {
                                    if (!url.matches("https?://[^\\s]+")) {
                                        throw fields.wrong(
                                                "upgrade_url", "must be an http or https URL.");
                                    }
                                    return url;
                                })
                                .orElse(null));
        fields.done();
        return quota;
    }

    @Override
    public ObjectNode spec(Sql sql, Quota item) {
        return spec(item, item.teamName(), item.keyLabel());
    }

    private static ObjectNode spec(Quota item, @Nullable String team, @Nullable String key) {
        ObjectNode node = Json.object();
        node.put("name", item.head().name());
        ObjectNode scope = node.putObject("scope");
        Json.putIfPresent(scope, "team", team);
        Json.putIfPresent(scope, "key", key);
        Json.putIfPresent(scope, "environment", item.scope().environment());
        Json.putIfPresent(scope, "model", item.scope().model());
        node.put("unit", item.unit().wireName());
        node.put("limit", Json.decimal(item.limit()));
        ObjectNode window = node.putObject("window");
        Window.Span span = item.span();
        if (span == null) {
            window.put("lifetime", true);
        } else {
            window.put("calendar", span.wireName());
        }
        ZoneId zone = item.zone();
        if (zone != null) {
            window.put("time_zone", zone.getId());
        }
        node.put("at_limit", "block");
        node.put("clamp", item.clamp());
        node.put("shadow", item.shadow());
        ArrayNode alerts = node.putArray("alerts");
        item.alerts().forEach(alerts::add);
        Json.putIfPresent(node, "owner", item.owner());
        Json.putIfPresent(node, "message", item.message());
        Json.putIfPresent(node, "upgrade_url", item.upgradeUrl());
        return node;
    }

    @Override
    public ObjectNode show(Quota item) {
        ObjectNode node = Json.object();
        node.put("id", item.head().id());
        node.setAll(spec(item, item.scope().team(), item.scope().key()));
        node.put("owned_by_file", item.head().ownedByFile());
        node.put("created_at", Json.time(item.head().createdAt()));
        return node;
    }

    @Override
    public Quota withHead(Quota item, Head head) {
        return new Quota(
                head,
                item.scope(),
                item.teamName(),
                item.keyLabel(),
                item.unit(),
                item.limit(),
                item.span(),
                item.zone(),
                item.clamp(),
                item.shadow(),
                item.alerts(),
                item.owner(),
                item.message(),
                item.upgradeUrl());
    }

    private static Quota quota(Row row) {
        JsonNode scope = Json.parse(row.text("scope"));
        String zone = row.textOrNull("time_zone");
        String calendar = row.textOrNull("calendar");
        List<Integer> alerts = new ArrayList<>();
        row.texts("alerts").forEach(text -> alerts.add(Integer.valueOf(text)));
        return new Quota(
                Head.of(row, "name"),
                new Scope(
                        text(scope, "team"),
                        text(scope, "key"),
                        text(scope, "environment"),
                        text(scope, "model")),
                row.textOrNull("team_name"),
                row.textOrNull("key_label"),
                QuotaUnit.ofWireName(row.text("unit")).orElseThrow(),
                row.decimal("limit_amount"),
                calendar == null ? null : Window.Span.ofWireName(calendar).orElseThrow(),
                zone == null ? null : ZoneId.of(zone),
                row.bool("clamp"),
                row.bool("shadow"),
                List.copyOf(alerts),
                row.textOrNull("owner"),
                row.textOrNull("message"),
                row.textOrNull("upgrade_url"));
    }

    private static @Nullable String text(JsonNode scope, String name) {
        JsonNode value = scope.get(name);
        return value == null ? null : value.stringValue();
    }

    private static List<Column> columns(Quota item) {
        ObjectNode scope = Json.object();
        item.scope().toMap().forEach(scope::put);
        Window.Span span = item.span();
        ZoneId zone = item.zone();
        return List.of(
                Column.of("name", item.head().name()),
                Column.json("scope", Json.text(scope)),
                Column.of("unit", item.unit().wireName()),
                Column.of("limit_amount", item.limit()),
                Column.of("calendar", span == null ? null : span.wireName()),
                Column.of("time_zone", zone == null ? null : zone.getId()),
                Column.of("clamp", item.clamp()),
                Column.of("shadow", item.shadow()),
                Column.integers("alerts", item.alerts()),
                Column.of("owner", item.owner()),
                Column.of("message", item.message()),
                Column.of("upgrade_url", item.upgradeUrl()));
    }
}
