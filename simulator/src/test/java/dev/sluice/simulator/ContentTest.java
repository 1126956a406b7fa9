package dev.sluice.simulator;

import static dev.sluice.simulator.SimClient.CHAT;
import static dev.sluice.simulator.SimClient.chat;
import static dev.sluice.simulator.SimClient.chunks;
import static dev.sluice.simulator.SimClient.content;
import static dev.sluice.simulator.SimClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a chat says and what it costs: limits, choices, tools, schemas, media, caching.
class ContentTest extends SimulatorCase {

    private static final String WEATHER_TOOL =
            """
            "tools":[{"type":"function","function":{"name":"get_weather","parameters":{
              "type":"object","properties":{"city":{"type":"string"},
              "unit":{"type":"string","enum":["c","f"]},"days":{"type":"integer","minimum":1,"maximum":3}},
              "required":["city","unit","days"],"additionalProperties":false}}}]\
            """;

    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @CsvSource({"max_tokens,1", "max_tokens,7", "max_completion_tokens,13"})
    void outputLimitCutsAndSaysSo(String field, int limit) {
        JsonNode full = plain("Go on", "");
        JsonNode answer = plain("Go on", "\"" + field + "\":" + limit);
        assertThat(answer.at("/usage/completion_tokens").intValue()).isEqualTo(limit);
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");
        assertThat(full.at("/choices/0/message/content").asString())
                .startsWith(answer.at("/choices/0/message/content").asString());
        assertThat(content(streamed("Go on", "\"" + field + "\":" + limit), 0))
                .isEqualTo(answer.at("/choices/0/message/content").asString());
    }

    @Test
    void reasoningComesOutOfTheSameLimit() {
        String body = chat("sim-reasoner", "Think", "\"max_completion_tokens\":150");
        JsonNode answer = json(client.post(CHAT, body));
        JsonNode usage = answer.get("usage");
        assertThat(usage.at("/completion_tokens_details/reasoning_tokens").intValue())
                .isEqualTo(128);
        assertThat(usage.at("/completion_tokens").intValue()).isEqualTo(150);
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");

        JsonNode starved = plain("Think", "\"reasoning_effort\":\"high\",\"max_tokens\":100");
        assertThat(starved.at("/usage/completion_tokens").intValue()).isEqualTo(100);
        assertThat(starved.at("/choices/0/message/content").asString()).isEmpty();
        Usage usedUp = journaled().usage();
        assertThat(usedUp.count(MeterKind.REASONING)).isEqualTo(100);
        assertThat(usedUp.count(MeterKind.OUTPUT)).isZero();
    }

    @Test
    void everyChoiceIsAnswerOfItsOwnAndAllAreCounted() {
        JsonNode answer = plain("Say it", "\"n\":3");
        Set<String> texts = new HashSet<>();
        answer.get("choices")
                .forEach(choice -> texts.add(choice.at("/message/content").asString()));
        assertThat(texts).hasSize(3);
        long tokens = texts.stream().mapToLong(dev.sluice.simulator.answer.Tokens::count).sum();
        assertThat(answer.at("/usage/completion_tokens").longValue()).isEqualTo(tokens);

        String stream = streamed("Say it", "\"n\":3");
        for (int i = 0; i < 3; i++) {
            assertThat(content(stream, i))
                    .isEqualTo(answer.at("/choices/" + i + "/message/content").asString());
        }
        assertThat(chunks(stream).getLast().get("usage")).isEqualTo(answer.get("usage"));
        assertThat(chunks(stream).get(1).at("/choices/0/index").intValue()).isEqualTo(1);
    }

    @Test
    void stopEndsTheTextBeforeItself() {
        String text = plain("Stop me", "").at("/choices/0/message/content").asString();
        JsonNode stopped = plain("[[sim text=\"one two END three\"]]", "\"stop\":[\"END\"]");
        assertThat(stopped.at("/choices/0/message/content").asString()).isEqualTo("one two ");
        assertThat(stopped.at("/usage/completion_tokens").intValue()).isEqualTo(2);
        assertThat(text).isNotEmpty();
    }

    @Test
    void logprobsHaveTheirShape() {
        JsonNode answer = plain("Sure?", "\"logprobs\":true,\"top_logprobs\":2");
        JsonNode content = answer.at("/choices/0/logprobs/content");
        assertThat(content.size()).isEqualTo(answer.at("/usage/completion_tokens").intValue());
        assertThat(content.get(0).at("/top_logprobs").size()).isEqualTo(2);
        StringBuilder text = new StringBuilder();
        content.forEach(token -> text.append(token.get("token").asString()));
        assertThat(text.toString()).isEqualTo(answer.at("/choices/0/message/content").asString());
    }

    @Test
    void toolCallFitsItsSchema() {
        JsonNode answer = plain("What is the weather in Oslo?", WEATHER_TOOL);
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(answer.at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.at("/choices/0/message/tool_calls").size()).isEqualTo(1);
        JsonNode call = answer.at("/choices/0/message/tool_calls/0");
        assertThat(call.at("/function/name").asString()).isEqualTo("get_weather");
        JsonNode arguments = JSON.readTree(call.at("/function/arguments").asString());
        assertThat(arguments.get("city").asString()).isEqualTo("Oslo");
        assertThat(arguments.get("unit").asString()).isIn("c", "f");
        assertThat(arguments.get("days").intValue()).isBetween(1, 3);
        assertThat(arguments.size()).isEqualTo(3);
    }

    @Test
    void toolsAreCalledInParallelUnlessForbidden() {
        String twoCities = "Weather in Paris and Tokyo please";
        JsonNode answer = plain(twoCities, WEATHER_TOOL);
        assertThat(answer.at("/choices/0/message/tool_calls").size()).isEqualTo(2);
        JsonNode one = plain(twoCities, WEATHER_TOOL + ",\"parallel_tool_calls\":false");
        assertThat(one.at("/choices/0/message/tool_calls").size()).isEqualTo(1);

        String stream = streamed(twoCities, WEATHER_TOOL);
        Map<Integer, StringBuilder> arguments = new TreeMap<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode chunk : chunks(stream)) {
            for (JsonNode call : chunk.at("/choices/0/delta/tool_calls")) {
                arguments
                        .computeIfAbsent(call.get("index").intValue(), i -> new StringBuilder())
                        .append(call.at("/function/arguments").asString(""));
                if (call.has("id")) {
                    ids.add(call.get("id").asString());
                }
            }
        }
        assertThat(ids).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertThat(String.valueOf(arguments.get(i)))
                    .isEqualTo(
                            answer.at("/choices/0/message/tool_calls/" + i + "/function/arguments")
                                    .asString());
        }
        assertThat(chunks(stream).getLast().get("usage")).isEqualTo(answer.get("usage"));
    }

    @Test
    void toolChoiceDecides() {
        JsonNode none = plain("The weather?", WEATHER_TOOL + ",\"tool_choice\":\"none\"");
        assertThat(none.at("/choices/0/message/tool_calls").isMissingNode()).isTrue();
        JsonNode required = plain("Hello", WEATHER_TOOL + ",\"tool_choice\":\"required\"");
        assertThat(required.at("/choices/0/message/tool_calls").size()).isEqualTo(1);
        String specific =
                ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}";
        assertThat(
                        plain("Hello", WEATHER_TOOL + specific)
                                .at("/choices/0/finish_reason")
                                .asString())
                .isEqualTo("tool_calls");
        assertThat(plain("Hello", WEATHER_TOOL).at("/choices/0/finish_reason").asString())
                .isEqualTo("stop");
    }

    @Test
    void afterToolResultsThereIsText() {
        String body =
                """
                {"model":"sim-chat","messages":[{"role":"user","content":"weather in Oslo"},
                {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
                "function":{"name":"get_weather","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"c1","content":"4 degrees"}],%s}\
                """
                        .formatted(WEATHER_TOOL);
        JsonNode answer = json(client.post(CHAT, body));
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(answer.at("/choices/0/message/content").asString()).isNotEmpty();
    }

    @Test
    void structuredOutputFitsItsSchema() {
        String format =
                """
                "response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,
                "schema":{"type":"object","properties":{"name":{"type":"string","minLength":3},
                "age":{"type":"integer","minimum":18},"tags":{"type":"array","items":{"$ref":"#/$defs/tag"},
                "minItems":2},"note":{"anyOf":[{"type":"string"},{"type":"null"}]}},
                "required":["name","age","tags","note"],"additionalProperties":false,
                "$defs":{"tag":{"type":"string","enum":["a","b"]}}}}}\
                """;
        JsonNode out =
                JSON.readTree(plain("Fill it", format).at("/choices/0/message/content").asString());
        assertThat(out.get("name").asString()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(out.get("age").intValue()).isGreaterThanOrEqualTo(18);
        assertThat(out.get("tags").size()).isEqualTo(2);
        out.get("tags").forEach(tag -> assertThat(tag.asString()).isIn("a", "b"));
        assertThat(out.size()).isEqualTo(4);
        JsonNode free = plain("Fill it", "\"response_format\":{\"type\":\"json_object\"}");
        assertThat(JSON.readTree(free.at("/choices/0/message/content").asString()).isObject())
                .isTrue();
    }

    @Test
    void mediaCostsByWhatItIsAndNotByItsBytes() {
        byte[] png = new byte[300];
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G'}, 0, png, 0, 4);
        png[18] = 8; // 2048 wide
        png[22] = 16; // 4096 high
        String image =
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%s\"%s}}";
        String url = Base64.getEncoder().encodeToString(png);
        assertThat(promptOf(image.formatted(url, ""))).isEqualTo(6 + 1105);
        assertThat(promptOf(image.formatted(url, ",\"detail\":\"low\""))).isEqualTo(6 + 85);
        String pdf = "%PDF-1.7 /Type /Pages /Type /Page /Type/Page " + " ".repeat(8000);
        long pages =
                promptOf(
                        "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,%s\"}}"
                                .formatted(base64(pdf)));
        assertThat(pages).isEqualTo(6 + 2 * 1_500);
        long spoken =
                promptOf(
                        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"%s\",\"format\":\"mp3\"}}"
                                .formatted(base64("x".repeat(3_300))));
        assertThat(spoken).isEqualTo(6 + 3);
        assertThat(journaled().usage().count(MeterKind.AUDIO_INPUT)).isEqualTo(3);
        assertThat(journaled().usage().count(MeterKind.INPUT)).isEqualTo(6);
    }

    private static String base64(String text) {
        return Base64.getEncoder()
                .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private long promptOf(String part) {
        String body =
                "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":["
                        + part
                        + "]}]}";
        return json(client.post(CHAT, body)).at("/usage/prompt_tokens").longValue();
    }

    @Test
    void aPromptSeenBeforeIsCachedFrom1024Tokens() {
        String text = "abcd".repeat(2_000);
        assertThat(plain(text, "").at("/usage/prompt_tokens_details/cached_tokens").intValue())
                .isZero();
        JsonNode again = plain(text, "\"user\":\"u\"").get("usage");
        assertThat(again.at("/prompt_tokens").intValue()).isEqualTo(2_006);
        assertThat(again.at("/prompt_tokens_details/cached_tokens").intValue()).isEqualTo(1_920);
        Usage usage = journaled().usage();
        assertThat(usage.count(MeterKind.CACHE_READ)).isEqualTo(1_920);
        assertThat(usage.count(MeterKind.INPUT)).isEqualTo(86);
        assertThat(plain("short", "").at("/usage/prompt_tokens_details/cached_tokens").intValue())
                .isZero();
        JsonNode asked = plain("[[sim cached=5 cache_write=4]] and more", "").get("usage");
        assertThat(asked.at("/prompt_tokens_details/cached_tokens").intValue()).isEqualTo(5);
        assertThat(asked.at("/prompt_tokens_details/cache_write_tokens").intValue()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"web_search_options\":{}", "\"tools\":[{\"type\":\"web_search\"}]"})
    void aSearchCitesItsSourceAndCostsInput(String field) {
        long without = plain("Who won?", "").at("/usage/prompt_tokens").longValue();
        JsonNode answer = plain("Who won?", field);
        assertThat(answer.at("/choices/0/message/annotations/0/type").asString())
                .isEqualTo("url_citation");
        assertThat(answer.at("/usage/prompt_tokens").longValue())
                .isGreaterThanOrEqualTo(without + 1_536);
        assertThat(journaled().usage().count(MeterKind.SEARCHES)).isEqualTo(1);
        assertThat(streamed("Who won?", field)).contains("url_citation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "äöü水🌊", "word word word", "\u0000\u0001"})
    void textNeverCostsMoreThanItsBytesAndTheFraming(String text) {
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            messages.append(i == 0 ? "" : ",")
                    .append("{\"role\":\"user\",\"content\":")
                    .append(JSON.writeValueAsString(text))
                    .append('}');
        }
        String body = "{\"model\":\"sim-chat\",\"messages\":[" + messages + "]}";
        long prompt = json(client.post(CHAT, body)).at("/usage/prompt_tokens").longValue();
        long bytes = 100L * text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        assertThat(prompt).isLessThanOrEqualTo(bytes + 64);
    }

    @Test
    void providerErrorsHaveTheEnvelope() {
        assertError(client.post(CHAT, "{nope"), 400, null);
        assertError(client.post(CHAT, "{\"model\":\"sim-chat\"}"), 400, null);
        assertError(client.post(CHAT, chat("no-such", "x", "")), 404, "model_not_found");
        assertError(client.post(CHAT, chat("sim-chat", "x", "\"max_tokens\":-1")), 400, null);
        String tooLong = chat("sim-tiny", "abcd".repeat(5_000), "");
        assertError(client.post(CHAT, tooLong), 400, "context_length_exceeded");
        assertError(client.get("/v1/nothing"), 404, "unknown_url");
        assertThat(simulator.journal().calls())
                .allMatch(call -> call.planned().total() == 0 && call.status() >= 400);
    }

    private static void assertError(
            java.net.http.HttpResponse<String> response,
            int status,
            @org.jspecify.annotations.Nullable String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = json(response).get("error");
        assertThat(error.get("message").asString()).isNotEmpty();
        assertThat(error.get("type").asString()).isEqualTo("invalid_request_error");
        assertThat(error.get("code").asString(null)).isEqualTo(code);
    }
}
