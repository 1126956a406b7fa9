package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks for messages, and puts streams together again as a client would.
abstract class MessagesCase extends SimulatorCase {

    static final String MESSAGES = "/v1/messages";
    static final Map<String, String> VERSION = Map.of("anthropic-version", "2023-06-01");
    static final String WEATHER =
            """
            "tools":[{"name":"get_weather","input_schema":{"type":"object",
            "properties":{"city":{"type":"string"}},"required":["city"]}}]\
            """;

    /// One event of a stream.
    record Event(String name, JsonNode data) {}

    static String asking(String model, String text, String fields) {
        return """
        {"model":"%s","max_tokens":4000,"messages":[{"role":"user","content":%s}]%s}\
        """
                .formatted(
                        model,
                        JsonMapper.shared().writeValueAsString(text),
                        fields.isEmpty() ? "" : "," + fields);
    }

    HttpResponse<String> send(String body) {
        return client.post(MESSAGES, body, VERSION);
    }

    JsonNode message(String text, String fields) {
        HttpResponse<String> response = send(asking("sim-chat", text, fields));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return SimClient.json(response);
    }

    List<Event> stream(String text, String fields) {
        String more = fields.isEmpty() ? "" : "," + fields;
        return events(send(asking("sim-chat", text, "\"stream\":true" + more)).body());
    }

    static List<Event> events(String stream) {
        List<Event> events = new ArrayList<>();
        for (String block : stream.strip().split("\n\n", -1)) {
            String[] lines = block.split("\n", -1);
            assertThat(lines[0]).startsWith("event: ");
            events.add(
                    new Event(
                            lines[0].substring(7),
                            JsonMapper.shared().readTree(lines[1].substring(6))));
        }
        return events;
    }

    /// The message a client has at the end; fails where the order of events is not allowed.
    static ObjectNode assembled(List<Event> events) {
        assertThat(events.getFirst().name()).isEqualTo("message_start");
        assertThat(events).allMatch(e -> e.name().equals(e.data().path("type").asString()));
        ObjectNode message = (ObjectNode) events.getFirst().data().get("message").deepCopy();
        ArrayNode content = (ArrayNode) message.get("content");
        StringBuilder json = new StringBuilder();
        for (Event event : events.subList(1, events.size())) {
            JsonNode data = event.data();
            switch (event.name()) {
                case "content_block_start" -> {
                    assertThat(data.get("index").intValue()).isEqualTo(content.size());
                    content.add(data.get("content_block").deepCopy());
                    json.setLength(0);
                }
                case "content_block_delta" -> {
                    assertThat(data.get("index").intValue()).isEqualTo(content.size() - 1);
                    grow((ObjectNode) content.get(content.size() - 1), data.get("delta"), json);
                }
                case "content_block_stop" -> {
                    if (!json.isEmpty()) {
                        ObjectNode block = (ObjectNode) content.get(content.size() - 1);
                        block.set("input", JsonMapper.shared().readTree(json.toString()));
                    }
                }
                case "message_delta" -> {
                    data.get("delta")
                            .properties()
                            .forEach(f -> message.set(f.getKey(), f.getValue()));
                    ObjectNode usage = (ObjectNode) message.get("usage");
                    data.get("usage")
                            .properties()
                            .forEach(f -> usage.set(f.getKey(), f.getValue()));
                }
                default -> assertThat(event.name()).isIn("ping", "message_stop");
            }
        }
        assertThat(events.getLast().name()).isEqualTo("message_stop");
        return message;
    }

    private static void grow(ObjectNode block, JsonNode delta, StringBuilder json) {
        switch (delta.get("type").asString()) {
            case "text_delta" -> append(block, "text", delta);
            case "thinking_delta" -> append(block, "thinking", delta);
            case "signature_delta" -> append(block, "signature", delta);
            case "input_json_delta" -> json.append(delta.get("partial_json").asString());
            case "citations_delta" ->
                    ((ArrayNode) block.get("citations")).add(delta.get("citation"));
            default -> throw new AssertionError("no delta " + delta);
        }
    }

    private static void append(ObjectNode block, String field, JsonNode delta) {
        block.put(field, block.get(field).asString() + delta.get(field).asString());
    }
}
