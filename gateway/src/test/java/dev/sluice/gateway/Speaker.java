package dev.sluice.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A plain client of each dialect: asks, reads, and sends a conversation on as it got it.
enum Speaker {
    CHAT("openai-chat") {
        @Override
        String path(String model, boolean stream) {
            return "/v1/chat/completions";
        }

        @Override
        ObjectNode question(String model, String text, boolean stream) {
            ObjectNode body = head(model, stream).put("max_tokens", LIMIT);
            body.putObject("stream_options").put("include_usage", true);
            if (!stream) {
                body.remove("stream_options");
            }
            body.putArray("messages").addObject().put("role", "user").put("content", text);
            return body;
        }

        @Override
        void offer(ObjectNode body) {
            ObjectNode function =
                    body.putArray("tools")
                            .addObject()
                            .put("type", "function")
                            .putObject("function");
            function.put("name", TOOL).set("parameters", SCHEMA);
        }

        @Override
        void think(ObjectNode body) {
            body.put("reasoning_effort", "low");
        }

        @Override
        Said read(String answer, boolean stream) {
            ObjectNode message = JSON.createObjectNode().put("role", "assistant");
            JsonNode usage = JSON.createObjectNode();
            String finish = "";
            if (stream) {
                StringBuilder text = new StringBuilder();
                ArrayNode sealed = JSON.createArrayNode();
                Map<Integer, ObjectNode> calls = new TreeMap<>();
                for (JsonNode chunk : data(answer)) {
                    JsonNode delta = chunk.at("/choices/0/delta");
                    text.append(delta.path("content").asString(""));
                    sealed.addAll(elements(delta.path("thinking_blocks")));
                    delta.path("tool_calls").forEach(piece -> glue(calls, piece));
                    finish = chunk.at("/choices/0/finish_reason").asString(finish);
                    usage = chunk.path("usage").isObject() ? chunk.path("usage") : usage;
                }
                message.put("content", text.toString()).set("thinking_blocks", sealed);
                message.putArray("tool_calls").addAll(calls.values());
            } else {
                JsonNode whole = JSON.readTree(answer);
                message = (ObjectNode) whole.at("/choices/0/message");
                usage = whole.path("usage");
                finish = whole.at("/choices/0/finish_reason").asString("");
            }
            List<Call> calls = new ArrayList<>();
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode function = call.path("function");
                calls.add(
                        new Call(
                                call.path("id").asString(),
                                function.path("name").asString(),
                                JSON.readTree(function.path("arguments").asString())));
            }
            return new Said(
                    message.path("content").asString(""),
                    calls,
                    List.of(message),
                    finish,
                    usage.path("total_tokens").asLong());
        }

        private void glue(Map<Integer, ObjectNode> calls, JsonNode piece) {
            ObjectNode call =
                    calls.computeIfAbsent(
                            piece.path("index").asInt(), _ -> (ObjectNode) piece.deepCopy());
            if (!piece.has("id")) {
                ObjectNode function = (ObjectNode) call.path("function");
                function.put(
                        "arguments",
                        function.path("arguments").asString()
                                + piece.at("/function/arguments").asString());
            }
        }

        @Override
        void goOn(ObjectNode body, Said said, String result) {
            ArrayNode messages = (ArrayNode) body.path("messages");
            messages.addAll(said.raw());
            for (Call call : said.calls()) {
                messages.addObject()
                        .put("role", "tool")
                        .put("tool_call_id", call.id())
                        .put("content", result);
            }
        }
    },
    MESSAGES("anthropic-messages") {
        @Override
        String path(String model, boolean stream) {
            return "/v1/messages";
        }

        @Override
        ObjectNode question(String model, String text, boolean stream) {
            ObjectNode body = head(model, stream).put("max_tokens", LIMIT);
            body.putArray("messages").addObject().put("role", "user").put("content", text);
            return body;
        }

        @Override
        void offer(ObjectNode body) {
            body.putArray("tools").addObject().put("name", TOOL).set("input_schema", SCHEMA);
        }

        @Override
        void think(ObjectNode body) {
            body.putObject("thinking").put("type", "enabled").put("budget_tokens", 1_024);
        }

        @Override
        Said read(String answer, boolean stream) {
            JsonNode whole = stream ? assembled(answer) : JSON.readTree(answer);
            StringBuilder text = new StringBuilder();
            List<Call> calls = new ArrayList<>();
            for (JsonNode block : whole.path("content")) {
                text.append(block.path("text").asString(""));
                if (block.path("type").asString().equals("tool_use")) {
                    calls.add(
                            new Call(
                                    block.path("id").asString(),
                                    block.path("name").asString(),
                                    block.path("input")));
                }
            }
            JsonNode usage = whole.path("usage");
            return new Said(
                    text.toString(),
                    calls,
                    elements(whole.path("content")),
                    whole.path("stop_reason").asString(""),
                    usage.path("input_tokens").asLong()
                            + usage.path("cache_read_input_tokens").asLong()
                            + usage.path("cache_creation_input_tokens").asLong()
                            + usage.path("output_tokens").asLong());
        }

        private ObjectNode assembled(String answer) {
            ObjectNode message = JSON.createObjectNode();
            ArrayNode content = message.putArray("content");
            StringBuilder json = new StringBuilder();
            for (JsonNode event : data(answer)) {
                switch (event.path("type").asString()) {
                    case "content_block_start" -> {
                        json.setLength(0);
                        content.add(event.path("content_block").deepCopy());
                    }
                    case "content_block_delta" -> {
                        ObjectNode block = (ObjectNode) content.get(content.size() - 1);
                        JsonNode delta = event.path("delta");
                        for (String field : List.of("text", "thinking", "signature")) {
                            if (delta.has(field)) {
                                block.put(
                                        field,
                                        block.path(field).asString("")
                                                + delta.path(field).asString());
                            }
                        }
                        json.append(delta.path("partial_json").asString(""));
                        if (!json.isEmpty() && isWhole(json.toString())) {
                            block.set("input", JSON.readTree(json.toString()));
                        }
                    }
                    case "message_delta" -> {
                        message.set("stop_reason", event.at("/delta/stop_reason"));
                        message.set("usage", event.path("usage"));
                    }
                    default -> {}
                }
            }
            return message;
        }

        @Override
        void goOn(ObjectNode body, Said said, String result) {
            ArrayNode messages = (ArrayNode) body.path("messages");
            messages.addObject().put("role", "assistant").putArray("content").addAll(said.raw());
            ArrayNode results = messages.addObject().put("role", "user").putArray("content");
            for (Call call : said.calls()) {
                results.addObject()
                        .put("type", "tool_result")
                        .put("tool_use_id", call.id())
                        .put("content", result);
            }
        }
    },
    RESPONSES("openai-responses") {
        @Override
        String path(String model, boolean stream) {
            return "/v1/responses";
        }

        @Override
        ObjectNode question(String model, String text, boolean stream) {
            ObjectNode body = head(model, stream).put("max_output_tokens", LIMIT);
            body.put("store", false).putArray("include").add("reasoning.encrypted_content");
            body.putArray("input").addObject().put("role", "user").put("content", text);
            return body;
        }

        @Override
        void offer(ObjectNode body) {
            body.putArray("tools")
                    .addObject()
                    .put("type", "function")
                    .put("name", TOOL)
                    .set("parameters", SCHEMA);
        }

        @Override
        void think(ObjectNode body) {
            body.putObject("reasoning").put("effort", "low");
        }

        @Override
        Said read(String answer, boolean stream) {
            JsonNode whole =
                    stream ? data(answer).getLast().path("response") : JSON.readTree(answer);
            StringBuilder text = new StringBuilder();
            List<Call> calls = new ArrayList<>();
            for (JsonNode item : whole.path("output")) {
                text.append(item.at("/content/0/text").asString(""));
                if (item.path("type").asString().equals("function_call")) {
                    calls.add(
                            new Call(
                                    item.path("call_id").asString(),
                                    item.path("name").asString(),
                                    JSON.readTree(item.path("arguments").asString())));
                }
            }
            return new Said(
                    text.toString(),
                    calls,
                    elements(whole.path("output")),
                    whole.at("/incomplete_details/reason")
                            .asString(whole.path("status").asString("")),
                    whole.at("/usage/total_tokens").asLong());
        }

        @Override
        void goOn(ObjectNode body, Said said, String result) {
            ArrayNode input = (ArrayNode) body.path("input");
            input.addAll(said.raw());
            for (Call call : said.calls()) {
                input.addObject()
                        .put("type", "function_call_output")
                        .put("call_id", call.id())
                        .put("output", result);
            }
        }
    },
    GEMINI("gemini") {
        @Override
        String path(String model, boolean stream) {
            return "/v1beta/models/"
                    + model
                    + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        }

        @Override
        ObjectNode question(String model, String text, boolean stream) {
            ObjectNode body = JSON.createObjectNode();
            body.putArray("contents")
                    .addObject()
                    .put("role", "user")
                    .putArray("parts")
                    .addObject()
                    .put("text", text);
            body.putObject("generationConfig").put("maxOutputTokens", LIMIT);
            return body;
        }

        @Override
        void offer(ObjectNode body) {
            body.putArray("tools")
                    .addObject()
                    .putArray("functionDeclarations")
                    .addObject()
                    .put("name", TOOL)
                    .set("parametersJsonSchema", SCHEMA);
        }

        @Override
        void think(ObjectNode body) {
            ((ObjectNode) body.path("generationConfig"))
                    .putObject("thinkingConfig")
                    .put("thinkingBudget", 1_024)
                    .put("includeThoughts", true);
        }

        @Override
        Said read(String answer, boolean stream) {
            List<JsonNode> chunks = stream ? data(answer) : List.of(JSON.readTree(answer));
            StringBuilder text = new StringBuilder();
            List<Call> calls = new ArrayList<>();
            List<JsonNode> parts = new ArrayList<>();
            for (JsonNode chunk : chunks) {
                for (JsonNode part : chunk.at("/candidates/0/content/parts")) {
                    parts.add(part);
                    if (!part.path("thought").asBoolean(false)) {
                        text.append(part.path("text").asString(""));
                    }
                    JsonNode call = part.path("functionCall");
                    if (call.isObject()) {
                        calls.add(
                                new Call(
                                        call.path("id").asString(""),
                                        call.path("name").asString(),
                                        call.path("args")));
                    }
                }
            }
            return new Said(
                    text.toString(),
                    calls,
                    parts,
                    chunks.getLast().at("/candidates/0/finishReason").asString(""),
                    chunks.getLast().at("/usageMetadata/totalTokenCount").asLong());
        }

        @Override
        void goOn(ObjectNode body, Said said, String result) {
            ArrayNode contents = (ArrayNode) body.path("contents");
            contents.addObject().put("role", "model").putArray("parts").addAll(said.raw());
            ArrayNode parts = contents.addObject().put("role", "user").putArray("parts");
            for (Call call : said.calls()) {
                ObjectNode response =
                        parts.addObject().putObject("functionResponse").put("name", call.name());
                response.putObject("response").put("result", result);
                if (!call.id().isEmpty()) {
                    response.put("id", call.id());
                }
            }
        }
    };

    static final JsonMapper JSON = new JsonMapper();
    static final String TOOL = "get_weather";

    /// Above what the least budget of thinking needs.
    static final int LIMIT = 3_000;

    private static final JsonNode SCHEMA =
            JSON.readTree(
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}");

    /// A call of the tool.
    record Call(String id, String name, JsonNode arguments) {}

    /// What was answered.
    ///
    /// @param raw the pieces to send back
    /// @param tokens all that the client is told were used
    record Said(String text, List<Call> calls, List<JsonNode> raw, String finish, long tokens) {}

    /// The dialect's name.
    final String dialect;

    Speaker(String dialect) {
        this.dialect = dialect;
    }

    /// What upstreams of a fixture are named that speak it.
    String upstream() {
        return dialect.replace("openai-", "");
    }

    /// A gateway with an upstream of each dialect: the simulated provider of another one.
    static GatewayFixture inFrontOf(GatewayFixture other) {
        GatewayFixture.Setup setup = GatewayFixture.Setup.USUAL;
        for (Speaker speaker : values()) {
            setup =
                    setup.withUpstream(
                            speaker.upstream(),
                            speaker == GEMINI
                                    ? other.simulator.origin()
                                    : other.simulator.baseUrl());
        }
        return new GatewayFixture(setup);
    }

    abstract String path(String model, boolean stream);

    abstract ObjectNode question(String model, String text, boolean stream);

    abstract void offer(ObjectNode body);

    abstract void think(ObjectNode body);

    abstract Said read(String answer, boolean stream);

    /// Adds what was said, and the results of its calls.
    abstract void goOn(ObjectNode body, Said said, String result);

    private static ObjectNode head(String model, boolean stream) {
        return JSON.createObjectNode().put("model", model).put("stream", stream);
    }

    /// The documents of a stream.
    static List<JsonNode> data(String events) {
        return Stream.of(events.split("\r?\n", -1))
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring("data: ".length())))
                .toList();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return array.valueStream().toList();
    }

    private static boolean isWhole(String json) {
        try {
            return JSON.readTree(json).isObject();
        } catch (tools.jackson.core.JacksonException _) {
            return false;
        }
    }
}
