package dev.sluice.control.quotas;

import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.control.keys.Key;
import dev.sluice.control.keys.KeyResource;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.control.teams.Team;
import dev.sluice.control.teams.TeamResource;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the parts of a quota rule. What belongs to the wider grammar is refused by name, never
/// ignored: a limit that is not enforced is worse than none.
final class QuotaFields {

    private static final Set<String> LATER_SCOPES =
            Set.of(
                    "budget",
                    "user",
                    "workflow",
                    "product_area",
                    "traffic_class",
                    "customer",
                    "plan",
                    "caller_kind",
                    "trust_level",
                    "model_family",
                    "model_tier",
                    "lifecycle",
                    "provider",
                    "upstream",
                    "region",
                    "endpoint_family",
                    "modality",
                    "route",
                    "tag",
                    "quality",
                    "size",
                    "operation",
                    "resolution");
    private static final Set<String> LATER_UNITS =
            Set.of(
                    "provider_usd",
                    "attempts",
                    "retries",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "reasoning_tokens",
                    "audio_tokens",
                    "rerenders",
                    "embedding_inputs",
                    "messages",
                    "actions",
                    "fallback_usd",
                    "in_flight",
                    "request_usd",
                    "request_context_tokens",
                    "request_output_tokens");
    private static final Set<String> SPANS =
            Stream.of(Window.Span.values()).map(Window.Span::wireName).collect(Collectors.toSet());
    private static final List<Integer> ALERTS = List.of(50, 75, 90, 100);

    private final TeamResource teams;
    private final KeyResource keys;
    private final OrganizationResource organizations;

    QuotaFields(TeamResource teams, KeyResource keys, OrganizationResource organizations) {
        this.teams = teams;
        this.keys = keys;
        this.organizations = organizations;
    }

    /// A scope with the names behind its ids.
    record Scoped(Scope scope, @Nullable String team, @Nullable String key) {}

    Scoped scope(Edit edit, Fields fields) {
        Optional<Fields> given = fields.object("scope");
        if (given.isEmpty()) {
            return new Scoped(Scope.ORGANIZATION, null, null);
        }
        Fields in = given.get();
        LATER_SCOPES.stream().sorted().forEach(in::notYet);
        in.optionalName("organization")
                .ifPresent(name -> {
                    if (organizations
                            .rows()
                            .find(edit.sql(), edit.organizationId(), name)
                            .isEmpty()) {
                        throw in.wrong("organization", "must be this organization.");
                    }
                });
        Optional<Team> team = teams.reference(edit, in);
        Optional<Key> key =
                in.optionalName("key")
                        .map(reference ->
                                keys.rows()
                                        .find(edit.sql(), edit.organizationId(), reference)
                                        .orElseThrow(() ->
                                                in.wrong(
                                                        "key",
                                                        "names no key: '" + reference + "'.")));
        String environment = in.nameOrNull("environment");
        String model = in.nameOrNull("model");
        in.done();
        return new Scoped(
                new Scope(
                        team.map(t -> t.head().id()).orElse(null),
                        key.map(k -> k.head().id()).orElse(null),
                        environment,
                        model),
                team.map(t -> t.head().name()).orElse(null),
                key.map(k -> k.head().name()).orElse(null));
    }

    static QuotaUnit unit(Fields fields) {
        String name = fields.text("unit");
        if (LATER_UNITS.contains(name)) {
            throw fields.wrong("unit", name + " is not supported yet.");
        }
        return QuotaUnit.ofWireName(name)
                .orElseThrow(() ->
                        fields.wrong(
                                "unit",
                                "must be one of usd, requests, input_tokens, output_tokens,"
                                        + " total_tokens, images, video_seconds, video_jobs,"
                                        + " audio_seconds, characters, searches, batch_items,"
                                        + " not '"
                                        + name
                                        + "'."));
    }

    /// The calendar of a window; a lifetime has none.
    record Span(Window.@Nullable Span calendar, @Nullable ZoneId zone) {}

    static Span window(Fields fields) {
        Fields in =
                fields.object("window")
                        .orElseThrow(() ->
                                fields.wrong(
                                        "window",
                                        "is required: {calendar: day}, {lifetime: true}, …."));
        in.notYet("rolling");
        in.notYet("campaign");
        Optional<String> calendar = in.word("calendar", SPANS);
        boolean lifetime = in.flag("lifetime", false);
        Optional<ZoneId> zone = OrganizationResource.zone(in, "time_zone");
        in.done();
        if (calendar.isPresent() == lifetime) {
            throw fields.wrong(
                    "window",
                    "must be {calendar: minute|hour|day|week|month} or {lifetime: true}.");
        }
        if (lifetime && zone.isPresent()) {
            throw in.wrong("time_zone", "has no meaning for a lifetime.");
        }
        return new Span(calendar.flatMap(Window.Span::ofWireName).orElse(null), zone.orElse(null));
    }

    static void atLimit(Fields fields) {
        Optional<JsonNode> given = fields.get("at_limit");
        if (given.isEmpty()) {
            return;
        }
        if (given.get().isObject()) {
            Fields in = Fields.of(given.get(), fields.path("at_limit"));
            in.notYet("degrade");
            in.notYet("approve");
            throw fields.wrong("at_limit", "must be \"block\".");
        }
        if (Set.of("degrade", "approve").contains(fields.text("at_limit"))) {
            throw fields.wrong("at_limit", "is not supported yet as anything but \"block\".");
        }
        fields.word("at_limit", Set.of("block"));
    }

    static List<Integer> alerts(Fields fields) {
        if (!fields.has("alerts")) {
            return ALERTS;
        }
        List<Integer> alerts = new ArrayList<>();
        for (JsonNode item : fields.items("alerts")) {
            boolean fits =
                    item.isIntegralNumber()
                            && item.canConvertToInt()
                            && item.intValue() >= 1
                            && item.intValue() <= 1_000;
            if (!fits) {
                throw fields.wrong(
                        "alerts[" + alerts.size() + "]", "must be a whole number from 1 to 1000.");
            }
            alerts.add(item.intValue());
        }
        return alerts.stream().sorted().distinct().toList();
    }
}
