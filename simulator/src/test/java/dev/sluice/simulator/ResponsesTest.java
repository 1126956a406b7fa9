package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.journal.Call;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Responses, plain and streamed, kept and continued, and how they fail.
class ResponsesTest extends SimulatorCase {

    private static final String RESPONSES = "/v1/responses";
    private static final String TOOLS =
            """
            "tools":[{"type":"function","name":"get_weather","parameters":{"type":"object",
            "properties":{"city":{"type":"string"}},"required":["city"]}},
            {"type":"custom","name":"notes"},{"type":"nobody_knows"}]\
            """;

    private HttpResponse<String> send(String input, String fields) {
        String text = input.startsWith("[") ? input : JsonMapper.shared().writeValueAsString(input);
        return client.post(
                RESPONSES,
                "{\"model\":\"sim-chat\",\"input\":%s%s}"
                        .formatted(text, fields.isEmpty() ? "" : "," + fields));
    }

    private JsonNode response(String input, String fields) {
        HttpResponse<String> response = send(input, fields);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return SimClient.json(response);
    }

    @Test
    void aPlainAnswerHasWhatIsRequiredAndCountsAsChatDoes() {
        JsonNode answer = response("Hello there", "");
        for (String field :
                List.of(
                        "id,object,created_at,error,incomplete_details,instructions,model,tools"
                                .split(",", -1))) {
            assertThat(answer.has(field)).as(field).isTrue();
        }
        assertThat(answer.at("/status").asString()).isEqualTo("completed");
        assertThat(answer.at("/output/0/content/0/type").asString()).isEqualTo("output_text");
        assertThat(answer.at("/usage/input_tokens").longValue()).isEqualTo(9);
        long chat = plain("Hello there", "").at("/usage/prompt_tokens").longValue();
        assertThat(answer.at("/usage/input_tokens").longValue()).isEqualTo(chat);
        JsonNode counted =
                SimClient.json(
                        client.post(
                                RESPONSES + "/input_tokens",
                                "{\"model\":\"sim-chat\",\"input\":\"Hello there\"}"));
        assertThat(counted.at("/input_tokens").longValue()).isEqualTo(9);
        assertThat(journaled().produced().total()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tell me | | completed",
                "Tell me [[sim tokens=900]] | \"max_output_tokens\":20 | incomplete",
                "Tell me [[sim finish=content_filter]] | | incomplete",
                "Tell me [[sim finish=failed]] | | failed",
                "Tell me [[sim refusal]] | | completed",
                "Think [[sim reasoning=9]] | \"reasoning\":{\"summary\":\"auto\"} | completed",
                "Think [[sim reasoning=9]] | \"include\":[\"reasoning.encrypted_content\"] | completed",
                "The weather in Paris and Rome | TOOLS | completed",
                "Write notes | TOOLS,\"tool_choice\":{\"type\":\"custom\",\"name\":\"notes\"} | completed",
                "Find it | \"tools\":[{\"type\":\"web_search\"}] | completed",
                "Fill it | \"text\":{\"format\":{\"type\":\"json_object\"}} | completed",
            })
    void aStreamEndsInThePlainAnswer(String text, String fields, String status) {
        String more = fields == null ? "" : fields.replace("TOOLS", TOOLS);
        JsonNode whole = response(text, more);
        Call once = journaled();
        String streaming = more.isEmpty() ? "\"stream\":true" : "\"stream\":true," + more;
        String stream = send(text, streaming).body();
        List<JsonNode> events = SimClient.chunks(stream);
        assertThat(stream).doesNotContain("[DONE]");
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).get("sequence_number").intValue()).isEqualTo(i);
            assertThat(stream).contains("event: " + type(events.get(i)) + "\n");
        }
        assertThat(type(events.get(0))).isEqualTo("response.created");
        assertThat(type(events.get(1))).isEqualTo("response.in_progress");
        assertThat(type(events.getLast())).isEqualTo("response." + status);
        assertThat(events.getLast().get("response")).isEqualTo(whole);
        List<JsonNode> done = ofType(events, "response.output_item.done");
        assertThat(done.stream().map(event -> event.get("item")).toList())
                .isEqualTo(whole.get("output").valueStream().toList());
        assertThat(ofType(events, "response.output_item.added")).hasSameSizeAs(done);
        assertThat(said(events)).isEqualTo(saidIn(whole));
        assertThat(journaled().produced())
                .isEqualTo(journaled().planned())
                .isEqualTo(once.planned());
        assertThat(journaled().reported()).isEqualTo(whole.get("usage").toString());
    }

    private static String type(JsonNode event) {
        return event.get("type").asString();
    }

    private static List<JsonNode> ofType(List<JsonNode> events, String type) {
        return events.stream().filter(event -> type(event).equals(type)).toList();
    }

    private static String said(List<JsonNode> events) {
        StringBuilder said = new StringBuilder();
        for (JsonNode event : events) {
            said.append(type(event).endsWith(".delta") ? event.get("delta").asString() : "");
        }
        return said.toString();
    }

    private static String saidIn(JsonNode response) {
        StringBuilder said = new StringBuilder();
        for (JsonNode item : response.get("output")) {
            item.path("summary").forEach(part -> said.append(part.get("text").asString()));
            for (JsonNode part : item.path("content")) {
                said.append(part.path("text").asString(""))
                        .append(part.path("refusal").asString(""));
            }
            said.append(item.path("arguments").asString(""))
                    .append(item.path("input").asString(""));
        }
        return said.toString();
    }

    @Test
    void aConversationIsKeptContinuedListedAndForgotten() {
        JsonNode first = response("The weather in Paris", TOOLS);
        String id = first.get("id").asString();
        String call = first.at("/output/0/call_id").asString();
        String result =
                "[{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"rain\"}]"
                        .formatted(call);
        String previous = "\"previous_response_id\":\"" + id + "\"," + TOOLS;
        JsonNode second = response(result, previous);
        assertThat(second.at("/output/0/type").asString()).isEqualTo("message");
        assertThat(second.at("/previous_response_id").asString()).isEqualTo(id);
        assertThat(second.at("/usage/input_tokens").longValue())
                .isGreaterThan(first.at("/usage/input_tokens").longValue());

        assertThat(SimClient.json(client.get(RESPONSES + "/" + id))).isEqualTo(first);
        String items = RESPONSES + "/" + second.get("id").asString() + "/input_items";
        JsonNode listed = SimClient.json(client.get(items + "?order=asc&limit=2"));
        assertThat(listed.get("data")).hasSize(2);
        assertThat(listed.at("/data/0/content/0/text").asString())
                .isEqualTo("The weather in Paris");
        assertThat(listed.at("/has_more").booleanValue()).isTrue();
        Set<String> ids = new HashSet<>();
        SimClient.json(client.get(items)).get("data").forEach(i -> ids.add(i.get("id").asString()));
        assertThat(ids).hasSize(3).noneMatch(String::isEmpty);

        JsonNode gone = SimClient.json(client.delete(RESPONSES + "/" + id));
        assertThat(gone.at("/deleted").booleanValue()).isTrue();
        assertThat(client.get(RESPONSES + "/" + id).statusCode()).isEqualTo(404);
        HttpResponse<String> late = send(result, previous);
        assertThat(late.statusCode()).isEqualTo(400);
        assertThat(SimClient.json(late).at("/error/code").asString())
                .isEqualTo("previous_response_not_found");
    }

    @Test
    void whatIsNotKeptGoesBackSealedAndWithoutReferences() {
        String fields =
                "\"store\":false,\"include\":[\"reasoning.encrypted_content\"],"
                        + "\"reasoning\":{\"effort\":\"low\"}";
        JsonNode first = response("Think", fields);
        assertThat(client.get(RESPONSES + "/" + first.get("id").asString()).statusCode())
                .isEqualTo(404);
        String thought = first.at("/output/0").toString();
        assertThat(thought).contains("encrypted_content");
        assertThat(again(thought).statusCode()).isEqualTo(200);
        String sealed = first.at("/output/0/encrypted_content").asString();
        HttpResponse<String> forged = again(thought.replace(sealed, sealed.substring(4)));
        assertThat(SimClient.json(forged).at("/error/code").asString())
                .isEqualTo("invalid_encrypted_content");
        String bare = "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}";
        assertThat(again(bare).statusCode()).isEqualTo(404);
        assertThat(again("{\"type\":\"item_reference\",\"id\":\"msg_1\"}").statusCode())
                .isEqualTo(404);
    }

    private HttpResponse<String> again(String item) {
        return send("[{\"role\":\"user\",\"content\":\"Think\"}," + item + "]", "\"store\":false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "No tool call found | [{'type':'function_call_output','call_id':'c','output':'x'}] |",
                "No tool output found | [{'type':'function_call','call_id':'c','name':'n',"
                        + "'arguments':'{}'}] |",
                "begins with 'msg' | [{'type':'message','id':'chatcmpl-1','role':'user',"
                        + "'content':'x'}] |",
                "begins with 'msg' | [{'type':'message','id':'','role':'user','content':'x'}] |",
                "max_output_tokens | Hi | 'max_output_tokens':15",
                "background | Hi | 'background':true",
            })
    void whatAProviderRefusesIsRefused(String message, String input, String fields) {
        String more = fields == null ? "" : fields.replace('\'', '"');
        HttpResponse<String> response = send(input.replace('\'', '"'), more);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(SimClient.json(response).at("/error/message").asString()).contains(message);
    }

    @Test
    void aFailureInMidStreamIsAFailedResponse() {
        String stream =
                send("Hi [[sim error_at=6 code=rate_limit_exceeded]]", "\"stream\":true").body();
        JsonNode last = SimClient.chunks(stream).getLast();
        assertThat(type(last)).isEqualTo("response.failed");
        assertThat(last.at("/response/status").asString()).isEqualTo("failed");
        assertThat(last.at("/response/error/code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(last.at("/sequence_number").intValue()).isEqualTo(6);
        assertThat(journaled().produced().completion()).isEqualTo(2);
        String bare = send("Hi [[sim error_at=3 type=error]]", "\"stream\":true").body();
        assertThat(bare).contains("event: error\n");
        List<JsonNode> open =
                SimClient.chunks(send("Hi [[sim no_finish]]", "\"stream\":true").body());
        assertThat(type(open.getLast())).isEqualTo("response.output_item.done");
        assertThat(send("Hi [[sim status=429 code=insufficient_quota]]", "").statusCode())
                .isEqualTo(429);
    }
}
