package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Installation;
import dev.sluice.domain.Secret;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// `sluice smoke`: against a provider, against the running gateway beside it, and against
/// endpoints that do each thing wrong.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmokeTest {

    private static final String PRICE =
            "{\"input_per_mtok\":\"2.50\",\"cached_input_per_mtok\":\"0.60\",\"output_per_mtok\":\"10\"}";
    private static final String SIM_KEY = "sk-sim-0123456789";

    @TempDir private Path folder;
    private Installation installation;
    private Simulator direct;
    private String key;
    private Typed person = new Typed(Path.of("."));

    @BeforeAll
    void start() {
        installation = Installation.start().withModels(PRICE, "sim-chat");
        installation.topUp("100.00");
        key = installation.key("smoke", "smoke", "development");
        direct =
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAccount("smoke", new Secret(SIM_KEY)));
    }

    @AfterAll
    void stop() {
        direct.close();
        installation.close();
    }

    @BeforeEach
    void sitDown() {
        person =
                new Typed(folder)
                        .at(installation.baseUrl())
                        .with("SLUICE_ADMIN_KEY", Installation.ADMIN_KEY)
                        .with("SLUICE_KEY", key);
    }

    private JsonNode report(Typed.Outcome outcome) {
        JsonNode report = Json.parseOrNull(outcome.out());
        if (report == null) {
            throw new AssertionError("no report: " + outcome.out() + outcome.err());
        }
        return report;
    }

    private static List<String> verdicts(JsonNode report, String target) {
        List<String> verdicts = new ArrayList<>();
        report.path("checks")
                .forEach(row -> {
                    if (row.path("target").asString().equals(target)) {
                        verdicts.add(
                                row.path("check").asString()
                                        + " "
                                        + row.path("verdict").asString());
                    }
                });
        return verdicts;
    }

    /// The provider and the gateway in front of one like it pass the same checks, in each dialect.
    @ParameterizedTest
    @ValueSource(strings = {"openai-chat", "openai-responses", "anthropic-messages", "gemini"})
    void theGatewayAndTheProviderPassSideBySide(String dialect) {
        Typed.Outcome outcome =
                person.with("SIM_KEY", SIM_KEY)
                        .run(
                                "smoke",
                                "--model",
                                "sim-chat",
                                "--dialect",
                                dialect,
                                "--direct-url",
                                direct.baseUrl().toString(),
                                "--direct-key-env",
                                "SIM_KEY",
                                "-o",
                                "json");
        JsonNode report = report(outcome);
        List<String> expected =
                List.of(
                        "auth passed",
                        "text passed",
                        "stream passed",
                        "tools passed",
                        "tools_result passed",
                        "tools_stream passed",
                        "image passed",
                        "errors passed",
                        "errors_model passed",
                        "usage passed");
        assertThat(verdicts(report, "direct")).isEqualTo(expected);
        assertThat(verdicts(report, "gateway")).isEqualTo(expected);
        assertThat(outcome.code()).isEqualTo(ExitCode.OK);
        JsonNode text = report.at("/checks/2");
        assertThat(text.path("check").asString()).isEqualTo("text");
        assertThat(text.path("request_id").asString()).isNotEmpty();
        assertThat(text.path("cost_usd").asString()).startsWith("0.0");
        assertThat(text.path("input_tokens").asLong()).isPositive();
        assertThat(text.path("total_ms").asLong()).isNotNegative();
        assertThat(text.path("shape").size()).isGreaterThan(4);
        assertThat(outcome.out())
                .doesNotContain(key)
                .doesNotContain(SIM_KEY)
                .doesNotContain("hello");
    }

    @Test
    void ownPromptsAreAskedAndJudged() throws Exception {
        Files.writeString(
                folder.resolve("prompts.jsonl"),
                """
                {"name":"echo","prompt":"[[sim text=\\"blue sky\\"]] hi","contains":"blue"}
                {"name":"wrong","prompt":"[[sim text=\\"blue sky\\"]] hi","contains":"green"}
                plain words
                """);
        Typed.Outcome outcome =
                person.run(
                        "smoke",
                        "--model",
                        "sim-chat",
                        "--checks",
                        "none",
                        "--prompts",
                        "prompts.jsonl",
                        "--keep",
                        "evidence.json");
        assertThat(outcome.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(outcome.out())
                .contains("prompt: echo")
                .contains("2 passed, 0 unsupported, 1 failed");
        JsonNode kept = Json.parseOrNull(Files.readString(folder.resolve("evidence.json")));
        assertThat(verdicts(java.util.Objects.requireNonNull(kept), "gateway"))
                .isEqualTo(
                        List.of(
                                "prompt: echo passed",
                                "prompt: wrong failed",
                                "prompt: prompt 3 passed"));
    }

    /// What the simulator answers is labelled so, and every probe is kept.
    @Test
    void whatIsRecordedBecomesTheModelsAvailability() {
        for (int run = 0; run < 2; run++) {
            Typed.Outcome outcome =
                    person.run(
                            "smoke", "--model", "sim-chat", "--checks", "text,errors", "--record");
            assertThat(outcome.code()).as(outcome.out() + outcome.err()).isEqualTo(ExitCode.OK);
        }
        JsonNode newest = installation.admin("GET", "/admin/v1/availability", null).path("data");
        assertThat(newest.size()).isEqualTo(1);
        JsonNode probe = newest.get(0);
        assertThat(probe.path("label").asString()).isEqualTo("simulated");
        assertThat(probe.path("check").asString()).isEqualTo("text");
        assertThat(probe.path("family").asString()).isEqualTo("chat");
        assertThat(probe.path("status").asInt()).isEqualTo(200);
        assertThat(probe.path("cost_usd").asString()).startsWith("0.0");
        JsonNode history =
                installation.admin("GET", "/admin/v1/probes?model=sim-chat", null).path("data");
        assertThat(history.size()).isEqualTo(2);
        assertThat(history.get(0).path("id").asString()).isEqualTo(probe.path("id").asString());
        JsonNode unknown =
                installation.admin(
                        "POST",
                        "/admin/v1/probes",
                        """
                        {"checks":[{"request_id":"req_none","check":"text","family":"chat",
                                    "verdict":"passed"}]}
                        """);
        assertThat(unknown.path("kept").asInt()).isZero();
        assertThat(unknown.path("unknown").get(0).asString()).isEqualTo("req_none");
    }

    @Test
    void aMissingModelAndNobodyAreToldApart() {
        assertThat(person.run("smoke", "--model", "no-such", "--checks", "text").code())
                .isEqualTo(ExitCode.OK);
        assertThat(person.run("smoke", "--model", "no-such", "--checks", "text").out())
                .contains("unsupported");
        Typed.Outcome nobody =
                person.run(
                        "smoke",
                        "--model",
                        "m",
                        "--base-url",
                        "http://127.0.0.1:1/v1",
                        "--checks",
                        "text");
        assertThat(nobody.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(nobody.out()).contains("no answer");
    }

    /// What is answered, and what smoke says of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "text|200|application/json|{}|failed|lacks /id",
                "text|200|text/html|<html>|failed|no JSON object",
                "text|429|application/json|{'error':{'message':'slow down'}}|failed|slow down",
                "text|500|application/json|{}|failed|refused",
                "image|400|application/json|{'error':{'message':'no images'}}|unsupported|no images",
                "image|400|text/plain|no|failed|refused",
                "stream|200|application/json|{}|failed|no stream",
                "stream|200|text/event-stream|data: {'choices':[{'delta':{'content':'a'}}]}|failed|complete",
                "stream|200|text/event-stream|data: what|failed|no JSON",
                "auth|200|application/json|{}|failed|a wrong key is let in",
                "auth|401|text/plain|no|failed|envelope",
                "errors|200|application/json|{}|failed|broken request",
            })
    void whatIsWrongIsFound(
            String check, int status, String type, String body, String verdict, String note) {
        try (ScriptedApi api = new ScriptedApi()) {
            String said = body.replace('\'', '"') + (type.contains("event") ? "\n\n" : "");
            api.answer("POST /v1/chat/completions", status, type, said);
            Typed.Outcome outcome =
                    person.run(
                            "smoke",
                            "--base-url",
                            api.url() + "/v1",
                            "--model",
                            "m",
                            "--checks",
                            check,
                            "-o",
                            "json");
            JsonNode row = report(outcome).at("/checks/0");
            assertThat(row.path("verdict").asString()).as(row.toString()).isEqualTo(verdict);
            assertThat(row.path("note").asString()).contains(note);
            assertThat(row.path("status").asInt()).isEqualTo(status);
            assertThat(outcome.code())
                    .isEqualTo(verdict.equals("failed") ? ExitCode.REFUSED : ExitCode.OK);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smoke",
                "smoke --model m --dialect telepathy",
                "smoke --model m --checks texts",
                "smoke --model m --base-url ftp://x",
                "smoke --model m --key-env NOT_SET_ANYWHERE",
                "smoke --model m --timeout soon",
            })
    void whatMakesNoSenseIsRefusedBeforeAnythingIsAsked(String words) {
        Typed.Outcome outcome = person.run(words.split(" ", -1));
        assertThat(outcome.code()).isEqualTo(ExitCode.USAGE);
        assertThat(outcome.err()).contains("--");
    }
}
