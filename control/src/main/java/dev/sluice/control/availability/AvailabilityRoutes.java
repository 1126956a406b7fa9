package dev.sluice.control.availability;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.Providers;
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
import dev.sluice.domain.Ids;
import dev.sluice.ledger.Calls;
import dev.sluice.ledger.StoredCall;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.store.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/probes` and `/admin/v1/availability` (SPEC R9). A probe is a call that the gateway
/// has in its own log: which upstream answered, with which model and status, is read there and not
/// taken from whoever reports it.
public final class AvailabilityRoutes {

    private static final int MOST_CHECKS = 500;
    private static final int MOST_NOTE = 300;
    private static final String SIMULATED = "simulated";
    private static final Map<String, String> LABELS =
            Map.of(
                    "passed", "available",
                    "unsupported", "official_unsupported",
                    "failed", "unknown_failure");

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
    private static final Shape PROBE =
            Shape.object("Probe")
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
                            SIMULATED)
                    .text("note", "in words, or null")
                    .whole("status", "what the client saw, or null")
                    .decimal("cost_usd", "what it cost")
                    .time("probed_at", "when the call was admitted")
                    .nullable("note", "status");
    private static final Shape NEWEST = Shape.listOf(PROBE);

    private final Database database;
    private final Calls calls;
    private final SnapshotSource snapshots;
    private final PriceBook book;
    private final Providers providers;
    private final Ids ids;
    private final ProbeStore store = new ProbeStore();

    public AvailabilityRoutes(
            Database database,
            Calls calls,
            SnapshotSource snapshots,
            PriceBook book,
            Providers providers,
            Ids ids) {
        this.database = database;
        this.calls = calls;
        this.snapshots = snapshots;
        this.book = book;
        this.providers = providers;
        this.ids = ids;
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
        ArrayNode unknown = Json.array();
        List<Probe> probes = new java.util.ArrayList<>();
        for (Fields check : checks) {
            String requestId = check.text("request_id");
            String test = check.name("check");
            String family = check.name("family");
            String verdict =
                    check.word("verdict", LABELS.keySet())
                            .orElseThrow(() -> check.wrong("verdict", "is required."));
            Optional<String> note = check.optionalText("note").map(AvailabilityRoutes::cut);
            check.done();
            calls.get(call.organizationId(), requestId)
                    .flatMap(stored -> probe(stored, test, family, verdict, note))
                    .ifPresentOrElse(probes::add, () -> unknown.add(requestId));
        }
        body.done();
        long kept =
                database.inTransaction(sql ->
                        probes.stream()
                                .filter(probe -> store.insert(sql, call.organizationId(), probe))
                                .count());
        ObjectNode answer = Json.object().put("object", "probes_kept").put("kept", kept);
        answer.set("unknown", unknown);
        return ManagementResponse.ok(answer);
    }

    private static String cut(String note) {
        return note.substring(0, Math.min(note.length(), MOST_NOTE));
    }

    /// Empty for a call that no upstream was asked for, or that still runs.
    private Optional<Probe> probe(
            StoredCall stored, String test, String family, String verdict, Optional<String> note) {
        String model = stored.model();
        if (stored.attempts().isEmpty() || stored.statusCode() == 0 || model == null) {
            return Optional.empty();
        }
        CallRecord.Attempt attempt = stored.attempts().getLast();
        boolean answered = stored.statusCode() < 400;
        String found = String.valueOf(LABELS.get(verdict));
        // what the log says was refused cannot have worked
        String label = found.equals("available") && !answered ? "unknown_failure" : found;
        return Optional.of(
                new Probe(
                        ids.next("prb"),
                        stored.requestId(),
                        test,
                        model,
                        family,
                        attempt.upstream(),
                        attempt.provider(),
                        attempt.model(),
                        atOwnAddress(attempt),
                        label.equals("available") && isSimulated(attempt) ? SIMULATED : label,
                        note.orElse(null),
                        stored.statusCode(),
                        stored.costUsd(),
                        stored.admittedAt()));
    }

    private boolean atOwnAddress(CallRecord.Attempt attempt) {
        Upstream upstream = snapshots.current().upstreams().get(attempt.upstreamId());
        return upstream != null
                && providers
                        .find(upstream.provider())
                        .filter(entry ->
                                entry.isOwnAddress(
                                        upstream.baseUrl().toString(), upstream.region(), Map.of()))
                        .isPresent();
    }

    /// The price book says which rows no provider sells.
    private boolean isSimulated(CallRecord.Attempt attempt) {
        return providers
                .find(attempt.provider())
                .filter(entry ->
                        entry.priceProviders().stream()
                                .flatMap(book::rows)
                                .anyMatch(row -> row.source().equals(SIMULATED)))
                .isPresent();
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
                .forEach(probe -> data.add(json(probe)));
        ObjectNode list = Json.object().put("object", "list");
        list.set("data", data);
        return ManagementResponse.ok(list.put("has_more", false).putNull("next_cursor"));
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
