package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Chat completions with OpenAI's SDK.
class OpenAiChatTest {

    private static ChatCompletionCreateParams.Builder ask(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    @Test
    void text() {
        try (Talk talk = new Talk()) {
            HttpResponseFor<ChatCompletion> raw =
                    OpenAi.client(talk)
                            .chat()
                            .completions()
                            .withRawResponse()
                            .create(ask("sim-chat", talk.ask("Say hello")).build());
            ChatCompletion answer = raw.parse();
            assertThat(answer.choices().get(0).message().content().orElseThrow()).isNotBlank();
            assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
            assertThat(raw.requestId().orElseThrow()).startsWith("req_");
            assertThat(raw.headers().values("x-sluice-route")).hasSize(1);
            assertThat(raw.headers().values("x-sluice-cost-usd")).hasSize(1);
        }
    }

    @Test
    void streamIsTheSameText() {
        try (Talk talk = new Talk().rows(2)) {
            OpenAIClient client = OpenAi.client(talk);
            ChatCompletionCreateParams asked =
                    ask("sim-chat", talk.ask("Say hello", "text=\"Hello, world\""))
                            .streamOptions(
                                    ChatCompletionStreamOptions.builder()
                                            .includeUsage(true)
                                            .build())
                            .build();
            ChatCompletion plain = client.chat().completions().create(
                    asked.toBuilder().streamOptions((ChatCompletionStreamOptions) null).build());
            ChatCompletion streamed = streamed(client, asked);
            assertThat(streamed.choices().get(0).message().content())
                    .isEqualTo(plain.choices().get(0).message().content());
            assertThat(streamed.usage().orElseThrow().totalTokens())
                    .isEqualTo(plain.usage().orElseThrow().totalTokens());
        }
    }

    private static ChatCompletion streamed(OpenAIClient client, ChatCompletionCreateParams asked) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(asked)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim-chat", "sim-reasoner"})
    void toolsOverThreeTurns(String model) {
        try (Talk talk = new Talk().rows(3)) {
            OpenAIClient client = OpenAi.client(talk);
            ChatCompletionCreateParams.Builder conversation =
                    ask(model, talk.ask("The weather in Paris and London"))
                            .addTool(
                                    ChatCompletionFunctionTool.builder()
                                            .function(OpenAi.weather())
                                            .build());
            ChatCompletionMessage first = turn(client, conversation);
            List<ChatCompletionMessageFunctionToolCall> calls =
                    first.toolCalls().orElseThrow().stream()
                            .map(call -> call.asFunction())
                            .toList();
            assertThat(calls.stream().map(OpenAiChatTest::city)).containsExactly("Paris", "London");
            for (ChatCompletionMessageFunctionToolCall call : calls) {
                conversation.addMessage(
                        ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("sunny")
                                .build());
            }
            assertThat(turn(client, conversation).content().orElseThrow()).isNotBlank();
            conversation.addUserMessage("Thanks");
            ChatCompletion last = streamed(client, conversation.build());
            assertThat(last.choices().get(0).message().content().orElseThrow()).isNotBlank();
        }
    }

    private static ChatCompletionMessage turn(
            OpenAIClient client, ChatCompletionCreateParams.Builder conversation) {
        ChatCompletionMessage answer =
                client.chat()
                        .completions()
                        .create(conversation.build())
                        .choices()
                        .get(0)
                        .message();
        conversation.addMessage(answer);
        return answer;
    }

    private static String city(ChatCompletionMessageFunctionToolCall call) {
        return Target.read(call.function().arguments()).path("city").asText();
    }

    @Test
    void structuredAnswer() {
        try (Talk talk = new Talk()) {
            OpenAi.Place place =
                    OpenAi.client(talk)
                            .chat()
                            .completions()
                            .create(
                                    ask("sim-chat", talk.ask("Where?"))
                                            .responseFormat(OpenAi.Place.class)
                                            .build())
                            .choices()
                            .get(0)
                            .message()
                            .content()
                            .orElseThrow();
            assertThat(place.city).isNotNull();
        }
    }
}
