package dev.sluice.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Responses with OpenAI's SDK.
class OpenAiResponsesTest {

    private static ResponseCreateParams.Builder ask(String model, String text) {
        return ResponseCreateParams.builder().model(model).input(text);
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(content -> content.outputText().stream())
                .map(part -> part.text())
                .collect(Collectors.joining());
    }

    private static Response streamed(OpenAIClient client, ResponseCreateParams asked) {
        ResponseAccumulator whole = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream =
                client.responses().createStreaming(asked)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.response();
    }

    @Test
    void textPlainAndStreamed() {
        try (Talk talk = new Talk().rows(2)) {
            OpenAIClient client = OpenAi.client(talk);
            ResponseCreateParams asked = ask("sim-chat", talk.ask("Say hello", "tokens=8")).build();
            Response plain = client.responses().create(asked);
            Response streamed = streamed(client, asked);
            assertThat(text(plain)).isNotBlank();
            assertThat(text(streamed)).isEqualTo(text(plain));
            assertThat(streamed.usage().orElseThrow().totalTokens())
                    .isEqualTo(plain.usage().orElseThrow().totalTokens());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim-chat", "sim-reasoner"})
    void toolsOverThreeTurns(String model) {
        try (Talk talk = new Talk().rows(3)) {
            OpenAIClient client = OpenAi.client(talk);
            ResponseCreateParams.Builder asked =
                    ask(model, talk.ask("The weather in Paris and London")).addTool(weather());
            Response first = client.responses().create(asked.build());
            List<ResponseFunctionToolCall> calls =
                    first.output().stream().flatMap(item -> item.functionCall().stream()).toList();
            assertThat(calls.stream().map(call -> Target.read(call.arguments()).path("city").asText()))
                    .containsExactly("Paris", "London");
            List<ResponseInputItem> results = new ArrayList<>();
            for (ResponseFunctionToolCall call : calls) {
                results.add(
                        ResponseInputItem.ofFunctionCallOutput(
                                ResponseInputItem.FunctionCallOutput.builder()
                                        .callId(call.callId())
                                        .output("sunny " + talk.ask("today"))
                                        .build()));
            }
            Response second =
                    client.responses()
                            .create(
                                    ResponseCreateParams.builder()
                                            .model(model)
                                            .addTool(weather())
                                            .previousResponseId(first.id())
                                            .inputOfResponse(results)
                                            .build());
            assertThat(text(second)).isNotBlank();
            Response third =
                    streamed(
                            client,
                            ask(model, talk.ask("Thanks")).previousResponseId(second.id()).build());
            assertThat(text(third)).isNotBlank();
        }
    }

    private static FunctionTool weather() {
        return FunctionTool.builder()
                .name("get_weather")
                .strict(false)
                .parameters(
                        FunctionTool.Parameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties",
                                        JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                .build();
    }

    @Test
    void structuredAnswer() {
        try (Talk talk = new Talk()) {
            OpenAi.Place place =
                    OpenAi.client(talk)
                            .responses()
                            .create(
                                    ask("sim-chat", talk.ask("Where?"))
                                            .text(OpenAi.Place.class)
                                            .build())
                            .output()
                            .stream()
                            .flatMap(item -> item.message().stream())
                            .flatMap(message -> message.content().stream())
                            .flatMap(content -> content.outputText().stream())
                            .findFirst()
                            .orElseThrow();
            assertThat(place.city).isNotNull();
        }
    }
}
