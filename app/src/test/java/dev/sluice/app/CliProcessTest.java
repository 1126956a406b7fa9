package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.CliProcess.Outcome;
import dev.sluice.testkit.Signal;
import dev.sluice.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// The command line as a process of its own against the server as a process of its own: every
/// command at least once.
@Tag("slow")
@Timeout(900)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CliProcessTest extends CliSession {

    private static final String PROVIDER = "http://127.0.0.1:9/v1";

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
        ends(1, "accounts", "delete", id);
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

    /// Each list in one of the forms, and each form as its readers need it.
    @Test
    void everyListIsReadByWhoReadsItsForm() throws Exception {
        List<String> lists =
                List.of(
                        "keys",
                        "organizations",
                        "teams",
                        "users",
                        "services",
                        "plans",
                        "quotas",
                        "admin-tokens",
                        "providers",
                        "upstreams",
                        "models",
                        "prices",
                        "topups",
                        "refunds",
                        "adjustments",
                        "escrow",
                        "requests",
                        "audit");
        List<String> forms = List.of("json", "table", "csv", "yaml");
        shell.eachOf(
                lists,
                list -> {
                    String form = forms.get(lists.indexOf(list) % forms.size());
                    String out = admin(list, "list", "-o", form, "--limit", "2").out();
                    assertThat(out).as(list + form).isNotBlank().doesNotContain("\u001b");
                    switch (form) {
                        case "json" ->
                                assertThat(CliProcess.JSON.readTree(out).path("data").isArray())
                                        .isTrue();
                        case "yaml" -> assertThat(out).startsWith("object: \"list\"");
                        default -> assertThat(out).doesNotContain("{", "[");
                    }
                });
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
        Process follow = shell.launch(out, err, variables(), "logs", "-f", "-o", "csv");
        try {
            await(err, "Following calls");
            call(key("followed").path("key").asString());
            await(out, "model_not_found");
            assertThat(Files.readString(out)).startsWith("created_at,request_id,key,");
        } finally {
            follow.destroy();
            assertThat(follow.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        // as a shell says that a signal ended it
        assertThat(follow.exitValue()).isEqualTo(128 + 15);
    }

    @Test
    void followingEndsWithCtrlC() throws Exception {
        Path err = Files.createTempFile(folder, "err", "");
        Process follow = shell.launch(null, err, variables(), "requests", "follow", "-o", "json");
        try {
            await(err, "Following calls");
            Signal.send("INT", follow.pid());
            assertThat(follow.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(follow.exitValue()).isEqualTo(128 + 2);
        } finally {
            follow.destroy();
        }
    }

    /// As `sluice logs -f | head -n 1` has it.
    @Test
    void logsEndWhenNobodyReadsThem() throws Exception {
        Path err = Files.createTempFile(folder, "err", "");
        Process follow = shell.launch(null, err, variables(), "logs", "-f", "-o", "json");
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
        String request =
                server.api()
                        .admin("GET", "/admin/v1/requests?key=" + id, null)
                        .at("/data/0/request_id")
                        .asString();
        assertThat(admin("requests", "show", request).out())
                .contains("model_not_found", "t-named")
                .doesNotContain(team);
        assertThat(admin("logs", "--key", id).out()).contains("named").doesNotContain(id);
        assertThat(admin("usage", "--group-by", "team,key").out()).doesNotContain(team, id);
    }

    /// The five verbs of what has a name, with an option of each for `create`.
    @Test
    void whatHasANameIsMadeShownChangedAndDeleted() throws Exception {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put("teams", List.of("--budget-owner", "fin@example.com"));
        kinds.put("users", List.of("--email", "x@example.com"));
        kinds.put("services", List.of("--description", "says =1+1"));
        kinds.put("plans", List.of("--multiply", "1.10"));
        kinds.put("upstreams", List.of("--provider", "simulator", "--base-url", PROVIDER));
        kinds.put("models", List.of("--targets", "lasting/sim-chat"));
        kinds.put("quotas", List.of("--unit", "usd", "--limit", "5.00", "--window", "day"));
        admin("upstreams", "create", "lasting", "--provider", "simulator", "--base-url", PROVIDER);
        shell.eachOf(kinds.entrySet(), kind -> liveAndDie(kind.getKey(), kind.getValue()));
        Outcome rotated =
                type(
                        variables(),
                        "sk-provider\n",
                        "upstreams",
                        "rotate",
                        "lasting",
                        "--credential-file",
                        "-");
        assertThat(rotated.code()).as(rotated.err()).isZero();
        assertThat(rotated.out()).doesNotContain("sk-provider");
        // alone: where there are several, all other commands have to name one
        liveAndDie("organizations", List.of("--time-zone", "Europe/Berlin"));
        admin("organizations", "create", "drill", "--sandbox");
        admin("organizations", "wipe", "drill");
        ends(1, "organizations", "wipe", "default");
    }

    private void liveAndDie(String group, List<String> options) throws Exception {
        String name = "one-of-" + group;
        List<String> create = new ArrayList<>(List.of(group, "create", name));
        create.addAll(options);
        admin(create.toArray(String[]::new));
        assertThat(admin(group, "show", name).out()).contains(name);
        if (group.equals("quotas")) {
            assertThat(admin(group, "state", name).out()).contains("remaining");
        }
        admin(group, "update", name, "--name", name + "-renamed");
        admin(group, "delete", name + "-renamed");
    }

    @Test
    void keysAndCredentialsAreReplacedAndEnd() throws Exception {
        JsonNode made = key("kept");
        String secret = made.path("key").asString();
        assertThat(admin("keys", "show", "kept").out()).contains("t-kept").doesNotContain(secret);
        admin("keys", "update", "kept", "--purpose", "tests", "--rotate-days", "30");
        Outcome rotated = admin("keys", "rotate", "kept", "--overlap-seconds", "60", "-o", "json");
        assertThat(rotated.json().path("key").asString()).startsWith("sk-").isNotEqualTo(secret);
        assertThat(admin("keys", "list", "--team", "t-kept", "-o", "csv").out()).contains("kept");
        admin("keys", "revoke", "kept");
        ends(1, "keys", "rotate", "kept");

        JsonNode token =
                admin(
                                "admin-tokens",
                                "create",
                                "--user",
                                "u-kept",
                                "--roles",
                                "auditor",
                                "-o",
                                "json")
                        .json();
        Map<String, String> auditor =
                Map.of(
                        "SLUICE_URL",
                        url(),
                        "SLUICE_ADMIN_KEY",
                        token.path("admin_token").asString());
        assertThat(type(auditor, "", "audit", "list", "--limit", "1").code()).isZero();
        Outcome forbidden = type(auditor, "", "teams", "create", "mine");
        assertThat(forbidden.code()).isEqualTo(1);
        assertThat(forbidden.err()).contains("permission_denied");
        admin("admin-tokens", "revoke", token.path("id").asString());
        Outcome ended = type(auditor, "", "audit", "list");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("expired or revoked", "SLUICE_ADMIN_KEY");
    }

    @Test
    void moneyMovesOnceAndTheBooksAgree() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(admin("topups", "create", "25.00", "--reference", "invoice-1").out())
                    .contains("invoice-1");
        }
        admin("adjustments", "create", "--amount", "-1.50", "--reason", "r", "--reference", "a");
        ends(
                1,
                "refunds",
                "create",
                "req_none",
                "--amount",
                "1",
                "--reason",
                "r",
                "--reference",
                "x");
        assertThat(admin("balance").out()).containsPattern("(?m)^balance +23\\.5$");
        assertThat(admin("ledger", "accounts", "-o", "csv").out())
                .containsPattern("(?m)^wallet,USD,1\\.5,25,23\\.5\r?$");
        assertThat(admin("ledger", "entries", "--kind", "topup").out()).contains("invoice-1");
        assertThat(admin("ledger", "verify", "-o", "json").json().path("ok").asBoolean()).isTrue();
        assertThat(
                        type(
                                        Map.of("SLUICE_DATABASE_URL", Installation.urlOf(database)),
                                        "",
                                        "ledger",
                                        "verify",
                                        "--deep")
                                .out())
                .containsPattern("(?m)^ok +true$");
        ends(1, "escrow", "write-off", "none", "--reason", "lost");
    }

    @Test
    void pricesAreSetComparedAndImported() throws Exception {
        String row =
                admin(
                                "prices",
                                "set",
                                "openai-compatible",
                                "small",
                                "--price",
                                "input_per_mtok=0.25",
                                "--effective-at",
                                "2099-01-01T00:00:00Z",
                                "-o",
                                "json")
                        .json()
                        .path("id")
                        .asString();
        assertThat(admin("prices", "list").out()).contains("input_per_mtok 0.25");
        admin("prices", "delete", row);
        Files.writeString(
                folder.resolve("book.jsonl"),
                """
                {"provider":"simulator","source":"contract","source_version":"7",\
                "checked_on":"2026-11-20","licence":"own"}
                {"model":"sim-new","mode":"chat","price":{"input_per_mtok":"9",\
                "output_per_mtok":"9"},"context_window":64000}
                """);
        assertThat(admin("prices", "diff", "book.jsonl").out()).contains("sim-new");
        assertThat(admin("prices", "import", "book.jsonl", "--note", "autumn").out())
                .contains("autumn");
        assertThat(admin("prices", "book").out()).contains("shipped_version", "autumn");
        assertThat(admin("prices", "catalogue", "--model", "sim-chat").out())
                .contains("sim-chat")
                .doesNotContain("{");
        assertThat(ends(2, "prices", "convert").err()).contains("inside a checkout");
    }

    @Test
    void questionsAreAnswered() throws Exception {
        JsonNode made = key("asking");
        Files.writeString(
                folder.resolve("call.json"),
                "{\"model\":\"none\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(admin("estimate", "call.json", "--key", "asking").out())
                .contains("model_not_found");
        assertThat(admin("explain", "--key", "asking", "--model", "none", "--action", "chat").out())
                .containsPattern("(?m)^allowed +false$");
        admin("estimate-drift");
        assertThat(admin("providers", "show", "azure").out()).contains("base_url");
        admin("providers", "availability");
        admin("providers", "probes");
        Map<String, String> caller =
                Map.of("SLUICE_URL", url(), "SLUICE_KEY", made.path("key").asString());
        Outcome smoke = type(caller, "", "smoke", "--model", "none", "--checks", "auth,text");
        assertThat(smoke.code()).as(smoke.out() + smoke.err()).isZero();
        assertThat(smoke.out()).contains("a wrong key is refused", "unsupported");
        assertThat(
                        type(
                                        caller,
                                        "",
                                        "smoke",
                                        "--model",
                                        "m",
                                        "--base-url",
                                        "http://127.0.0.1:1")
                                .code())
                .isEqualTo(3);
        Map<String, String> beside = new HashMap<>(variables());
        beside.put("SLUICE_DATABASE_URL", Installation.urlOf(database));
        Outcome doctor = type(beside, "", "doctor", "-o", "json");
        assertThat(doctor.code()).as(doctor.out()).isZero();
        assertThat(doctor.json().findValuesAsString("check")).contains("server", "credential");
    }

    @Test
    void aBackupFillsAnotherDatabase() throws Exception {
        Map<String, String> from = itsOwn(database, "data");
        Outcome kept = type(from, "", "backup", "kept.sluice");
        assertThat(kept.code()).as(kept.err()).isZero();
        assertThat(type(from, "", "backup", "kept.sluice").code()).isEqualTo(2);
        try (TestDatabase other = TestDatabase.createEmpty()) {
            Map<String, String> into = itsOwn(other, "restored");
            Outcome restored = type(into, "", "restore", "kept.sluice");
            assertThat(restored.code()).as(restored.err()).isZero();
            assertThat(restored.out()).contains("generation");
        }
    }

    /// Commands that work on an installation itself find it by these.
    private Map<String, String> itsOwn(TestDatabase database, String data) {
        return Map.of(
                "SLUICE_DATABASE_URL",
                Installation.urlOf(database),
                "SLUICE_DATA_DIR",
                folder.resolve(data).toString());
    }

    @Test
    void whatIsTypedWrongEndsWithTwoAndWhoIsAwayWithThree() throws Exception {
        Outcome unknown = ends(2, "keys", "lst");
        assertThat(unknown.err()).contains("lst", "list", "--help");
        assertThat(ends(2, "keys", "show").err()).contains("KEY");
        assertThat(ends(2, "requests", "list", "--limti", "3").err()).contains("--limit");
        assertThat(ends(3, "balance", "--url", "http://127.0.0.1:1").err())
                .contains("nobody listens");
        assertThat(ends(0, "--version").out()).isEqualTo(ends(0, "version").out());
        assertThat(ends(0, "help", "keys").out()).contains("rotate");
        Outcome server = type(Map.of("SLUICE_PORT", "many"), "", "run");
        assertThat(server.code()).isEqualTo(2);
        assertThat(server.err()).contains("SLUICE_PORT");
    }

    /// The last: what no test above has typed has no test through a real process.
    @Test
    @Order(Integer.MAX_VALUE)
    void noCommandIsLeftOut() {
        Set<String> left = CliProcess.commands();
        left.removeAll(shell.typed());
        assertThat(left).as("has no test through a real process").isEmpty();
    }
}
