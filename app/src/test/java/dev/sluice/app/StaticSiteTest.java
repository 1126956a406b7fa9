package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import dev.sluice.gateway.offloop.OffLoop.Content;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The console's files: what is found, how it is sent, and what nobody gets out.
@SuppressWarnings("NullAway.Init") // the fields are made before each test
class StaticSiteTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

    private URLClassLoader loader;
    private StaticSite site;

    @BeforeEach
    void files(@TempDir Path folder) throws IOException {
        write(folder, "console/index.html", "<title>start</title>");
        write(folder, "console/assets/app-1a2b3c.js", "run()");
        write(folder, "console/assets/app-1a2b3c.js.gz", "packed");
        write(folder, "console/.env.txt", "hidden");
        write(folder, "secret.txt", "outside");
        write(folder, "console2/secret.txt", "outside");
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
        site = new StaticSite(loader, "console");
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    private static void write(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Optional<Answer> get(String path, String accept, String encoding) {
        return site.answer(
                new Ask(
                        "req_1",
                        "GET",
                        path,
                        Map.of(),
                        Map.of("accept", List.of(accept), "accept-encoding", List.of(encoding)),
                        Content.EMPTY,
                        "127.0.0.1"));
    }

    private static String text(Optional<Answer> answer) {
        return new String(answer.orElseThrow().body().bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatHasAHashInItsNameIsKeptForEver() {
        Answer script = get("/assets/app-1a2b3c.js", "*/*", "br").orElseThrow();
        assertThat(text(Optional.of(script))).isEqualTo("run()");
        assertThat(script.headers())
                .containsEntry("cache-control", "public, max-age=31536000, immutable")
                .containsEntry("content-type", "text/javascript; charset=utf-8")
                .containsEntry("x-content-type-options", "nosniff")
                .doesNotContainKey("content-encoding");
        Answer packed = get("/assets/app-1a2b3c.js", "*/*", "gzip, br").orElseThrow();
        assertThat(text(Optional.of(packed))).isEqualTo("packed");
        assertThat(packed.headers())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("vary", "accept-encoding");
    }

    @Test
    void pagesRunNothingInlineAndLoadNothingFromElsewhere() {
        Answer page = get("/", BROWSER, "").orElseThrow();
        assertThat(text(Optional.of(page))).contains("start");
        assertThat(page.headers()).containsEntry("cache-control", "no-cache");
        String policy = page.headers().getOrDefault("content-security-policy", "");
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "*", "http");
    }

    @Test
    void addressesOfTheConsoleAreTheStartPageAndThoseOfInterfacesAreNot() {
        for (String path : List.of("/keys", "/requests/req_01", "/invitation")) {
            assertThat(text(get(path, BROWSER, ""))).contains("start");
            assertThat(get(path, "application/json", "")).isEmpty();
        }
        for (String path : List.of("/admin/v1/nothing", "/api/x", "/v1/x", "/openapi.json")) {
            assertThat(get(path, BROWSER, "")).as(path).isEmpty();
        }
        assertThat(get("/assets/gone-1.js", BROWSER, "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/assets/../../secret.txt",
                "/assets/../index.html",
                "/..%2fsecret.txt",
                "/%2e%2e/secret.txt",
                "/..\\secret.txt",
                "//secret.txt",
                "/./secret.txt",
                "/.env.txt",
                "/assets/",
                "/assets",
                "2/secret.txt",
                "/index.html/",
                "/index.html%00.js",
            })
    void nothingOutsideTheFolderIsSent(String path) {
        assertThat(get(path, "*/*", "gzip")).isEmpty();
    }
}
