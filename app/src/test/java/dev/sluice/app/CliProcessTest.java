package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command line as a process of its own against the server as a process of its own.
@Tag("slow")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // made before the first test
class CliProcessTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private static Path folder;

    private TestDatabase database;
    private ServerProcess server;

    private record Outcome(int code, String out, String err) {

        JsonNode json() {
            return JSON.readTree(out);
        }
    }

    @BeforeAll
    void start() throws Exception {
        database = TestDatabase.create();
        server =
                ServerProcess.start(
                        folder.resolve("server.log"),
                        Map.of(
                                "SLUICE_DATABASE_URL",
                                Installation.urlOf(database),
                                "SLUICE_DATA_DIR",
                                folder.resolve("data").toString()));
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        database.close();
    }

    /// @param out null for a pipe that the test reads
    private Process launch(
            @Nullable Path out, Path err, Map<String, String> variables, String... words)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx96m",
                                "-Duser.home=" + folder,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.sluice.app.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
        if (out != null) {
            builder.redirectOutput(out.toFile());
        }
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        builder.environment().remove("XDG_CONFIG_HOME");
        builder.environment().putAll(variables);
        return builder.start();
    }

    private Outcome type(Map<String, String> variables, String input, String... words)
            throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = launch(out, err, variables, words);
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Outcome admin(String... words) throws Exception {
        Outcome outcome = type(variables(), "", words);
        assertThat(outcome.code()).as(String.join(" ", words) + outcome.err()).isZero();
        return outcome;
    }

    private Map<String, String> variables() {
        return Map.of("SLUICE_URL", url(), "SLUICE_ADMIN_KEY", Installation.ADMIN_KEY);
    }

    private String url() {
        return "http://127.0.0.1:" + server.port();
    }

    @Test
    void peopleAreInvitedChangedAndSignedOut() throws Exception {
        JsonNode invited =
                admin("invitations", "create", "ana@example.com", "--roles", "owner", "-o", "json")
                        .json();
        admin("invitations", "create", "no@example.com", "--roles", "auditor");
        server.api()
                .admin(
                        "POST",
                        "/admin/v1/invitations/accept",
                        "{\"token\":\"%s\",\"password\":\"a long walk at dusk\"}"
                                .formatted(invited.path("token").asString()));
        JsonNode account = admin("accounts", "list", "-o", "json").json().at("/data/0");
        String id = account.path("id").asString();
        assertThat(account.path("email").asString()).isEqualTo("ana@example.com");
        assertThat(admin("accounts", "show", id, "-o", "csv").out()).contains("ana@example.com");

        String session =
                admin("sessions", "list", id, "-o", "json").json().at("/data/0/id").asString();
        admin("sessions", "end", id, session);
        assertThat(admin("sessions", "list", id).out()).isEqualTo("(none)\n");
        admin("sessions", "end-all", id);
        assertThat(type(variables(), "", "sessions", "end", id, session).code()).isEqualTo(1);

        // the last owner stays one
        assertThat(type(variables(), "", "accounts", "update", id, "--disabled").code())
                .isEqualTo(1);
        admin("accounts", "update", id, "--roles", "owner,finance");
        assertThat(admin("accounts", "list", "-o", "yaml").out()).contains("- \"finance\"");
        assertThat(admin("accounts", "reset", id).err()).contains("shown this once");
        JsonNode open = admin("invitations", "list", "-o", "json").json().path("data");
        for (JsonNode one : open) {
            if (one.path("email").asString().equals("no@example.com")) {
                admin("invitations", "revoke", one.path("id").asString());
            }
        }
        assertThat(admin("invitations", "list", "-o", "csv").out())
                .containsPattern("no@example.com,auditor,[^\n]*Z\r?\n");
    }

    @Test
    void severalGatewaysAreKeptByName() throws Exception {
        Outcome added =
                type(
                        Map.of(),
                        Installation.ADMIN_KEY + "\n",
                        "profiles",
                        "add",
                        "here",
                        "--gateway",
                        url());
        assertThat(added.code()).as(added.err()).isZero();
        Path kept = folder.resolve(".config/sluice/profiles/here.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(type(Map.of(), "", "balance", "--profile", "here", "-o", "yaml").out())
                .contains("object: \"balance\"");
        assertThat(type(Map.of(), "", "profiles", "use", "here").code()).isZero();
        assertThat(type(Map.of(), "", "teams", "list").code()).isZero();
        assertThat(type(Map.of(), "", "profiles", "list").out())
                .contains("here", url(), "true")
                .doesNotContain(Installation.ADMIN_KEY);
        assertThat(type(Map.of(), "", "profiles", "remove", "here").code()).isZero();
        assertThat(kept).doesNotExist();
    }

    @Test
    void everyListHasEveryForm() throws Exception {
        for (String list :
                List.of("keys", "teams", "models", "quotas", "topups", "audit", "requests")) {
            for (String form : List.of("table", "json", "yaml", "csv")) {
                assertThat(admin(list, "list", "-o", form).out()).as(list + form).isNotEmpty();
            }
        }
    }

    @Test
    void completionIsAScriptThatAShellReads() throws Exception {
        Outcome script = admin("completion", "bash");
        Path file = folder.resolve("completion.bash");
        Files.writeString(file, script.out());
        Process bash =
                new ProcessBuilder("bash", "-c", "source " + file + " && complete -p sluice")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        assertThat(said).contains("sluice");
        assertThat(script.out()).contains("profiles", "invitations", "yaml");
    }

    @Test
    void logsFollowCallsUntilTheyAreStopped() throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process follow = launch(out, err, variables(), "logs", "-f", "-o", "csv");
        try {
            await(err, "Following calls");
            call(key("followed").path("key").asString());
            await(out, "model_not_found");
            assertThat(Files.readString(out)).startsWith("created_at,request_id,key,");
        } finally {
            follow.destroy();
            assertThat(follow.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// As `sluice logs -f | head -n 1` has it.
    @Test
    void logsEndWhenNobodyReadsThem() throws Exception {
        Path err = Files.createTempFile(folder, "err", "");
        Process follow = launch(null, err, variables(), "logs", "-f", "-o", "json");
        try {
            await(err, "Following calls");
            follow.getInputStream().close();
            String key = key("piped").path("key").asString();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            do {
                assertThat(System.nanoTime()).isLessThan(end);
                call(key);
            } while (!follow.waitFor(200, TimeUnit.MILLISECONDS));
            assertThat(follow.exitValue()).as(Files.readString(err)).isZero();
        } finally {
            follow.destroy();
        }
    }

    @Test
    void whatIsExportedAppliesToNothingAndChangesReadWell() throws Exception {
        key("exported");
        Path file = folder.resolve("sluice.yaml");
        Files.writeString(file, admin("export").out());
        assertThat(admin("plan", "sluice.yaml").out()).matches("= \\d+ more as they are, .*\\n");
        admin("apply", "sluice.yaml", "--yes");
        assertThat(admin("plan", "sluice.yaml").out()).isEqualTo("Nothing changes.\n");

        String changed = "$1\n    budget_owner: fin@example.com";
        Files.writeString(
                file,
                Files.readString(file).replaceFirst("(?m)^(  - name: .*t-exported.*)$", changed));
        assertThat(admin("plan", "sluice.yaml").out())
                .isEqualTo(
                        """
                        ~ update team t-exported
                            budget_owner: - -> fin@example.com
                        """);
        admin("apply", "sluice.yaml", "--yes");
        assertThat(admin("teams", "list").out()).contains("fin@example.com");
    }

    @Test
    void tablesHaveNamesAndJsonHasIds() throws Exception {
        JsonNode made = key("named");
        String team = made.path("team").asString();
        assertThat(team).startsWith("team_");
        assertThat(admin("keys", "list").out()).contains("t-named").doesNotContain(team);
        assertThat(admin("keys", "list", "-o", "json").out()).contains(team);
        call(made.path("key").asString());
        String id = made.path("id").asString();
        server.api()
                .await(
                        "/admin/v1/requests?key=" + id,
                        node -> !node.path("data").isEmpty(),
                        Duration.ofSeconds(30));
        assertThat(admin("logs", "--key", id).out()).contains("named").doesNotContain(id);
        assertThat(admin("usage", "--group-by", "team,key").out()).doesNotContain(team, id);
    }

    private void call(String key) throws Exception {
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
    private JsonNode key(String name) throws Exception {
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

    private static void await(Path file, String text) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.readString(file).contains(text)) {
            assertThat(System.nanoTime())
                    .as(text + " in " + Files.readString(file))
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
