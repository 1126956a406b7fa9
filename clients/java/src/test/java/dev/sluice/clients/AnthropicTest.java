package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages with Anthropic's official SDK, in front of a provider that speaks another dialect.
class AnthropicTest {

    private static final long LIMIT = 3_000;

    private static AnthropicOkHttpClient.Builder builder(Talk talk) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(Target.ORIGIN)
                .apiKey(Target.KEY)
                .putHeader(Talk.ACTION, talk.mark());
    }

    private static AnthropicClient client(Talk talk) {
        return builder(talk).maxRetries(0).build();
    }

    private static MessageCreateParams.Builder ask(String model, String text) {
        return MessageCreateParams.builder().model(model).maxTokens(LIMIT).addUserMessage(text);
    }

    private static String text(Message message) {
        return message.content().stream()
                .flatMap(block -> block.text().stream())
                .map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static Message streamed(AnthropicClient client, MessageCreateParams asked) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream =
                client.messages().createStreaming(asked)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    @Test
    void textPlainAndStreamed() {
        try (Talk talk = new Talk().rows(2)) {
            AnthropicClient client = client(talk);
            MessageCreateParams asked = ask("sim-chat", talk.ask("Say hello", "tokens=8")).build();
            Message plain = client.messages().create(asked);
            Message streamed = streamed(client, asked);
            assertThat(text(plain)).isNotBlank();
            assertThat(text(streamed)).isEqualTo(text(plain));
            assertThat(plain.stopReason()).contains(StopReason.END_TURN);
            assertThat(streamed.usage().outputTokens()).isEqualTo(plain.usage().outputTokens());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim-chat", "sim-reasoner"})
    void toolsOverThreeTurns(String model) {
        try (Talk talk = new Talk().rows(3)) {
            AnthropicClient client = client(talk);
            MessageCreateParams.Builder conversation =
                    ask(model, talk.ask("The weather in Paris and London")).addTool(weather());
            Message first = client.messages().create(conversation.build());
            List<ToolUseBlock> calls =
                    first.content().stream().flatMap(block -> block.toolUse().stream()).toList();
            assertThat(calls.stream().map(AnthropicTest::city)).containsExactly("Paris", "London");
            assertThat(first.stopReason()).contains(StopReason.TOOL_USE);
            conversation
                    .addMessage(first)
                    .addUserMessageOfContentBlockParams(
                            calls.stream()
                                    .map(call ->
                                            ContentBlockParam.ofToolResult(
                                                    ToolResultBlockParam.builder()
                                                            .toolUseId(call.id())
                                                            .content("sunny")
                                                            .build()))
                                    .toList());
            Message second = client.messages().create(conversation.build());
            assertThat(text(second)).isNotBlank();
            conversation.addMessage(second).addUserMessage("Thanks");
            assertThat(text(streamed(client, conversation.build()))).isNotBlank();
        }
    }

    private static String city(ToolUseBlock call) {
        Map<?, ?> input = call._input().convert(Map.class);
        return String.valueOf(input.get("city"));
    }

    private static Tool weather() {
        return Tool.builder()
                .name("get_weather")
                .description("The weather in a city")
                .inputSchema(
                        Tool.InputSchema.builder()
                                .properties(
                                        JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .required(List.of("city"))
                                .build())
                .build();
    }

    /// A structured answer, as the SDK makes a schema of it.
    static final class Place {
        public String city;
        public int inhabitants;
    }

    @Test
    void structuredAnswer() {
        try (Talk talk = new Talk()) {
            Place place =
                    client(talk)
                            .messages()
                            .create(
                                    ask("sim-chat", talk.ask("Where?"))
                                            .outputConfig(Place.class)
                                            .build())
                            .content()
                            .stream()
                            .flatMap(block -> block.text().stream())
                            .map(block -> block.text())
                            .findFirst()
                            .orElseThrow();
            assertThat(place.city).isNotNull();
        }
    }

    @Test
    void modelsAndCounts() {
        try (Talk talk = new Talk().rows(0)) {
            AnthropicClient client = client(talk);
            assertThat(client.models().list().data().stream().map(model -> model.id()))
                    .contains("sim-chat");
            assertThat(
                            client.messages()
                                    .countTokens(
                                            MessageCountTokensParams.builder()
                                                    .model("sim-chat")
                                                    .addUserMessage("Hi")
                                                    .build())
                                    .inputTokens())
                    .isPositive();
        }
    }

    private static AnthropicServiceException refusal(
            AnthropicClient client, String model, String text) {
        return catchThrowableOfType(
                AnthropicServiceException.class,
                () -> client.messages().create(ask(model, text).build()));
    }

    @Test
    void anUnknownKey() {
        try (Talk talk = new Talk().rows(0)) {
            AnthropicServiceException refused =
                    refusal(
                            builder(talk).apiKey("sk-sluice-nobody").build(),
                            "sim-chat",
                            talk.ask("Hi"));
            assertThat(refused).isInstanceOf(UnauthorizedException.class);
            assertThat(refused.body().toString()).contains("authentication_error");
        }
    }

    @Test
    void anUnknownModel() {
        try (Talk talk = new Talk()) {
            AnthropicServiceException refused =
                    refusal(builder(talk).build(), "no-such-model", talk.ask("Hi"));
            assertThat(refused).isInstanceOf(NotFoundException.class);
            assertThat(refused.body().toString()).contains("not_found_error", "model_not_found");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, 400", "429, 429", "529, 502"})
    void aRefusalOfTheProvider(int status, int told) {
        try (Talk talk = new Talk()) {
            AnthropicServiceException refused =
                    refusal(client(talk), "sim-chat", talk.ask("Fail", "status=" + status));
            assertThat(refused.statusCode()).isEqualTo(told);
            assertThat(refused)
                    .isInstanceOf(
                            switch (told) {
                                case 400 -> BadRequestException.class;
                                case 429 -> RateLimitException.class;
                                default -> InternalServerException.class;
                            });
            assertThat(refused.headers().values("request-id")).hasSize(1);
        }
    }

    @Test
    void whatMayPassIsTriedAgain() {
        try (Talk talk = new Talk().rows(3)) {
            String text = talk.ask("Persist", "status=429 retry_after_ms=50");
            AnthropicServiceException refused = refusal(builder(talk).build(), "sim-mini", text);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(talk.upstreamCalls()).hasSize(3);
        }
    }

    @Test
    void aSpentQuotaIsNotTriedAgain() {
        try (Talk talk = new Talk().rows(2)) {
            AnthropicClient client = builder(talk).apiKey(talk.keyFor(1)).build();
            assertThat(text(client.messages().create(ask("sim-chat", talk.ask("First")).build())))
                    .isNotBlank();
            AnthropicServiceException refused = refusal(client, "sim-chat", talk.ask("Second"));
            assertThat(refused).isInstanceOf(RateLimitException.class);
            assertThat(refused.body().toString()).contains("rate_limit_error", "quota_exceeded");
        }
    }

    @Test
    void aStreamThatBreaksIsAnError() {
        try (Talk talk = new Talk().estimated()) {
            MessageCreateParams asked =
                    ask("sim-chat", talk.ask("Fail", "tokens=20 error_at=9")).build();
            AnthropicException broken =
                    catchThrowableOfType(
                            AnthropicException.class, () -> streamed(client(talk), asked));
            assertThat(broken).isNotNull();
        }
    }
}
