package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.CHAT;
import static dev.sluice.simulator.SimClient.PATIENCE;
import static dev.sluice.simulator.SimClient.chat;
import static dev.sluice.simulator.SimClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.script.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Scripts, journal, stats, accounts.
class ControlTest extends SimulatorCase {

    private static final String HELLO = chat("sim-chat", "Hi", "");
    private static final String KEY_A = "sk-test-account-a";
    private static final String KEY_B = "sk-test-account-b";

    private @TempDir Path directory;

    private int status(String key) {
        return client.post(CHAT, HELLO, key).statusCode();
    }

    @Test
    void aScriptIsForTheNextCallsThatMatch() {
        simulator.scripts().add(Script.next(2, "status=503").skipping(1));
        assertThat(status("")).isEqualTo(200);
        assertThat(status("")).isEqualTo(503);
        assertThat(status("")).isEqualTo(503);
        assertThat(status("")).isEqualTo(200);
        assertThat(simulator.scripts().pending()).isEmpty();
    }

    @Test
    void scriptsChooseByAccountPathAndModel() {
        String label = "key-" + KeyDigest.of(KEY_A).hex().substring(0, 12);
        simulator.scripts().add(Script.always("status=500").ofAccount(label));
        assertThat(status(KEY_A)).isEqualTo(500);
        assertThat(status(KEY_A)).isEqualTo(500);
        assertThat(status(KEY_B)).isEqualTo(200);
        simulator.scripts().add(Script.always("status=502").ofModel("sim-mini"));
        String mini = chat("sim-mini", "Hi", "");
        assertThat(client.post(CHAT, mini, KEY_B).statusCode()).isEqualTo(502);
        simulator.scripts().add(Script.next(1, "status=504").ofPath("/v1/embeddings"));
        assertThat(status(KEY_B)).isEqualTo(200);
        simulator.scripts().clear();
        assertThat(status(KEY_A)).isEqualTo(200);
    }

    @Test
    void scriptsTravelOverHttp() {
        String script =
                "{\"calls\":1,\"path\":\"/v1/chat/completions\",\"directives\":{\"status\":529,"
                        + "\"message\":\"too busy\"}}";
        assertThat(client.post("/sim/script", script).statusCode()).isEqualTo(200);
        client.post("/sim/script", "{\"always\":true,\"directives\":\"tokens=3\"}");
        JsonNode pending = json(client.get("/sim/script"));
        assertThat(pending.at("/scripts/0/directives").asString())
                .isEqualTo("status=529 message=\"too busy\"");
        assertThat(pending.at("/scripts/1/always").booleanValue()).isTrue();
        assertThat(status("")).isEqualTo(529);
        assertThat(json(client.post(CHAT, HELLO)).at("/usage/completion_tokens").intValue())
                .isEqualTo(3);
        assertThat(client.delete("/sim/script").statusCode()).isEqualTo(200);
        assertThat(simulator.scripts().pending()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nope",
                "[]",
                "{\"directives\":\"statsu=1\"}",
                "{\"call\":1,\"directives\":\"status=500\"}",
                "{\"calls\":-1,\"directives\":\"status=500\"}"
            })
    void aScriptThatCannotBeReadIsRefused(String script) {
        assertThat(client.post("/sim/script", script).statusCode()).isEqualTo(400);
        assertThat(simulator.scripts().pending()).isEmpty();
    }

    @Test
    void theJournalTellsEverythingButTheKey() {
        status(KEY_A);
        client.post(CHAT, chat("sim-chat", "Other [[sim tokens=2]]", ""));
        simulator.journal().awaitFinished(2, PATIENCE);
        String lines = client.get("/sim/journal").body();
        assertThat(lines).doesNotContain(KEY_A);
        JsonNode first = JsonMapper.shared().readTree(lines.lines().findFirst().orElseThrow());
        assertThat(first.get("sequence").longValue()).isEqualTo(1);
        assertThat(first.at("/headers/authorization/0").asString()).isEqualTo("***");
        assertThat(first.get("account").asString()).startsWith("key-");
        assertThat(first.get("request_sha256").asString()).isEqualTo(KeyDigest.of(HELLO).hex());
        assertThat(first.get("outcome").asString()).isEqualTo("finished");
        assertThat(first.at("/produced/prompt_tokens").longValue()).isEqualTo(7);
        assertThat(first.has("request_body")).isFalse();
        String later = client.get("/sim/journal?since=1").body();
        assertThat(later.lines()).hasSize(1);
        assertThat(later).contains("\"directives\":\"tokens=2\"");
        assertThat(client.get("/sim/journal?since=x").statusCode()).isEqualTo(400);
        assertThat(client.delete("/sim/journal").statusCode()).isEqualTo(200);
        assertThat(client.get("/sim/journal").body()).isEmpty();
        assertThat(json(client.get("/sim/stats")).get("calls").intValue()).isEqualTo(2);
        assertThat(client.get("/sim/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void theRequestIdInTheHeaderIsTheOneInTheJournal() {
        String id = client.post(CHAT, HELLO).headers().firstValue("x-request-id").orElseThrow();
        assertThat(journaled().requestId()).isEqualTo(id);
        String next = client.post(CHAT, HELLO).headers().firstValue("x-request-id").orElseThrow();
        assertThat(next).isNotEqualTo(id);
    }

    @Test
    void knownKeysOnlyWhereKeysAreGiven() {
        Options options =
                options()
                        .withAccount("alpha", new Secret(KEY_A))
                        .withControlKey(new Secret("control"))
                        .withModels("priced-model");
        try (Simulator strict = Simulator.start(options);
                SimClient caller = new SimClient(strict)) {
            assertThat(caller.post(CHAT, HELLO, KEY_B).statusCode()).isEqualTo(401);
            assertThat(caller.post(CHAT, HELLO).statusCode()).isEqualTo(401);
            String own = chat("priced-model", "Hi", "");
            assertThat(caller.post(CHAT, own, KEY_A).statusCode()).isEqualTo(200);
            List<Call> calls = strict.journal().awaitEnded(3, PATIENCE);
            assertThat(calls).extracting(Call::account).last().isEqualTo("alpha");
            assertThat(calls.toString()).doesNotContain(KEY_A).doesNotContain(KEY_B);
            assertThat(caller.get("/sim/stats").statusCode()).isEqualTo(401);
            assertThat(caller.post("/sim/script", "{}", "control").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theJournalIsBoundedAndWritesItsFile() throws IOException {
        Path file = directory.resolve("journal.jsonl");
        Options options = options().withJournal(3, file, true).withMaxBodyBytes(10_000);
        try (Simulator small = Simulator.start(options);
                SimClient caller = new SimClient(small)) {
            for (int i = 0; i < 5; i++) {
                caller.post(CHAT, chat("sim-chat", "number " + i, ""));
            }
            small.journal().awaitQuiet(PATIENCE);
            assertThat(small.journal().calls())
                    .extracting(Call::sequence)
                    .containsExactly(3L, 4L, 5L);
            assertThat(small.journal().last().requestBody()).contains("number 4");
            assertThat(caller.post(CHAT, "x".repeat(10_001)).statusCode()).isEqualTo(413);
            small.journal()
                    .awaitThat(
                            "the refused one",
                            calls -> calls.getLast().status() == 413 && !calls.getLast().open(),
                            PATIENCE);
        }
        assertThat(Files.readAllLines(file)).hasSize(6).allMatch(line -> line.startsWith("{"));
    }

    @Test
    void manyCallsAtOnceAreAllCounted() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String body = chat("sim-chat", "call " + i, i % 2 == 0 ? "\"stream\":true" : "");
                all.add(threads.submit(() -> client.post(CHAT, body).statusCode()));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get()).isEqualTo(200);
            }
        }
        assertThat(simulator.journal().awaitFinished(400, PATIENCE)).hasSize(400);
        assertThat(simulator.journal().stats().open()).isZero();
    }

    @Test
    void waitingForWhatDoesNotComeSaysWhatThereWas() {
        assertThatThrownBy(() -> simulator.journal().awaitFinished(1, Duration.ofMillis(20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1 finished calls");
    }

    @Test
    void aPortThatIsTakenIsAnError() {
        Options same = Options.loopback(InstantSource.system()).on("127.0.0.1", simulator.port());
        assertThatThrownBy(() -> Simulator.start(same)).hasMessageContaining("could not start");
    }
}
