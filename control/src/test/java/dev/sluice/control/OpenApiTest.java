package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.http.Route;
import dev.sluice.control.http.RouteDoc;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The OpenAPI document says what is there.
class OpenApiTest {

    /// Lists whose length is bounded by what they are about.
    private static final Set<String> WHOLE_LISTS =
            Set.of(
                    "/admin/v1/availability",
                    "/admin/v1/usage/estimate-drift",
                    "/admin/v1/usage/latency",
                    "/admin/v1/prices/compare",
                    "/admin/v1/providers",
                    "/admin/v1/quota-states");

    @Test
    void everyRouteIsInTheDocumentAndEveryReferenceResolves() {
        try (MoneyPlane money = new MoneyPlane()) {
            JsonNode document = money.plane.new Caller("", Map.of()).get("/openapi.json").ok(200);
            assertThat(document.path("openapi").asString()).startsWith("3.1");
            Set<String> operations = new TreeSet<>();
            for (Route route : money.plane.control.router().routes()) {
                JsonNode operation =
                        document.path("paths")
                                .path(route.pattern())
                                .path(route.method().toLowerCase(Locale.ROOT));
                assertThat(operation.isObject())
                        .as(route.method() + " " + route.pattern())
                        .isTrue();
                assertThat(operation.path("summary").asString()).isNotBlank();
                assertThat(operations.add(operation.path("operationId").asString()))
                        .as(operation.path("operationId").asString())
                        .isTrue();
            }
            for (String path : List.of("/v1/chat/completions", "/v1/embeddings", "/v1/models")) {
                assertThat(document.path("paths").has(path)).isTrue();
            }
            for (String reference : references(document)) {
                assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
            }
        }
    }

    private static List<String> references(JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.has("$ref")) {
            found.add(node.path("$ref").asString());
        }
        for (JsonNode child : node) {
            found.addAll(references(child));
        }
        return found;
    }

    @Test
    void whatIsShownIsDeclared() {
        try (Plane plane = new Plane()) {
            var admin = plane.installation();
            post(plane, "teams", "{'name':'t','budget_owner':'b','price_rule':{'multiply':1}}");
            post(plane, "users", "{'name':'u','email':'e','team':'t'}");
            post(plane, "services", "{'name':'s','description':'d','user':'u','team':'t'}");
            post(plane, "plans", "{'name':'p','price_rule':{'multiply':1}}");
            post(
                    plane,
                    "upstreams",
                    "{'name':'up','provider':'openai','region':'eu','credential':'c',"
                            + "'limits':{'rpm':1},'shared':true}");
            post(
                    plane,
                    "models",
                    "{'name':'m','targets':[{'upstream':'up'}],'max_output_tokens':1,"
                            + "'context_window':2}");
            post(
                    plane,
                    "prices",
                    "{'provider':'openai','model':'m','price':{'per_request':1},'source':'s'}");
            post(
                    plane,
                    "keys",
                    "{'label':'k','team':'t','owner':'user:u','environment':'dev','workflow':'w',"
                            + "'customer':'c','purpose':'p','product_area':'a','plan':'p',"
                            + "'traffic_class':'test','storage_ref':'vault','models':['m'],"
                            + "'endpoint_families':['chat'],'actions':['chat'],"
                            + "'data_classes':['public'],'allowed_ips':['10.0.0.1'],"
                            + "'rotate_days':1}");
            post(
                    plane,
                    "quotas",
                    "{'name':'q','unit':'usd','limit':1,'window':{'lifetime':true},'owner':'o',"
                            + "'message':'m','upgrade_url':'https://x.example.com'}");
            post(plane, "admin-tokens", "{'user':'u','roles':['auditor']}");
            plane.signedIn(admin, "ana@example.com", "owner");
            // every answer is held against the document by DocumentCheck
            for (Route route : plane.control.router().routes()) {
                boolean list =
                        route.doc().response().filter(s -> !s.mentioned().isEmpty()).isPresent();
                if (route.method().equals("GET")
                        && list
                        && !route.namesAnObject()
                        && !route.pattern().equals("/admin/v1/me/sessions")) {
                    assertThat(admin.get(route.pattern()).ok(200).path("data"))
                            .as(route.pattern())
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void everyListIsPagedByKey() {
        try (MoneyPlane money = new MoneyPlane()) {
            for (Route route : money.plane.control.router().routes()) {
                boolean list =
                        route.doc().response().filter(s -> !s.mentioned().isEmpty()).isPresent();
                List<String> query =
                        route.doc().query().stream().map(RouteDoc.Parameter::name).toList();
                assertThat(query).as(route.pattern()).doesNotContain("offset");
                // theirs is a key too: the beginning of the next bucket
                boolean theirs = route.pattern().startsWith("/v1/organization/");
                assertThat(query.contains("page")).as(route.pattern()).isEqualTo(theirs);
                if (list && !WHOLE_LISTS.contains(route.pattern())) {
                    assertThat(query).as(route.pattern()).contains("limit", "cursor");
                }
            }
        }
    }

    @Test
    void requestsAndAnswersHaveSchemas() {
        try (MoneyPlane money = new MoneyPlane()) {
            JsonNode document = money.plane.new Caller("", Map.of()).get("/openapi.json").ok(200);
            document.path("paths")
                    .forEach(path ->
                            path.forEach(operation -> {
                                String id = operation.path("operationId").asString();
                                JsonNode responses = operation.path("responses");
                                boolean described =
                                        responses.has("204")
                                                || responses.has("101")
                                                || !responses.at("/200/content").isEmpty()
                                                || !responses.at("/201/content").isEmpty()
                                                || !responses.at("/101/content").isEmpty();
                                assertThat(described).as(id + " answers").isTrue();
                                if (id.startsWith("patch_")) {
                                    assertThat(operation.has("requestBody")).as(id).isTrue();
                                }
                            }));
        }
    }

    private static void post(Plane plane, String plural, String body) {
        plane.installation().post("/admin/v1/" + plural, body.replace('\'', '"')).ok(201);
    }
}
