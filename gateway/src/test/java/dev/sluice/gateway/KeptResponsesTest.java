package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Conversations that go on from a kept response.
class KeptResponsesTest {

    private static final String PATH = "/v1/responses";
    private static final JsonMapper JSON = new JsonMapper();

    private static Simulator first;
    private static Simulator second;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        first = Simulator.start(Options.loopback(InstantSource.system()).withAnyModel());
        second = Simulator.start(Options.loopback(InstantSource.system()).withAnyModel());
        gateway =
                new GatewayFixture(
                        GatewayFixture.Setup.USUAL
                                .withUpstream("responses-a", first.baseUrl())
                                .withUpstream("responses-b", second.baseUrl())
                                .withUpstream("gemini", first.origin()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
    }

    @AfterEach
    void nothingStaysOpen() throws InterruptedException {
        gateway.awaitQuiet();
    }

    private static String body(String model, String text, String more) {
        return "{\"model\":\"%s\",\"max_output_tokens\":200,\"input\":\"%s\"%s}"
                .formatted(model, text.replace("\"", "\\\""), more);
    }

    private static JsonNode answered(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode ask(String model, String text, String more) throws Exception {
        return answered(gateway.post(PATH, body(model, text, more)));
    }

    private static String from(JsonNode response) {
        return ",\"previous_response_id\":\"" + response.path("id").asString() + "\"";
    }

    private static HttpResponse<String> send(String method, String path, String key)
            throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.uri(path))
                        .header("authorization", "Bearer " + key)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, GatewayFixture.KEY);
    }

    private static List<String> texts(JsonNode list) {
        return list.path("data")
                .valueStream()
                .map(item -> item.at("/content/0/text").asString(item.path("content").asString("")))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim-chat", "to-gemini", "to-responses-a"})
    void itemsAreReferredToByTheirIds(String model) throws Exception {
        JsonNode one = ask(model, "Who are you? [[sim text=\"I am one\"]]", "");
        String id = one.at("/output/0/id").asString();
        String asked =
                "{\"model\":\"%s\",\"store\":false,\"input\":[{\"type\":\"item_reference\",\"id\":\"%s\"},"
                        + "{\"role\":\"user\",\"content\":\"And?\"}]}";
        JsonNode two = answered(gateway.post(PATH, asked.formatted(model, id)));
        JsonNode said =
                answered(
                        gateway.post(
                                PATH,
                                ("{\"model\":\"%s\",\"store\":false,\"input\":[{\"role\":\"assistant\","
                                                + "\"content\":\"I am one\"},"
                                                + "{\"role\":\"user\",\"content\":\"And?\"}]}")
                                        .formatted(model)));
        assertThat(two.at("/usage/input_tokens")).isEqualTo(said.at("/usage/input_tokens"));
        HttpResponse<String> unknown = gateway.post(PATH, asked.formatted(model, "msg_nobody"));
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(unknown.body()).at("/error/param").asString())
                .isEqualTo("input[0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sim-chat", "to-gemini", "to-responses-a"})
    void aConversationGoesOnWhateverTheUpstreamSpeaks(String model) throws Exception {
        JsonNode one = ask(model, "[[sim text=\"I am one\"]] Who are you?", "");
        assertThat(one.path("store").asBoolean()).isTrue();
        JsonNode two = ask(model, "[[sim text=\"I am two\"]] And you?", from(one));
        assertThat(two.path("id")).isNotEqualTo(one.path("id"));
        assertThat(two.path("previous_response_id")).isEqualTo(one.path("id"));
        JsonNode three = ask(model, "[[sim text=\"I am three\"]] And?", from(two));
        assertThat(three.at("/usage/input_tokens").asLong())
                .isGreaterThan(two.at("/usage/input_tokens").asLong())
                .isGreaterThan(one.at("/usage/input_tokens").asLong() + 10);
        String items = PATH + "/" + three.path("id").asString() + "/input_items?order=asc";
        assertThat(texts(answered(get(items))))
                .containsExactly(
                        "[[sim text=\"I am one\"]] Who are you?",
                        "I am one",
                        "[[sim text=\"I am two\"]] And you?",
                        "I am two",
                        "[[sim text=\"I am three\"]] And?");
        JsonNode page = answered(get(items + "&limit=2"));
        assertThat(page.path("has_more").asBoolean()).isTrue();
        JsonNode rest = answered(get(items + "&after=" + page.path("last_id").asString()));
        assertThat(texts(rest)).hasSize(3);
    }

    @Test
    void aStreamedAnswerIsKeptWithItsCalls() throws Exception {
        String tools =
                ",\"tools\":[{\"type\":\"function\",\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\","
                        + "\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}}]";
        HttpResponse<String> streamed =
                gateway.post(
                        PATH, body("sim-chat", "Weather in Paris?", tools + ",\"stream\":true"));
        JsonNode one = Speaker.data(streamed.body()).getLast().path("response");
        String id = one.path("id").asString();
        assertThat(answered(get(PATH + "/" + id))).isEqualTo(one);
        String call = one.at("/output/0/call_id").asString();
        String result =
                "{\"model\":\"sim-chat\",\"previous_response_id\":\"%s\"%s,\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"sunny\"}]}"
                        .formatted(id, tools, call);
        JsonNode two = answered(gateway.post(PATH, result));
        assertThat(two.at("/output/0/content/0/text").asString()).isNotBlank();
    }

    @Test
    void whatIsNotToBeKeptIsNot() throws Exception {
        int before = gateway.responses.size();
        JsonNode one = ask("sim-chat", "hi", ",\"store\":false");
        assertThat(one.path("store").asBoolean()).isFalse();
        HttpResponse<String> next = gateway.post(PATH, body("sim-chat", "and?", from(one)));
        assertThat(next.statusCode()).as(next.body()).isEqualTo(400);
        assertThat(JSON.readTree(next.body()).at("/error/param").asString())
                .isEqualTo("previous_response_id");
        HttpResponse<String> failed = gateway.post(PATH, body("all-dead", "hi", ""));
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(gateway.responses.size()).isEqualTo(before);
    }

    @Test
    void aResponseIsItsKeysUntilItIsDeleted() throws Exception {
        JsonNode one = ask("sim-chat", "hi", "");
        String path = PATH + "/" + one.path("id").asString();
        assertThat(answered(get(path))).isEqualTo(one);
        String other = GatewayFixture.KEY + "-narrow";
        for (String method : List.of("GET", "DELETE")) {
            assertThat(send(method, path, other).statusCode()).isEqualTo(404);
        }
        assertThat(send("GET", path, "sk-wrong").statusCode()).isEqualTo(401);
        JsonNode deleted = answered(send("DELETE", path, GatewayFixture.KEY));
        assertThat(deleted.path("deleted").asBoolean()).isTrue();
        assertThat(get(path).statusCode()).isEqualTo(404);
        assertThat(get(path + "/input_items").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", path, GatewayFixture.KEY).statusCode()).isEqualTo(404);
        assertThat(send("PUT", path, GatewayFixture.KEY).statusCode()).isEqualTo(405);
    }

    /// The account that keeps it hears only what is new; every other one all of it.
    @Test
    void aConversationGoesBackToTheAccountThatKeepsIt() throws Exception {
        JsonNode one = ask("to-responses-a", "[[sim text=\"I am one\"]] Who are you?", "");
        long whole = first.journal().last().requestBytes();
        ask("to-responses-a", "x", from(one));
        assertThat(first.journal().last().requestBytes()).isLessThan(whole + 120);
        JsonNode two = ask("to-responses-b", "x", from(one));
        assertThat(second.journal().last().requestBytes()).isGreaterThan(whole + 60);
        assertThat(two.path("status").asString()).isEqualTo("completed");
    }
}
