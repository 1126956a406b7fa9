package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.CliProcess.Outcome;
import dev.sluice.testkit.TestDatabase;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// An administrator at a shell of their own, and the server they work on in another process.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // made before the first test
abstract class CliSession {

    @TempDir static Path folder;

    TestDatabase database;
    ServerProcess server;
    CliProcess shell;

    @BeforeAll
    void start() throws Exception {
        shell = new CliProcess(folder);
        database = TestDatabase.create();
        server =
                ServerProcess.start(
                        folder.resolve("server.log"),
                        Map.of(
                                "SLUICE_DATABASE_URL",
                                Installation.urlOf(database),
                                "SLUICE_DATA_DIR",
                                folder.resolve("data").toString(),
                                "SLUICE_EGRESS_ALLOW",
                                "127.0.0.1/32"));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        database.close();
    }

    Outcome type(Map<String, String> variables, String input, String... words) throws Exception {
        return shell.type(variables, input, words);
    }

    Outcome admin(String... words) throws Exception {
        return ends(0, words);
    }

    /// A command of the administrator's that must end so.
    Outcome ends(int code, String... words) throws Exception {
        Outcome outcome = type(variables(), "", words);
        assertThat(outcome.code())
                .as(String.join(" ", words) + ": " + outcome.out() + outcome.err())
                .isEqualTo(code);
        return outcome;
    }

    Map<String, String> variables() {
        return Map.of("SLUICE_URL", url(), "SLUICE_ADMIN_KEY", Installation.ADMIN_KEY);
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    void call(String key) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + "/v1/chat/completions"))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"model\":\"none\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                        .build();
        assertThat(server.http().send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(404);
    }

    /// A key of that name, of a team `t-NAME` of its own.
    JsonNode key(String name) throws Exception {
        admin("teams", "create", "t-" + name);
        admin("users", "create", "u-" + name);
        return admin(
                        "keys",
                        "create",
                        "--label",
                        name,
                        "--team",
                        "t-" + name,
                        "--owner",
                        "user:u-" + name,
                        "--environment",
                        "development",
                        "-o",
                        "json")
                .json();
    }

    static void await(Path file, String text) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.readString(file).contains(text)) {
            assertThat(System.nanoTime())
                    .as(text + " in " + Files.readString(file))
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
