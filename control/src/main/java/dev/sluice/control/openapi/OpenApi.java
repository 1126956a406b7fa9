package dev.sluice.control.openapi;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.SessionCookie;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.Route;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `GET /openapi.json`: OpenAPI 3.1 of every registered route and of the data plane's, typed so
/// that clients can be generated from it.
public final class OpenApi {

    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)\\}");

    private final Router router;

    public OpenApi(Router router) {
        this.router = router;
    }

    public void register() {
        Shape document = Shape.object("OpenApiDocument").others();
        router.add(
                "GET",
                "/openapi.json",
                Access.PUBLIC,
                RouteDoc.of("process", "This document").answers(200, document),
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
                                + " RFC 3339. Lists are paged by key: pass `next_cursor` back as"
                                + " `cursor`. Errors come in the OpenAI envelope.");
        Map<String, ObjectNode> schemas = new TreeMap<>();
        ObjectNode paths = document.putObject("paths");
        for (Route route : router.routes()) {
            path(paths, route.pattern())
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route, schemas));
        }
        for (List<Foreign> routes :
                List.of(
                        DataPlaneRoutes.ALL,
                        MediaRoutes.ALL,
                        JobRoutes.ALL,
                        TuningRoutes.ALL,
                        BatchRoutes.ALL)) {
            for (Foreign route : routes) {
                path(paths, route.path())
                        .set(route.method().toLowerCase(Locale.ROOT), operation(route, schemas));
            }
        }
        ObjectNode components = document.putObject("components");
        schemas.put("Error", Failures.schema());
        ObjectNode named = components.putObject("schemas");
        schemas.forEach(named::set);
        components.set("responses", Failures.components());
        security(components.putObject("securitySchemes"));
        return document;
    }

    private static void security(ObjectNode schemes) {
        schemes.putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "a management credential or a gateway key, as the route needs");
        schemes.putObject("session")
                .put("type", "apiKey")
                .put("in", "cookie")
                .put("name", SessionCookie.NAME)
                .put(
                        "description",
                        "made by signing in; calls other than GET repeat `csrf_token` of GET"
                                + " /admin/v1/me in the header "
                                + SessionCookie.CSRF_HEADER);
    }

    private static ObjectNode path(ObjectNode paths, String pattern) {
        return paths.has(pattern) ? (ObjectNode) paths.get(pattern) : paths.putObject(pattern);
    }

    private static ObjectNode operation(Route route, Map<String, ObjectNode> schemas) {
        Access access = route.access();
        boolean open = access.reach() == Access.Reach.PUBLIC;
        ObjectNode operation = head(route.method(), route.pattern(), route.doc());
        operation.put("description", "Needs " + access.words() + ".");
        if (!open) {
            ArrayNode ways = operation.putArray("security");
            ways.addObject().putArray("bearer");
            ways.addObject().putArray("session");
        }
        ArrayNode parameters = parameters(operation, route.pattern(), route.doc());
        if (access.reach() == Access.Reach.ORGANIZATION) {
            header(
                    parameters,
                    Authenticator.ORGANIZATION_HEADER,
                    "id or name; for the installation's own key");
        }
        if (!open && route.method().equals("POST")) {
            header(parameters, "Idempotency-Key", "the same again gets the first answer");
        }
        if (route.method().equals("PATCH") || route.method().equals("DELETE")) {
            header(parameters, "If-Match", "an ETag: 412 when the object is another by now");
        }
        boolean change = route.method().equals("PATCH");
        body(operation, route.doc(), change ? Shape.Use.CHANGE : Shape.Use.REQUEST, schemas);
        Failures.add(success(operation, route.doc(), schemas), Failures.of(route));
        return operation;
    }

    private static ObjectNode operation(Foreign route, Map<String, ObjectNode> schemas) {
        ObjectNode operation = head(route.method(), route.path(), route.doc());
        if (route.withKey()) {
            operation.putArray("security").addObject().putArray("bearer");
        }
        parameters(operation, route.path(), route.doc());
        body(operation, route.doc(), Shape.Use.REQUEST, schemas);
        ObjectNode responses = success(operation, route.doc(), schemas);
        if (route.withKey()) {
            Failures.add(responses, Failures.ofModelCall());
        } else if (route.doc().response().isEmpty()) {
            Failures.add(responses, Set.copyOf(route.doc().failures()));
        } else {
            // what is not ready says so in the same shape
            JsonNode same = responses.path(Integer.toString(route.doc().status()));
            route.doc().failures().forEach(s -> responses.set(s.toString(), same.deepCopy()));
        }
        return operation;
    }

    private static ObjectNode head(String method, String path, RouteDoc doc) {
        ObjectNode operation = Json.object();
        operation.putArray("tags").add(doc.tag());
        operation.put("summary", doc.summary());
        operation.put("operationId", Route.operationId(method, path));
        return operation;
    }

    private static ArrayNode parameters(ObjectNode operation, String path, RouteDoc doc) {
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
        doc.query()
                .forEach(parameter ->
                        parameters
                                .addObject()
                                .put("name", parameter.name())
                                .put("in", "query")
                                .put("description", parameter.description())
                                .set("schema", parameter.schema().deepCopy()));
        return parameters;
    }

    private static void header(ArrayNode parameters, String name, String description) {
        parameters
                .addObject()
                .put("name", name)
                .put("in", "header")
                .put("description", description)
                .putObject("schema")
                .put("type", "string");
    }

    private static void body(
            ObjectNode operation, RouteDoc doc, Shape.Use use, Map<String, ObjectNode> schemas) {
        if (doc.request().isEmpty() && doc.requestTypes().isEmpty()) {
            return;
        }
        ObjectNode body = operation.putObject("requestBody");
        content(body, doc.request(), use, doc.requestTypes(), schemas);
    }

    private static ObjectNode success(
            ObjectNode operation, RouteDoc doc, Map<String, ObjectNode> schemas) {
        ObjectNode responses = operation.putObject("responses");
        ObjectNode success = responses.putObject(Integer.toString(doc.status()));
        success.put("description", "success");
        if (doc.response().isPresent() || !doc.responseTypes().isEmpty()) {
            content(success, doc.response(), Shape.Use.ANSWER, doc.responseTypes(), schemas);
        }
        if (doc.repeatable()) {
            responses.set("200", success.deepCopy());
        }
        return responses;
    }

    private static void content(
            ObjectNode holder,
            Optional<Shape> json,
            Shape.Use use,
            List<String> others,
            Map<String, ObjectNode> schemas) {
        ObjectNode content = holder.putObject("content");
        json.ifPresent(shape -> {
            schemas.put(shape.name(use), shape.schema(use));
            shape.mentioned().forEach(one -> schemas.put(one.name(use), one.schema(use)));
            content.putObject(ManagementResponse.JSON).set("schema", shape.reference(use));
        });
        others.forEach(type -> content.putObject(type).putObject("schema").put("type", "string"));
    }
}
