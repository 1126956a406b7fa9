package dev.sluice.control.availability;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.store.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/probes` and `/admin/v1/availability`.
public final class AvailabilityRoutes {

    private static final int MOST_CHECKS = 500;
    private static final Set<String> VERDICTS =
            Arrays.stream(Findings.Verdict.values())
                    .map(Findings.Verdict::word)
                    .collect(Collectors.toUnmodifiableSet());

    private static final Shape CHECK =
            Shape.object("ProbeCheck")
                    .text("request_id", "of the call, as the gateway answered it")
                    .text("check", "which one: text, stream, tools, …")
                    .text("family", "the endpoint family")
                    .word("verdict", "how it came out", "passed", "unsupported", "failed")
                    .text("note", "in words")
                    .require("request_id", "check", "family", "verdict");
    private static final Shape REPORT =
            Shape.object("ProbeReport").listOf("checks", CHECK, "at most 500").require("checks");
    private static final Shape KEPT =
            Shape.object("ProbesKept")
                    .word("object", "always `probes_kept`", "probes_kept")
                    .whole("kept", "checks that are new")
                    .texts(
                            "unknown",
                            "ids of calls that the request log has no answered attempt of");
    private static final Shape PROBE = shape("Probe").nullable("note", "status");
    private static final Shape NEWEST =
            Shape.listOf(
                    shape("Availability")
                            .time("next_at", "when the server asks again by itself, or null")
                            .nullable("note", "status", "next_at"));

    private final Database database;
    private final Findings findings;
    private final ProbeStore store = new ProbeStore();

    public AvailabilityRoutes(Database database, Findings findings) {
        this.database = database;
        this.findings = findings;
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/probes",
                Access.any(Right.ADMIN),
                RouteDoc.of("upstreams", "Keep what a smoke test found out")
                        .takes(REPORT)
                        .answers(200, KEPT),
                this::keep);
        router.add(
                "GET",
                "/admin/v1/probes",
                Access.MEMBER,
                RouteDoc.of("upstreams", "What smoke tests found out, newest first")
                        .query("model", "only this public name")
                        .listOf(PROBE),
                this::list);
        router.add(
                "GET",
                "/admin/v1/availability",
                Access.MEMBER,
                RouteDoc.of(
                                "upstreams",
                                "The newest probe of each model, upstream, endpoint family and"
                                        + " check")
                        .answers(200, NEWEST),
                this::newest);
    }

    private ManagementResponse keep(ManagementCall call) {
        Fields body = Fields.ofBody(call.request());
        List<Fields> checks = body.objects("checks");
        if (checks.size() > MOST_CHECKS) {
            throw body.wrong("checks", "has more than " + MOST_CHECKS + ".");
        }
        List<Findings.Check> found = new ArrayList<>();
        for (Fields check : checks) {
            String requestId = check.text("request_id");
            String test = check.name("check");
            String family = check.name("family");
            String verdict =
                    check.word("verdict", VERDICTS)
                            .orElseThrow(() -> check.wrong("verdict", "is required."));
            String note = check.textOrNull("note");
            check.done();
            found.add(
                    new Findings.Check(
                            requestId,
                            test,
                            family,
                            Findings.Verdict.valueOf(verdict.toUpperCase(Locale.ROOT)),
                            note,
                            false));
        }
        body.done();
        Findings.Kept kept = findings.keep(call.organizationId(), found);
        ObjectNode answer = Json.object().put("object", "probes_kept").put("kept", kept.kept());
        answer.set("unknown", Json.array(kept.unknown()));
        return ManagementResponse.ok(answer);
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        List<Probe> probes =
                database.read(sql ->
                        store.list(
                                sql,
                                call.organizationId(),
                                call.request().query("model"),
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(probes, AvailabilityRoutes::json, probe -> List.of(probe.id()));
    }

    private ManagementResponse newest(ManagementCall call) {
        ArrayNode data = Json.array();
        database.read(sql -> store.newest(sql, call.organizationId()))
                .forEach(newest ->
                        data.add(json(newest.probe()).put("next_at", Json.time(newest.nextAt()))));
        ObjectNode list = Json.object().put("object", "list");
        list.set("data", data);
        return ManagementResponse.ok(list.put("has_more", false).putNull("next_cursor"));
    }

    private static Shape shape(String name) {
        return Shape.object(name)
                .word("object", "always `probe`", "probe")
                .text("id", "prb_…")
                .text("request_id", "of the call")
                .text("check", "which one: text, stream, tools, …")
                .text("model", "the public name")
                .text("family", "the endpoint family")
                .text("upstream", "that was asked")
                .text("provider", "of the upstream")
                .text("upstream_model", "the provider's name of the model")
                .word(
                        "label",
                        "what was found",
                        "available",
                        "official_unsupported",
                        "unknown_failure",
                        Findings.SIMULATED)
                .text("note", "in words, or null")
                .whole("status", "what the client saw, or null")
                .decimal("cost_usd", "what it cost")
                .time("probed_at", "when the call was admitted");
    }

    private static ObjectNode json(Probe probe) {
        return Json.object()
                .put("object", "probe")
                .put("id", probe.id())
                .put("request_id", probe.requestId())
                .put("check", probe.test())
                .put("model", probe.model())
                .put("family", probe.family())
                .put("upstream", probe.upstream())
                .put("provider", probe.provider())
                .put("upstream_model", probe.upstreamModel())
                .put("label", probe.label())
                .put("note", probe.note())
                .put("status", probe.status())
                .put("cost_usd", Json.decimal(probe.costUsd()))
                .put("probed_at", Json.time(probe.probedAt()));
    }
}
