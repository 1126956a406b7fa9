package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.MeterKind;
import dev.sluice.simulator.journal.Call;
import dev.sluice.simulator.journal.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Ordinary messages, plain and streamed, and what they use.
class MessagesTest extends MessagesCase {

    private static final String SEARCH =
            "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]";

    @Test
    void aPlainAnswerIsDeterministicAndCountsAsChatDoes() {
        var first = send(asking("sim-chat", "Hello there", ""));
        assertThat(send(asking("sim-chat", "Hello there", "")).body()).isEqualTo(first.body());
        JsonNode answer = SimClient.json(first);
        assertThat(answer.at("/type").asString()).isEqualTo("message");
        assertThat(answer.at("/role").asString()).isEqualTo("assistant");
        assertThat(answer.at("/id").asString()).startsWith("msg_");
        assertThat(answer.at("/content/0/type").asString()).isEqualTo("text");
        assertThat(answer.at("/stop_reason").asString()).isEqualTo("end_turn");
        assertThat(answer.at("/stop_sequence").isNull()).isTrue();
        long chat = plain("Hello there", "").at("/usage/prompt_tokens").longValue();
        assertThat(answer.at("/usage/input_tokens").longValue()).isEqualTo(chat).isEqualTo(9);
        send(asking("sim-chat", "Hello there", ""));
        Call call = journaled();
        assertThat(call.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(call.usage().count(MeterKind.INPUT)).isEqualTo(9);
        assertThat(call.usage().count(MeterKind.OUTPUT))
                .isEqualTo(answer.at("/usage/output_tokens").longValue())
                .isBetween(36L, 44L);
        assertThat(call.reported()).isEqualTo(answer.get("usage").toString());
        assertThat(first.headers().firstValue("request-id")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tell me | | end_turn",
                "Tell me [[sim reasoning=20]] | | end_turn",
                "Tell me [[sim reasoning=20 redacted]] | | end_turn",
                "Tell me [[sim text=\"one STOP two\"]] | \"stop_sequences\":[\"STOP\"] | stop_sequence",
                "Tell me [[sim refusal]] | | refusal",
                "Tell me [[sim tokens=9000]] | | max_tokens",
                "Tell me [[sim finish=pause_turn]] | | pause_turn",
                "The weather in Paris | tools | tool_use",
                "The weather in Paris and Rome [[sim reasoning=9]] | tools | tool_use",
                "Find it | search | end_turn",
                "Tell me [[sim cached=4 cache_write=4 cache_write_hour=1]] | | end_turn",
                "Fill it | \"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":"
                        + "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}}} | end_turn",
            })
    void aStreamSaysWhatThePlainAnswerSays(String text, String fields, String reason) {
        String more = fields == null ? "" : fields;
        more = more.equals("tools") ? WEATHER : more.equals("search") ? SEARCH : more;
        JsonNode whole = message(text, more);
        Call once = journaled();
        List<Event> events = stream(text, more);
        assertThat(assembled(events)).isEqualTo(whole);
        assertThat(whole.get("stop_reason").asString()).isEqualTo(reason);
        assertThat(events).filteredOn(event -> event.name().equals("ping")).hasSize(1);
        Call call = journaled();
        assertThat(call.produced()).isEqualTo(call.planned()).isEqualTo(once.produced());
        assertThat(call.events()).isEqualTo(events.size());
    }

    @Test
    void theCountsOfAStreamAreCumulative() {
        List<Event> events = stream("Tell me [[sim tokens=10]]", "");
        JsonNode start = events.getFirst().data().at("/message/usage");
        assertThat(start.get("output_tokens").intValue()).isEqualTo(1);
        JsonNode last = events.get(events.size() - 2).data().get("usage");
        assertThat(last.get("output_tokens").intValue()).isEqualTo(10);
        assertThat(last.get("input_tokens")).isEqualTo(start.get("input_tokens"));
        assertThat(last.has("cache_creation")).isFalse();
    }

    @Test
    void toolsAreCalledOnceTwiceOrNotAndTheirResultsAreAnswered() {
        JsonNode two = message("The weather in Paris and Rome", WEATHER).get("content");
        assertThat(two).hasSize(2);
        assertThat(two.get(0).at("/input/city").asString()).isEqualTo("Paris");
        assertThat(two.get(1).at("/input/city").asString()).isEqualTo("Rome");
        assertThat(two.get(0).at("/id").asString()).startsWith("toolu_");
        String one =
                WEATHER + ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}";
        assertThat(message("The weather in Paris and Rome", one).get("content")).hasSize(1);
        String none = WEATHER + ",\"tool_choice\":{\"type\":\"none\"}";
        assertThat(message("The weather in Paris", none).at("/content/0/type").asString())
                .isEqualTo("text");
        String must = WEATHER + ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"get_weather\"}";
        assertThat(message("Go", must).at("/stop_reason").asString()).isEqualTo("tool_use");

        String results =
                """
                {"model":"sim-chat","max_tokens":100,%s,"messages":[
                {"role":"user","content":"The weather in Paris and Rome"},
                {"role":"assistant","content":%s},
                {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"%s","content":"rain"},
                {"type":"tool_result","tool_use_id":"%s","content":[{"type":"text","text":"sun"}]}]}]}\
                """
                        .formatted(
                                WEATHER,
                                two,
                                two.get(0).at("/id").asString(),
                                two.get(1).at("/id").asString());
        JsonNode answer = SimClient.json(send(results));
        assertThat(answer.at("/stop_reason").asString()).isEqualTo("end_turn");
        assertThat(answer.at("/content/0/text").asString()).isNotEmpty();
    }

    @Test
    void thinkingComesBackUnchangedOrIsRefused() {
        String thinking = "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}";
        ObjectNode block = (ObjectNode) message("Think", thinking).at("/content/0");
        assertThat(block.get("type").asString()).isEqualTo("thinking");
        assertThat(journaled().usage().count(MeterKind.REASONING)).isEqualTo(128);
        assertThat(afterwards(block)).isEqualTo(200);
        block.put("thinking", block.get("thinking").asString() + " ");
        assertThat(afterwards(block)).isEqualTo(400);

        ObjectNode redacted =
                (ObjectNode) message("Think [[sim redacted]]", thinking).at("/content/0");
        assertThat(redacted.get("type").asString()).isEqualTo("redacted_thinking");
        assertThat(afterwards(redacted)).isEqualTo(200);
        redacted.put("data", redacted.get("data").asString().substring(4));
        assertThat(afterwards(redacted)).isEqualTo(400);
    }

    private int afterwards(JsonNode block) {
        return send("""
        {"model":"sim-chat","max_tokens":100,"messages":[
        {"role":"user","content":"Think"},
        {"role":"assistant","content":[%s,{"type":"text","text":"So"}]},
        {"role":"user","content":"Go on"}]}\
        """
                        .formatted(block))
                .statusCode();
    }

    @Test
    void whatIsMarkedIsWrittenToTheCacheOnceAndReadFromThen() {
        String hour = "\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}";
        String minutes = "\"cache_control\":{\"type\":\"ephemeral\"}";
        String system =
                "\"system\":[{\"type\":\"text\",\"text\":\"%s\",%s},{\"type\":\"text\",\"text\":\"%s\",%s}]"
                        .formatted("a".repeat(5_000), hour, "b".repeat(4_000), minutes);
        JsonNode first = message("One", system).get("usage");
        // 3 for the prompt, 3 for the system, a quarter of its letters
        assertThat(first.at("/cache_creation/ephemeral_1h_input_tokens").intValue())
                .isEqualTo(1_256);
        assertThat(first.at("/cache_creation/ephemeral_5m_input_tokens").intValue())
                .isEqualTo(1_000);
        assertThat(first.at("/cache_creation_input_tokens").intValue()).isEqualTo(2_256);
        assertThat(first.at("/cache_read_input_tokens").intValue()).isZero();
        assertThat(first.at("/input_tokens").intValue()).isEqualTo(3 + 1);
        assertThat(journaled().usage().count(MeterKind.CACHE_WRITE_1H)).isEqualTo(1_256);
        assertThat(journaled().usage().count(MeterKind.CACHE_WRITE_5M)).isEqualTo(1_000);

        JsonNode second = message("Two", system).get("usage");
        assertThat(second.at("/cache_read_input_tokens").intValue()).isEqualTo(2_256);
        assertThat(second.at("/cache_creation_input_tokens").intValue()).isZero();
        assertThat(journaled().usage().count(MeterKind.CACHE_READ)).isEqualTo(2_256);

        String unmarked = "\"system\":\"" + "a".repeat(5_000) + '"';
        assertThat(message("Two", unmarked).at("/usage/cache_read_input_tokens").intValue())
                .isZero();
    }

    @Test
    void tokensAreCountedForFreeAndAsTheyAreCharged() {
        String image = "iVBORw0KGgo=";
        String body =
                """
                {"model":"sim-chat","system":"Be brief","messages":[{"role":"user","content":[
                {"type":"text","text":"What is this?"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"%s"}},
                {"type":"document","source":{"type":"file","file_id":"file_1"}}]}]%s}\
                """;
        var counted = client.post(MESSAGES + "/count_tokens", body.formatted(image, ""), VERSION);
        long tokens = SimClient.json(counted).get("input_tokens").longValue();
        // 3, 3 + 2 for the system, 3 + 4 for the text, an image of unknown size, an unseen file
        assertThat(tokens).isEqualTo(3 + 5 + 7 + 1_105 + 4_500);
        assertThat(journaled().produced().total()).isZero();
        JsonNode answer = SimClient.json(send(body.formatted(image, ",\"max_tokens\":50")));
        assertThat(answer.at("/usage/input_tokens").longValue()).isEqualTo(tokens);
    }

    @Test
    void modelsAreListedInTheShapeOfWhoeverAsks() {
        JsonNode page = SimClient.json(client.get("/v1/models?limit=2", VERSION));
        assertThat(page.get("data")).hasSize(2);
        assertThat(page.at("/has_more").booleanValue()).isTrue();
        assertThat(page.at("/data/0/type").asString()).isEqualTo("model");
        String last = page.get("last_id").asString();
        JsonNode rest = SimClient.json(client.get("/v1/models?after_id=" + last, VERSION));
        assertThat(rest.at("/has_more").booleanValue()).isFalse();
        assertThat(rest.at("/first_id").asString()).isNotEqualTo(last);
        JsonNode one = SimClient.json(client.get("/v1/models/sim-chat", VERSION));
        assertThat(one.at("/display_name").asString()).isEqualTo("sim-chat");
        assertThat(client.get("/v1/models/none", VERSION).statusCode()).isEqualTo(404);
        assertThat(SimClient.json(client.get("/v1/models")).at("/object").asString())
                .isEqualTo("list");
    }
}
