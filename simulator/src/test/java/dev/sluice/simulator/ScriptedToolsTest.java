package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tools that are called because a directive says so: what agents of any kind are driven with.
class ScriptedToolsTest extends SimulatorCase {

    private static final String TOOLS =
            """
            "tools":[{"type":"function","function":{"name":"read_file","parameters":{}}},
                     {"type":"function","function":{"name":"list","parameters":{}}},
                     {"type":"custom","custom":{"name":"patch"}}]\
            """;

    private static final String CALLED =
            """
            {"role":"assistant","tool_calls":[{"id":"c","type":"function",
              "function":{"name":"read_file","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c","content":"notes"}\
            """;

    private JsonNode chat(String text, String more, String fields) {
        String user = JsonMapper.shared().writeValueAsString(text);
        HttpResponse<String> response =
                client.post(
                        SimClient.CHAT,
                        "{\"model\":\"sim-chat\",\"messages\":[{\"role\":\"user\",\"content\":%s}%s]%s}"
                                .formatted(user, more, fields.isEmpty() ? "" : "," + fields));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return SimClient.json(response).at("/choices/0/message");
    }

    @Test
    void theToolThatIsNamedIsCalledWithTheArgumentsThatAreGiven() {
        String told = "[[sim call=read_file args='{\"path\": \"a [1] b\"}' text=\"Read it.\"]]";
        JsonNode first = chat(told, "", TOOLS);
        assertThat(first.at("/tool_calls")).hasSize(1);
        assertThat(first.at("/tool_calls/0/function/name").asString()).isEqualTo("read_file");
        assertThat(first.at("/tool_calls/0/function/arguments").asString())
                .isEqualTo("{\"path\": \"a [1] b\"}");
        assertThat(chat(told, "," + CALLED, TOOLS).at("/content").asString()).isEqualTo("Read it.");
    }

    @Test
    void severalRounds() {
        String told = "[[sim call=list rounds=2 text=Done]]";
        assertThat(chat(told, "," + CALLED, TOOLS).at("/tool_calls")).hasSize(1);
        assertThat(chat(told, "," + CALLED + "," + CALLED, TOOLS).at("/content").asString())
                .isEqualTo("Done");
    }

    @Test
    void anArrayOfArgumentsIsSeveralCallsAtOnce() {
        String told = "[[sim call=list,patch args='[{\"a\":1},\"*** Begin\"]']]";
        JsonNode calls = chat(told, "", TOOLS).at("/tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.at("/0/function/arguments").asString()).isEqualTo("{\"a\":1}");
        assertThat(calls.at("/1/custom/input").asString()).isEqualTo("*** Begin");
        JsonNode one = chat(told, "", TOOLS + ",\"parallel_tool_calls\":false").at("/tool_calls");
        assertThat(one).hasSize(1);
    }

    @Test
    void whereTheToolIsNotOfferedTheAnswerIsText() {
        String told = "The weather [[sim call=title text=Hello]]";
        assertThat(chat(told, "", TOOLS).at("/content").asString()).isEqualTo("Hello");
        assertThat(chat(told, "", "").at("/content").asString()).isEqualTo("Hello");
    }

    /// Agents offer the tools of their servers in namespaces, on the way, or let the model search.
    @Test
    void toolsThatAConversationBringsInAreCalledAsTheClientKnowsThem() {
        JsonNode read = responseTo("[[sim call=mcp__notes__read args='{}']]");
        assertThat(read.at("/type").asString()).isEqualTo("function_call");
        assertThat(read.at("/namespace").asString()).isEqualTo("mcp__notes");
        assertThat(read.at("/name").asString()).isEqualTo("read");
        JsonNode script = responseTo("[[sim call=exec args=\"text(1)\"]]");
        assertThat(script.at("/type").asString()).isEqualTo("custom_tool_call");
        assertThat(script.at("/input").asString()).isEqualTo("text(1)");
        JsonNode search = responseTo("[[sim call=tool_search args='{\"query\":\"q\"}']]");
        assertThat(search.at("/type").asString()).isEqualTo("tool_search_call");
        assertThat(search.at("/execution").asString()).isEqualTo("client");
        assertThat(search.at("/arguments/query").asString()).isEqualTo("q");
    }

    private JsonNode responseTo(String text) {
        String body =
                """
                {"model":"sim-chat","input":[
                 {"type":"additional_tools","role":"developer","tools":[
                  {"type":"namespace","name":"functions","tools":[{"type":"custom","name":"exec"}]},
                  {"type":"namespace","name":"mcp__notes","tools":[
                   {"type":"function","name":"read","parameters":{}}]},
                  {"type":"tool_search","execution":"client","parameters":{}}]},
                 {"role":"user","content":%s}],"stream":%s}
                """;
        String user = JsonMapper.shared().writeValueAsString(text);
        HttpResponse<String> plain = client.post("/v1/responses", body.formatted(user, false));
        assertThat(plain.statusCode()).as(plain.body()).isEqualTo(200);
        JsonNode item = SimClient.json(plain).at("/output/0");
        assertThat(client.post("/v1/responses", body.formatted(user, true)).body())
                .contains(item.toString());
        return item;
    }

    @Test
    void roundsAreCountedInEveryDialect() {
        String user = JsonMapper.shared().writeValueAsString("[[sim call=f rounds=2 text=Done]]");
        for (int round = 0; round <= 2; round++) {
            String wanted = round == 2 ? "Done" : "\"f\"";
            assertThat(responses(user, round)).contains(wanted);
            assertThat(messages(user, round)).contains(wanted);
            assertThat(contents(user, round)).contains(wanted);
        }
    }

    private String responses(String user, int rounds) {
        String done =
                """
                ,{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
                {"type":"function_call_output","call_id":"c","output":"x"}\
                """;
        return client.post(
                        "/v1/responses",
                        """
                        {"model":"sim-chat","tools":[{"type":"function","name":"f"}],
                         "input":[{"role":"user","content":%s}%s]}\
                        """
                                .formatted(user, done.repeat(rounds)))
                .body()
                .replaceFirst("(?s).*?\"output\"", "")
                .replaceFirst("(?s)\"parallel_tool_calls\".*", "");
    }

    private String messages(String user, int rounds) {
        String done =
                """
                ,{"role":"assistant","content":[
                  {"type":"tool_use","id":"c","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"x"}]}\
                """;
        return client.post(
                        "/v1/messages",
                        """
                        {"model":"sim-chat","max_tokens":500,
                         "tools":[{"name":"f","input_schema":{"type":"object"}}],
                         "messages":[{"role":"user","content":%s}%s]}\
                        """
                                .formatted(user, done.repeat(rounds)),
                        MessagesCase.VERSION)
                .body();
    }

    private String contents(String user, int rounds) {
        String done =
                """
                ,{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"x":1}}}]}\
                """;
        return client.post(
                        "/v1beta/models/sim-chat:generateContent",
                        """
                        {"tools":[{"functionDeclarations":[{"name":"f"}]}],
                         "contents":[{"role":"user","parts":[{"text":%s}]}%s]}\
                        """
                                .formatted(user, done.repeat(rounds)))
                .body();
    }
}
