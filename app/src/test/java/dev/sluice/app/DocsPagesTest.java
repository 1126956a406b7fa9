package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `/docs` over HTTP: every page is served, reachable from the first one, and its links lead
/// somewhere.
class DocsPagesTest {

    private static final Path FOLDER = Path.of("..", "docs");
    private static final Pattern LINK = Pattern.compile("href=\"(/docs[^\"#]*)");

    @Test
    void everyPageIsServedAndEveryLinkLeadsSomewhere() throws Exception {
        List<String> pages = new ArrayList<>();
        try (var files = Files.walk(FOLDER)) {
            files.filter(file -> file.toString().endsWith(".md"))
                    .map(file -> FOLDER.relativize(file).toString().replaceFirst("[.]md$", ""))
                    .forEach(name -> pages.add(name.equals("README") ? "/docs" : "/docs/" + name));
        }
        assertThat(pages).hasSizeGreaterThan(10);
        try (Installation installation = Installation.start()) {
            TreeSet<String> linked = new TreeSet<>();
            for (String page : pages) {
                HttpResponse<String> answer = get(installation, page);
                assertThat(answer.statusCode()).as(page).isEqualTo(200);
                assertThat(answer.headers().firstValue("content-type"))
                        .hasValue("text/html; charset=utf-8");
                assertThat(answer.headers().firstValue("content-security-policy"))
                        .hasValue(StaticSite.POLICY);
                assertThat(answer.body()).contains("<h1>").doesNotContain("<script", ".md\"");
                Matcher links = LINK.matcher(answer.body());
                while (links.find()) {
                    linked.add(links.group(1));
                }
            }
            for (String target : linked) {
                assertThat(get(installation, target).statusCode()).as(target).isEqualTo(200);
            }
            assertThat(linked).as("docs/README.md links every page").containsAll(pages);
            for (String none : List.of("/docs/none", "/docs/guides", "/docs/../docs/README")) {
                assertThat(get(installation, none).statusCode()).as(none).isEqualTo(404);
            }
            // the console where it was built, else words that name the docs
            assertThat(get(installation, "/").body())
                    .satisfiesAnyOf(
                            page -> assertThat(page).startsWith("Sluice").contains("/docs"),
                            page -> assertThat(page).startsWithIgnoringCase("<!doctype html>"));
        }
    }

    @Test
    void theApiReferenceShowsEveryRouteWithoutAScript() throws Exception {
        try (Installation installation = Installation.start()) {
            HttpResponse<String> page = get(installation, "/docs/api");
            assertThat(page.headers().firstValue("content-security-policy"))
                    .hasValue(StaticSite.POLICY);
            assertThat(page.body()).doesNotContain("<script", "style=\"", "onclick", "//cdn");
            JsonNode document = installation.admin("GET", "/openapi.json", null);
            int operations = 0;
            for (JsonNode path : document.path("paths")) {
                for (JsonNode operation : path) {
                    String id = operation.path("operationId").asString();
                    assertThat(page.body()).contains("<details id=\"" + id + "\">");
                    operations++;
                }
            }
            assertThat(page.body().split("<details", -1)).hasSize(operations + 1);
            // fields, their types and their words
            assertThat(page.body())
                    .contains("<code>POST /admin/v1/keys</code>", "<code>allowed_ips</code> array")
                    .contains("Needs keys.manage.");
        }
    }

    @Test
    void editorsGetASchemaThatKnowsTheGuidesFile() throws Exception {
        Matcher yaml =
                Pattern.compile("(?s)```yaml\n(.*?)```")
                        .matcher(
                                Files.readString(
                                        FOLDER.resolve("guides/configuration-as-code.md")));
        assertThat(yaml.find()).isTrue();
        JsonNode file = YAMLMapper.builder().build().readTree(yaml.group(1));
        try (Installation installation = Installation.start()) {
            HttpResponse<String> answer = get(installation, "/docs/sluice.schema.json");
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValue("application/schema+json");
            JsonNode schema = JsonMapper.shared().readTree(answer.body());
            known(schema, schema, file, "");
            assertThat(schema.path("required").toString())
                    .isEqualTo("[\"version\",\"organization\"]");
        }
    }

    /// Every field of the file has words in the schema.
    private static void known(JsonNode root, JsonNode schema, JsonNode value, String at) {
        JsonNode wanted =
                schema.has("$ref") ? root.at(schema.path("$ref").asString().substring(1)) : schema;
        if (value.isArray() && wanted.has("items")) {
            value.forEach(item -> known(root, wanted.path("items"), item, at + "[]"));
        }
        if (value.isObject() && wanted.has("properties")) {
            value.properties()
                    .forEach(field -> {
                        String name = at + "." + field.getKey();
                        JsonNode of = wanted.path("properties").path(field.getKey());
                        assertThat(of.isObject()).as(name).isTrue();
                        known(root, of, field.getValue(), name);
                    });
        }
    }

    @Test
    void programsFindTheirWayAndThePagesAsTheyWereWritten() throws Exception {
        try (Installation installation = Installation.start()) {
            HttpResponse<String> answer = get(installation, "/llms.txt");
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValue("text/plain; charset=utf-8");
            assertThat(answer.body()).startsWith("# Sluice\n\n> ");
            Matcher links = Pattern.compile("]\\((/[^)]+)\\)").matcher(answer.body());
            int found = 0;
            while (links.find()) {
                assertThat(get(installation, links.group(1)).statusCode())
                        .as(links.group(1))
                        .isEqualTo(200);
                found++;
            }
            assertThat(found).isGreaterThan(20);
            assertThat(get(installation, "/docs/reference/compat.md").body())
                    .isEqualTo(Files.readString(FOLDER.resolve("reference/compat.md")));
            assertThat(get(installation, "/docs/none.md").statusCode()).isEqualTo(404);
            assertThat(get(installation, "/docs/../README.md").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(Installation installation, String path)
            throws Exception {
        return installation
                .http()
                .send(
                        HttpRequest.newBuilder(URI.create(installation.baseUrl() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
