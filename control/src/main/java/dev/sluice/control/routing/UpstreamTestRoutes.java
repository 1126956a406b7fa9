package dev.sluice.control.routing;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Right;
import dev.sluice.control.config.Configured;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.control.keys.MintedKeys;
import dev.sluice.control.upstreams.UpstreamAccount;
import dev.sluice.control.upstreams.UpstreamResource;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.store.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `POST /admin/v1/upstreams/{id}/test`: one tiny real call, admitted, metered and booked like any
/// other, that may go to this upstream alone.
public final class UpstreamTestRoutes {

    /// How long a test may take; a reasoning model may think for a while before one word.
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int ANSWER_CHARACTERS = 400;
    private static final String PROMPT = "Answer with the one word: ok";

    private static final Shape REQUEST =
            Shape.object("UpstreamTestRequest")
                    .text("model", "a public name with a target there; absent: the first one")
                    .optional("model");
    private static final Shape FAILURE =
            Shape.object("UpstreamTestError")
                    .text("code", "as of any failed call, or no_answer")
                    .text("message", "what is wrong");
    private static final Shape ANSWER =
            Shape.object("UpstreamTest")
                    .word("object", "always `upstream_test`", "upstream_test")
                    .flag("ok", "whether the upstream answered the call")
                    .text("upstream", "its name")
                    .text("model", "the public name that was called")
                    .text("upstream_model", "what the upstream calls it")
                    .text("endpoint", "the path that was called")
                    .whole("status", "HTTP status of the answer; 0: none came")
                    .whole("latency_ms", "until the whole answer was there")
                    .text("answer", "what the model said, its beginning")
                    .text("request_id", "of the call: GET /admin/v1/requests/{id} tells the rest")
                    .decimal("cost_usd", "what it cost")
                    .nested("error", FAILURE, "of a call that failed")
                    .nullable("answer", "request_id", "cost_usd")
                    .optional("error");

    private final Database database;
    private final UpstreamResource upstreams;
    private final MintedKeys minted;
    private final SnapshotSource snapshots;
    private final OwnListener listener;
    private final LongSupplier nanos;

    /// @param nanos a monotonic clock
    public UpstreamTestRoutes(
            Database database,
            UpstreamResource upstreams,
            MintedKeys minted,
            SnapshotSource snapshots,
            OwnListener listener,
            LongSupplier nanos) {
        this.database = database;
        this.upstreams = upstreams;
        this.minted = minted;
        this.snapshots = snapshots;
        this.listener = listener;
        this.nanos = nanos;
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/upstreams/{id}/test",
                Access.any(Right.ADMIN),
                RouteDoc.of("upstreams", "Make one tiny real call through an upstream")
                        .takes(REQUEST)
                        .answers(200, ANSWER),
                this::test);
    }

    /// A public model and the target of it that is tested.
    private record Subject(String model, String upstreamModel, Endpoint endpoint) {}

    /// What a test calls.
    private enum Endpoint {
        CHAT("/v1/chat/completions"),
        EMBEDDINGS("/v1/embeddings");

        private final String path;

        Endpoint(String path) {
            this.path = path;
        }

        ObjectNode body(String model) {
            ObjectNode body = Json.object().put("model", model);
            switch (this) {
                case CHAT -> {
                    body.putArray("messages")
                            .addObject()
                            .put("role", "user")
                            .put("content", PROMPT);
                    body.put("max_tokens", 16);
                }
                case EMBEDDINGS -> body.put("input", PROMPT);
            }
            return body;
        }
    }

    private ManagementResponse test(ManagementCall call) {
        Fields fields = Fields.ofOptionalBody(call.request());
        Optional<String> wanted = fields.optionalText("model");
        fields.done();
        String reference = call.parameter("id");
        UpstreamAccount upstream =
                database.read(sql -> upstreams.rows().find(sql, call.organizationId(), reference))
                        .orElseThrow(() ->
                                Fault.of(
                                                FaultCode.NOT_FOUND,
                                                "There is no upstream '" + reference + "'.")
                                        .asException());
        Subject subject = subject(call.organizationId(), upstream, wanted);
        MintedKeys.Minted key = minted.mint(call, List.of(subject.model), upstream.head().id());
        byte[] body = Json.write(subject.endpoint.body(subject.model));
        long began = nanos.getAsLong();
        OwnListener.@Nullable Heard heard = null;
        String silence = "";
        try {
            heard = listener.post(subject.endpoint.path, key.credential(), body, LIMIT);
        } catch (IOException e) {
            silence = String.valueOf(e.getMessage());
        }
        long millis = Duration.ofNanos(nanos.getAsLong() - began).toMillis();
        return ManagementResponse.ok(result(upstream, subject, heard, silence, millis));
    }

    private Subject subject(
            String organizationId, UpstreamAccount upstream, Optional<String> wanted) {
        Organization organization = snapshots.current().organizations().get(organizationId);
        List<Model> models =
                organization == null
                        ? List.of()
                        : organization.models().values().stream()
                                .filter(model ->
                                        wanted.isEmpty() || wanted.get().equals(model.name()))
                                .sorted(Comparator.comparing(Model::name))
                                .toList();
        for (Model model : models) {
            for (Model.Target target : model.targets()) {
                if (target.upstreamId().equals(upstream.head().id())) {
                    return new Subject(
                            model.name(),
                            target.upstreamModel(),
                            endpoint(organization, upstream, target.upstreamModel()));
                }
            }
        }
        String name = nameOf(upstream);
        throw Fault.of(
                        FaultCode.CONFLICT,
                        wanted.map(model ->
                                        "The model '"
                                                + model
                                                + "' has no target on the upstream '"
                                                + name
                                                + "'.")
                                .orElse(
                                        "No model has a target on the upstream '"
                                                + name
                                                + "' yet. Add one: POST /admin/v1/models."))
                .asException();
    }

    /// By what the price book says the model is for; chat where it does not know.
    private Endpoint endpoint(
            @Nullable Organization organization, UpstreamAccount upstream, String model) {
        boolean embeds =
                organization != null
                        && organization
                                .prices()
                                .find(upstream.provider(), model, snapshots.current().builtAt())
                                .filter(listed -> listed.row().mode().equals("embedding"))
                                .isPresent();
        return embeds ? Endpoint.EMBEDDINGS : Endpoint.CHAT;
    }

    private static String nameOf(Configured item) {
        return item.head().name();
    }

    private static ObjectNode result(
            UpstreamAccount upstream,
            Subject subject,
            OwnListener.@Nullable Heard heard,
            String silence,
            long millis) {
        boolean ok = heard != null && heard.status() == 200;
        Map<String, String> headers = heard == null ? Map.of() : heard.headers();
        JsonNode body = heard == null ? Json.object() : parsed(heard.body());
        ObjectNode node =
                Json.object()
                        .put("object", "upstream_test")
                        .put("ok", ok)
                        .put("upstream", nameOf(upstream))
                        .put("model", subject.model)
                        .put("upstream_model", subject.upstreamModel)
                        .put("endpoint", subject.endpoint.path)
                        .put("status", heard == null ? 0 : heard.status())
                        .put("latency_ms", millis)
                        .put("answer", ok ? answer(subject.endpoint, body) : null)
                        .put("request_id", headers.get("x-request-id"))
                        .put("cost_usd", headers.get("x-sluice-cost-usd"));
        if (!ok) {
            node.putObject("error")
                    .put(
                            "code",
                            heard == null
                                    ? "no_answer"
                                    : body.path("error").path("code").asString("unknown"))
                    .put(
                            "message",
                            heard == null
                                    ? "No answer came within "
                                            + LIMIT.toSeconds()
                                            + " s: "
                                            + silence
                                    : body.path("error").path("message").asString(""));
        }
        return node;
    }

    private static JsonNode parsed(String body) {
        try {
            return Json.parse(body);
        } catch (JacksonException _) {
            return Json.object();
        }
    }

    private static String answer(Endpoint endpoint, JsonNode body) {
        String text =
                switch (endpoint) {
                    case CHAT ->
                            body.path("choices")
                                    .path(0)
                                    .path("message")
                                    .path("content")
                                    .asString("");
                    case EMBEDDINGS ->
                            body.path("data").path(0).path("embedding").size() + " dimensions";
                };
        return text.length() <= ANSWER_CHARACTERS ? text : text.substring(0, ANSWER_CHARACTERS);
    }
}
