package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes wrong, as OpenAI's SDK tells it, and its own retries.
class OpenAiErrorsTest {

    private static ChatCompletion ask(OpenAIClient client, String model, String text) {
        return client.chat().completions().create(asked(model, text));
    }

    private static ChatCompletionCreateParams asked(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text).build();
    }

    private static OpenAIServiceException refusal(OpenAIClient client, String model, String text) {
        return catchThrowableOfType(
                OpenAIServiceException.class, () -> ask(client, model, text));
    }

    @Test
    void anUnknownKey() {
        try (Talk talk = new Talk().rows(0)) {
            OpenAIClient stranger = OpenAi.builder(talk).apiKey("sk-sluice-nobody").build();
            OpenAIServiceException refused = refusal(stranger, "sim-chat", talk.ask("Hi"));
            assertThat(refused).isInstanceOf(UnauthorizedException.class);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.code()).contains("invalid_api_key");
            assertThat(refused.type()).contains("authentication_error");
        }
    }

    @Test
    void anUnknownModel() {
        try (Talk talk = new Talk()) {
            OpenAIServiceException refused =
                    refusal(OpenAi.builder(talk).build(), "no-such-model", talk.ask("Hi"));
            assertThat(refused).isInstanceOf(NotFoundException.class);
            assertThat(refused.code()).contains("model_not_found");
            assertThat(refused.param()).contains("model");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, 400", "422, 422", "429, 429", "503, 502"})
    void aRefusalOfTheProvider(int status, int told) {
        try (Talk talk = new Talk()) {
            OpenAIServiceException refused =
                    refusal(OpenAi.client(talk), "sim-chat", talk.ask("Fail", "status=" + status));
            assertThat(refused.statusCode()).isEqualTo(told);
            assertThat(refused)
                    .isInstanceOf(
                            switch (told) {
                                case 400 -> BadRequestException.class;
                                case 422 -> UnprocessableEntityException.class;
                                case 429 -> RateLimitException.class;
                                default -> InternalServerException.class;
                            });
        }
    }

    /// Twice more by the SDK's own rule, each a call of its own.
    @ParameterizedTest
    @CsvSource({"status=429 retry_after_ms=50", "status=503 retry_after_ms=50"})
    void whatMayPassIsTriedAgain(String how) {
        try (Talk talk = new Talk().rows(3)) {
            OpenAIServiceException refused =
                    refusal(OpenAi.builder(talk).build(), "sim-mini", talk.ask("Persist", how));
            assertThat(refused.statusCode()).isIn(429, 502);
            assertThat(talk.upstreamCalls()).hasSize(3);
        }
    }

    /// A quota does not pass by waiting: the SDK is told so and does as told.
    @Test
    void aSpentQuotaIsNotTriedAgain() {
        try (Talk talk = new Talk().rows(2)) {
            OpenAIClient client = OpenAi.builder(talk).apiKey(talk.keyFor(1)).build();
            assertThat(ask(client, "sim-chat", talk.ask("First")).choices()).isNotEmpty();
            OpenAIServiceException refused = refusal(client, "sim-chat", talk.ask("Second"));
            assertThat(refused).isInstanceOf(RateLimitException.class);
            assertThat(refused.code()).contains("quota_exceeded");
            assertThat(refused.type()).contains("insufficient_quota");
            assertThat(refused.headers().values("x-should-retry")).containsExactly("false");
        }
    }

    @Test
    void aStreamThatBreaksIsAnError() {
        try (Talk talk = new Talk().estimated()) {
            ChatCompletionCreateParams asked =
                    asked("sim-chat", talk.ask("Fail", "tokens=20 error_at=9"));
            OpenAIException broken =
                    catchThrowableOfType(
                            OpenAIException.class,
                            () -> {
                                try (StreamResponse<ChatCompletionChunk> stream =
                                        OpenAi.client(talk)
                                                .chat()
                                                .completions()
                                                .createStreaming(asked)) {
                                    stream.stream().forEach(chunk -> {});
                                }
                            });
            assertThat(broken).isNotNull();
        }
    }
}
