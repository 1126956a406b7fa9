package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.CHAT;
import static dev.sluice.simulator.SimClient.chat;
import static dev.sluice.simulator.SimClient.chunks;
import static dev.sluice.simulator.SimClient.content;
import static dev.sluice.simulator.SimClient.events;
import static dev.sluice.simulator.SimClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.Outcome;
import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Ordinary chat completions, plain and streamed.
class ChatTest extends SimulatorCase {

    @Test
    void plainAnswerIsDeterministicAndItsUsageAddsUp() {
        String body = chat("sim-chat", "Hello there", "");
        var first = client.post(CHAT, body);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(client.post(CHAT, body).body()).isEqualTo(first.body());

        JsonNode answer = json(first);
        assertThat(answer.at("/object").asString()).isEqualTo("chat.completion");
        assertThat(answer.at("/choices/0/message/role").asString()).isEqualTo("assistant");
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        long prompt = answer.at("/usage/prompt_tokens").longValue();
        long completion = answer.at("/usage/completion_tokens").longValue();
        // 3 for the prompt, 3 for the message, ceil(11 / 4) for its text
        assertThat(prompt).isEqualTo(3 + 3 + 3);
        assertThat(completion).isBetween(36L, 44L);
        assertThat(answer.at("/usage/total_tokens").longValue()).isEqualTo(prompt + completion);

        Call call = journaled();
        assertThat(call.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.usage().count(MeterKind.INPUT)).isEqualTo(prompt);
        assertThat(call.usage().count(MeterKind.OUTPUT)).isEqualTo(completion);
        assertThat(call.reported()).isEqualTo(answer.get("usage").toString());
        assertThat(call.bytes())
                .isEqualTo(first.body().getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }

    @Test
    void streamSaysWhatThePlainAnswerSays() {
        String plain = client.post(CHAT, chat("sim-chat", "Tell me", "")).body();
        String stream =
                client.post(
                                CHAT,
                                chat(
                                        "sim-chat",
                                        "Tell me",
                                        "\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                        .body();
        JsonNode whole = tools.jackson.databind.json.JsonMapper.shared().readTree(plain);
        assertThat(content(stream, 0)).isEqualTo(whole.at("/choices/0/message/content").asString());

        List<JsonNode> chunks = chunks(stream);
        assertThat(chunks.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        JsonNode last = chunks.getLast();
        assertThat(last.get("choices")).isEmpty();
        assertThat(last.get("usage")).isEqualTo(whole.get("usage"));
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.has("usage") && chunk.get("usage").isNull());
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asString())
                .isEqualTo("stop");
        assertThat(events(stream)).last().isEqualTo("[DONE]");
        Call call = journaled();
        assertThat(call.events()).isEqualTo(events(stream).size());
        assertThat(call.produced()).isEqualTo(call.planned());
    }

    @Test
    void streamHasNoUsageUnlessAskedFor() {
        String stream = client.post(CHAT, chat("sim-chat", "Hi", "\"stream\":true")).body();
        assertThat(chunks(stream)).noneMatch(chunk -> chunk.has("usage"));
        assertThat(journaled().reported()).isNull();
        assertThat(journaled().produced().completion()).isPositive();
    }

    @Test
    void anUpgradeToHttp2InTheClearIsIgnored() throws Exception {
        try (HttpClient upgrading = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(simulator.origin().resolve(CHAT))
                            .POST(HttpRequest.BodyPublishers.ofString(chat("sim-chat", "Hi", "")))
                            .build();
            var response = upgrading.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    @Test
    void itLivesInItsHostAndLeavesItRunning() throws Exception {
        Vertx host = Vertx.vertx();
        try {
            Simulator guest = Simulator.start(options().within(host));
            try (SimClient caller = new SimClient(guest)) {
                assertThat(caller.post(CHAT, chat("sim-chat", "Hi", "")).statusCode())
                        .isEqualTo(200);
            }
            guest.close();
            assertThat(host.timer(1).await(5, TimeUnit.SECONDS)).isNull();
        } finally {
            host.close().await(5, TimeUnit.SECONDS);
        }
    }
}
