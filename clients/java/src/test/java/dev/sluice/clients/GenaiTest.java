package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Chat;
import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.EmbedContentResponse;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import com.google.genai.types.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Gemini's API with Google's official SDK, in front of a provider that speaks another dialect.
class GenaiTest {

    private static final Schema CITY =
            Schema.builder()
                    .type(Type.Known.OBJECT)
                    .properties(Map.of("city", Schema.builder().type(Type.Known.STRING).build()))
                    .required(List.of("city"))
                    .build();

    private static Client client(Talk talk, String key, HttpRetryOptions retries) {
        HttpOptions.Builder options =
                HttpOptions.builder()
                        .baseUrl(Target.ORIGIN)
                        .headers(Map.of(Talk.ACTION, talk.mark()));
        if (retries != null) {
            options.retryOptions(retries);
        }
        return Client.builder().apiKey(key).httpOptions(options.build()).build();
    }

    private static Client client(Talk talk) {
        return client(talk, Target.KEY, HttpRetryOptions.builder().attempts(1).build());
    }

    private static GenerateContentConfig.Builder config() {
        return GenerateContentConfig.builder().maxOutputTokens(3_000);
    }

    private static List<GenerateContentResponse> streamed(
            Client client, String model, String text, GenerateContentConfig config) {
        List<GenerateContentResponse> chunks = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream(model, text, config)) {
            stream.forEach(chunks::add);
        }
        return chunks;
    }

    private static String text(List<GenerateContentResponse> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.text() == null ? "" : chunk.text()));
        return text.toString();
    }

    @Test
    void textPlainAndStreamed() {
        try (Talk talk = new Talk().rows(2);
                Client client = client(talk)) {
            String asked = talk.ask("Say hello", "tokens=8");
            GenerateContentResponse plain =
                    client.models.generateContent("sim-chat", asked, config().build());
            List<GenerateContentResponse> chunks =
                    streamed(client, "sim-chat", asked, config().build());
            assertThat(plain.text()).isNotBlank();
            assertThat(text(chunks)).isEqualTo(plain.text());
            assertThat(chunks.getLast().usageMetadata().orElseThrow().totalTokenCount())
                    .isEqualTo(plain.usageMetadata().orElseThrow().totalTokenCount());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim-chat", "sim-reasoner"})
    void aChatWithToolsOverThreeTurns(String model) {
        try (Talk talk = new Talk().rows(3);
                Client client = client(talk)) {
            Chat chat = client.chats.create(model, config().tools(weather()).build());
            GenerateContentResponse first =
                    chat.sendMessage(talk.ask("The weather in Paris and London"));
            List<FunctionCall> calls = first.functionCalls();
            assertThat(calls.stream().map(call -> call.args().orElseThrow().get("city")))
                    .containsExactly("Paris", "London");
            Part[] results =
                    calls.stream()
                            .map(call ->
                                    Part.fromFunctionResponse(
                                            call.name().orElseThrow(), Map.of("output", "sunny")))
                            .toArray(Part[]::new);
            assertThat(chat.sendMessage(Content.fromParts(results)).text()).isNotBlank();
            StringBuilder last = new StringBuilder();
            try (ResponseStream<GenerateContentResponse> stream =
                    chat.sendMessageStream("Thanks")) {
                stream.forEach(chunk -> last.append(chunk.text() == null ? "" : chunk.text()));
            }
            assertThat(last.toString()).isNotBlank();
        }
    }

    private static Tool weather() {
        return Tool.builder()
                .functionDeclarations(
                        FunctionDeclaration.builder()
                                .name("get_weather")
                                .description("The weather in a city")
                                .parameters(CITY)
                                .build())
                .build();
    }

    @Test
    void structuredAnswer() {
        try (Talk talk = new Talk();
                Client client = client(talk)) {
            GenerateContentResponse answer =
                    client.models.generateContent(
                            "sim-chat",
                            talk.ask("Where?"),
                            config().responseMimeType("application/json").responseSchema(CITY).build());
            assertThat(Target.read(answer.text()).path("city").asText()).isNotBlank();
        }
    }

    @Test
    void embeddings() {
        try (Talk talk = new Talk();
                Client client = client(talk)) {
            EmbedContentResponse answer =
                    client.models.embedContent(
                            "sim-embed", List.of(talk.ask("one"), talk.ask("two")), null);
            assertThat(answer.embeddings().orElseThrow()).hasSize(2);
            assertThat(answer.embeddings().get().get(0).values().orElseThrow()).isNotEmpty();
        }
    }

    @Test
    void modelsAndCounts() {
        try (Talk talk = new Talk().rows(0);
                Client client = client(talk)) {
            List<String> names = new ArrayList<>();
            client.models
                    .list(ListModelsConfig.builder().build())
                    .forEach(model -> names.add(model.name().orElse("")));
            assertThat(names).contains("models/sim-chat");
            assertThat(client.models.countTokens("sim-chat", "Hi", null).totalTokens().orElseThrow())
                    .isPositive();
        }
    }

    private static ApiException refusal(Client client, String model, String text) {
        return catchThrowableOfType(
                ApiException.class,
                () -> client.models.generateContent(model, text, config().build()));
    }

    @Test
    void anUnknownKey() {
        try (Talk talk = new Talk().rows(0);
                Client client = client(talk, "sk-sluice-nobody", null)) {
            ApiException refused = refusal(client, "sim-chat", talk.ask("Hi"));
            assertThat(refused.code()).isEqualTo(401);
            assertThat(refused.status()).isEqualTo("UNAUTHENTICATED");
        }
    }

    @Test
    void anUnknownModel() {
        try (Talk talk = new Talk();
                Client client = client(talk, Target.KEY, null)) {
            ApiException refused = refusal(client, "no-such-model", talk.ask("Hi"));
            assertThat(refused.code()).isEqualTo(404);
            assertThat(refused.status()).isEqualTo("NOT_FOUND");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, 400, INVALID_ARGUMENT", "429, 429, RESOURCE_EXHAUSTED", "503, 502, UNAVAILABLE"})
    void aRefusalOfTheProvider(int status, int told, String word) {
        try (Talk talk = new Talk();
                Client client = client(talk)) {
            ApiException refused = refusal(client, "sim-chat", talk.ask("Fail", "status=" + status));
            assertThat(refused.code()).isEqualTo(told);
            assertThat(refused.status()).isEqualTo(word);
        }
    }

    /// By this SDK's own rule, with its waits made short.
    @Test
    void whatMayPassIsTriedAgain() {
        HttpRetryOptions quick =
                HttpRetryOptions.builder().attempts(3).initialDelay(0.05).maxDelay(0.1).build();
        try (Talk talk = new Talk().rows(3);
                Client client = client(talk, Target.KEY, quick)) {
            String text = talk.ask("Persist", "status=429 retry_after_ms=50");
            assertThat(refusal(client, "sim-mini", text).code()).isEqualTo(429);
            assertThat(talk.upstreamCalls()).hasSize(3);
        }
    }

    @Test
    void aSpentQuota() {
        try (Talk talk = new Talk().rows(2);
                Client client =
                        client(
                                talk,
                                talk.keyFor(1),
                                HttpRetryOptions.builder().attempts(1).build())) {
            assertThat(
                            client.models
                                    .generateContent(
                                            "sim-chat", talk.ask("First"), config().build())
                                    .text())
                    .isNotBlank();
            ApiException refused = refusal(client, "sim-chat", talk.ask("Second"));
            assertThat(refused.code()).isEqualTo(429);
            assertThat(refused.status()).isEqualTo("RESOURCE_EXHAUSTED");
        }
    }

    @Test
    void aStreamThatBreaksIsAnError() {
        try (Talk talk = new Talk().estimated();
                Client client = client(talk)) {
            String text = talk.ask("Fail", "tokens=20 error_at=9");
            Throwable broken =
                    catchThrowable(() -> streamed(client, "sim-chat", text, config().build()));
            assertThat(broken).isNotNull();
        }
    }
}
