package dev.sluice.simulator;

import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.CallJson;
import dev.sluice.simulator.journal.Journal;
import dev.sluice.simulator.script.BadDirectiveException;
import dev.sluice.simulator.script.Directives;
import dev.sluice.simulator.script.Script;
import dev.sluice.simulator.script.Scripts;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/sim/script`, `/sim/journal`, `/sim/stats`: the simulator's own routes.
final class ControlRoutes {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String JSON_TYPE = "application/json";
    private static final Set<String> FIELDS =
            Set.of("directives", "calls", "skip", "always", "account", "path", "model");

    private final Scripts scripts;
    private final Journal journal;
    private final @Nullable KeyDigest key;

    ControlRoutes(Scripts scripts, Journal journal, @Nullable Secret key) {
        this.scripts = scripts;
        this.journal = journal;
        this.key = key == null ? null : KeyDigest.of(key.reveal());
    }

    void handle(HttpServerRequest request, Buffer body) {
        String authorization = request.getHeader("authorization");
        String bearer = authorization == null ? "" : Route.bearer(authorization);
        if (key != null && !key.equals(KeyDigest.of(bearer))) {
            reply(request, 401, error("the control key is missing or wrong"));
            return;
        }
        String route = request.method().name() + ' ' + request.path();
        switch (route) {
            case "POST /sim/script" -> addScript(request, body);
            case "GET /sim/script" -> reply(request, 200, listed());
            case "DELETE /sim/script" -> {
                scripts.clear();
                reply(request, 200, Map.of("cleared", true));
            }
            case "GET /sim/journal" -> lines(request);
            case "DELETE /sim/journal" -> {
                journal.clear();
                reply(request, 200, Map.of("cleared", true));
            }
            case "GET /sim/stats" -> reply(request, 200, stats());
            default -> reply(request, 404, error("no route " + route));
        }
    }

    private void addScript(HttpServerRequest request, Buffer body) {
        try {
            scripts.add(read(JSON.readTree(body.getBytes())));
            reply(request, 200, listed());
        } catch (JacksonException | BadDirectiveException | IllegalStateException e) {
            reply(request, 400, error(String.valueOf(e.getMessage())));
        }
    }

    private static Script read(JsonNode root) {
        if (!root.isObject()) {
            throw new BadDirectiveException("a script is a JSON object");
        }
        root.properties()
                .forEach(field -> {
                    if (!FIELDS.contains(field.getKey())) {
                        throw new BadDirectiveException("no field " + field.getKey());
                    }
                });
        Directives directives = directives(root.path("directives"));
        long calls = root.path("always").asBoolean(false) ? Script.ALWAYS : count(root, "calls", 1);
        return new Script(
                directives,
                count(root, "skip", 0),
                calls,
                text(root, "account"),
                text(root, "path"),
                text(root, "model"));
    }

    /// As text, or as an object of names and values.
    private static Directives directives(JsonNode given) {
        if (given.isString()) {
            return Directives.parse(given.stringValue());
        }
        StringBuilder text = new StringBuilder();
        given.properties()
                .forEach(field ->
                        text.append(field.getKey())
                                .append("=\"")
                                .append(field.getValue().asString())
                                .append("\" "));
        return Directives.parse(text.toString());
    }

    private static long count(JsonNode root, String field, long otherwise) {
        JsonNode value = root.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isInt() || value.intValue() < 0) {
            throw new BadDirectiveException(field + " must be a whole number");
        }
        return value.intValue();
    }

    private static @Nullable String text(JsonNode root, String field) {
        return root.path(field).isString() ? root.get(field).stringValue() : null;
    }

    private ObjectNode listed() {
        ObjectNode out = JSON.createObjectNode();
        ArrayNode pending = out.putArray("scripts");
        for (Script script : scripts.pending()) {
            ObjectNode one = pending.addObject();
            one.put("directives", script.directives().toString());
            one.put("skip", script.skip());
            if (script.calls() == Script.ALWAYS) {
                one.put("always", true);
            } else {
                one.put("calls", script.calls());
            }
            one.put("account", script.account());
            one.put("path", script.path());
            one.put("model", script.model());
        }
        return out;
    }

    private void lines(HttpServerRequest request) {
        String since = request.getParam("since", "0");
        if (!since.matches("\\d{1,18}")) {
            reply(request, 400, error("since is a sequence number"));
            return;
        }
        StringBuilder out = new StringBuilder();
        for (Call call : journal.callsAfter(Long.parseLong(since))) {
            out.append(CallJson.line(call)).append('\n');
        }
        FrontDoor.reply(request, 200, "application/jsonl", out.toString());
    }

    private Map<String, Object> stats() {
        Journal.Stats stats = journal.stats();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("calls", stats.calls());
        out.put("open", stats.open());
        out.put("ended", stats.ended());
        out.put("cancelled", stats.cancelled());
        out.put("cut", stats.cut());
        out.put("journal_limit", journal.limit());
        return out;
    }

    private static Map<String, Object> error(String message) {
        return Map.of("error", Map.of("message", message));
    }

    private static void reply(HttpServerRequest request, int status, Object body) {
        FrontDoor.reply(request, status, JSON_TYPE, JSON.writeValueAsString(body));
    }
}
