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

    private static HttpResponse<String> get(Installation installation, String path)
            throws Exception {
        return installation
                .http()
                .send(
                        HttpRequest.newBuilder(URI.create(installation.baseUrl() + path)).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
