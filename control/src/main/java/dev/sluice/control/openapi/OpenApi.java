package dev.sluice.control.openapi;

import dev.sluice.control.access.Access;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.Route;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /openapi.json`: OpenAPI 3.1 of every registered route, and a list of the data plane's.
public final class OpenApi {

    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)\\}");
    private static final String BODY =
            "a management credential or a gateway key, as the route needs";

    /// A route of the data plane, which is not the router's.
    private record Foreign(String method, String path, String tag, String summary) {}

    private static final List<Foreign> DATA_PLANE =
            List.of(
                    new Foreign("POST", "/v1/chat/completions", "models", "Chat completions"),
                    new Foreign("POST", "/v1/embeddings", "models", "Embeddings"),
                    new Foreign("GET", "/v1/models", "models", "Models this key may call"),
                    new Foreign("GET", "/v1/models/{model}", "models", "One model"),
                    new Foreign("GET", "/livez", "process", "Liveness; depends on nothing"),
                    new Foreign("GET", "/readyz", "process", "Readiness; names what is missing"),
                    new Foreign("GET", "/metrics", "process", "Prometheus metrics"));

    private final Router router;

    public OpenApi(Router router) {
        this.router = router;
    }

    public void register() {
        router.add(
                "GET",
                "/openapi.json",
                Access.PUBLIC,
                RouteDoc.of("process", "This document"),
                call -> ManagementResponse.ok(document()));
    }

    /// The document of the routes that are registered now.
    public ObjectNode document() {
        ObjectNode document = Json.object();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Sluice")
                .put("version", "1")
                .put(
                        "description",
                        "Management plane: JSON, snake_case, money as decimal strings, times in"
                                + " RFC 3339. Errors come in the OpenAI envelope.");
        Map<String, Shape> shapes = new TreeMap<>();
        ObjectNode paths = document.putObject("paths");
        for (Route route : router.routes()) {
            path(paths, route.pattern())
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route, shapes));
        }
        for (Foreign route : DATA_PLANE) {
            path(paths, route.path())
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        ObjectNode components = document.putObject("components");
        ObjectNode schemas = components.putObject("schemas");
        shapes.forEach((name, shape) -> schemas.set(name, shape.schema()));
        schemas.set("Error", error());
        components
                .putObject("securitySchemes")
                .putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", BODY);
        return document;
    }

    private static ObjectNode path(ObjectNode paths, String pattern) {
        return paths.has(pattern) ? (ObjectNode) paths.get(pattern) : paths.putObject(pattern);
    }

    private static ObjectNode operation(Route route, Map<String, Shape> shapes) {
        RouteDoc doc = route.doc();
        ObjectNode operation = head(route.method(), route.pattern(), doc.tag(), doc.summary());
        operation.put("description", "Needs " + route.access().words() + ".");
        if (route.access().reach() != Access.Reach.PUBLIC) {
            secured(operation);
        }
        ArrayNode parameters = parameters(operation, route.pattern());
        doc.query()
                .forEach(parameter ->
                        parameters
                                .addObject()
                                .put("name", parameter.name())
                                .put("in", "query")
                                .put("description", parameter.description())
                                .putObject("schema")
                                .put("type", "string"));
        doc.request()
                .ifPresent(shape -> {
                    shapes.put(shape.name(), shape);
                    ObjectNode body = operation.putObject("requestBody");
                    content(body).set("schema", shape.reference());
                });
        ObjectNode responses = operation.putObject("responses");
        ObjectNode success = responses.putObject(Integer.toString(doc.status()));
        success.put("description", "success");
        doc.response()
                .ifPresent(shape -> {
                    shapes.put(shape.name(), shape);
                    shape.mentioned().forEach(other -> shapes.put(other.name(), other));
                    content(success).set("schema", shape.reference());
                });
        failure(responses);
        return operation;
    }

    private static ObjectNode operation(Foreign route) {
        ObjectNode operation = head(route.method(), route.path(), route.tag(), route.summary());
        if (route.path().startsWith("/v1/")) {
            secured(operation);
        }
        parameters(operation, route.path());
        ObjectNode responses = operation.putObject("responses");
        responses.putObject("200").put("description", "success");
        failure(responses);
        return operation;
    }

    private static ObjectNode head(String method, String path, String tag, String summary) {
        ObjectNode operation = Json.object();
        operation.putArray("tags").add(tag);
        operation.put("summary", summary);
        operation.put(
                "operationId",
                method.toLowerCase(Locale.ROOT) + path.replaceAll("[^A-Za-z0-9]+", "_"));
        return operation;
    }

    private static void secured(ObjectNode operation) {
        operation.putArray("security").addObject().putArray("bearer");
    }

    private static ArrayNode parameters(ObjectNode operation, String path) {
        ArrayNode parameters = operation.putArray("parameters");
        Matcher matcher = PARAMETER.matcher(path);
        while (matcher.find()) {
            parameters
                    .addObject()
                    .put("name", matcher.group(1))
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        return parameters;
    }

    private static void failure(ObjectNode responses) {
        ObjectNode failure = responses.putObject("default");
        failure.put("description", "refused or failed");
        content(failure).putObject("schema").put("$ref", "#/components/schemas/Error");
    }

    private static ObjectNode content(ObjectNode holder) {
        return holder.putObject("content").putObject(ManagementResponse.JSON);
    }

    private static ObjectNode error() {
        ObjectNode schema = Json.object();
        schema.put("type", "object");
        ObjectNode error = schema.putObject("properties").putObject("error");
        error.put("type", "object");
        ObjectNode fields = error.putObject("properties");
        fields.putObject("message").put("type", "string");
        fields.putObject("type").put("type", "string");
        fields.putObject("code").put("type", "string");
        ArrayNode param = fields.putObject("param").putArray("type");
        param.add("string").add("null");
        fields.putObject("sluice")
                .put("type", "object")
                .put("description", "request_id and details");
        return schema;
    }
}
