package dev.sluice.gateway;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The answer "one two" in a provider's own words, with what a block of the [UsageTable] says of
/// it: written out, so that nothing of the gateway's own writers is in it.
enum ProviderWords {
    CHAT("chat", Speaker.CHAT) {
        @Override
        String plain(UsageTable.Block told) {
            ObjectNode whole = head(told, "chat.completion");
            ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
            ObjectNode message = choice.putObject("message").put("role", "assistant");
            boolean refuses = told.line("finish", "").equals("refusal");
            message.put(refuses ? "refusal" : "content", WORDS);
            if (told.has("searches")) {
                message.set("annotations", citations());
            }
            choice.put("finish_reason", finish(told));
            whole.set("usage", usage(told));
            return whole.toString();
        }

        @Override
        List<String> events(UsageTable.Block told) {
            boolean refuses = told.line("finish", "").equals("refusal");
            List<String> events = new ArrayList<>();
            for (String word : List.of("one ", "two")) {
                ObjectNode chunk = head(told, "chat.completion.chunk");
                delta(chunk).put(refuses ? "refusal" : "content", word);
                events.add(data(chunk));
            }
            if (told.has("searches")) {
                ObjectNode chunk = head(told, "chat.completion.chunk");
                delta(chunk).set("annotations", citations());
                events.add(data(chunk));
            }
            ObjectNode last = head(told, "chat.completion.chunk");
            delta(last);
            ((ObjectNode) last.at("/choices/0")).put("finish_reason", finish(told));
            events.add(data(last));
            if (!usage(told).isNull()) {
                ObjectNode count = head(told, "chat.completion.chunk");
                count.putArray("choices");
                count.set("usage", usage(told));
                events.add(data(count));
            }
            events.add("data: [DONE]\n\n");
            return events;
        }

        private ObjectNode head(UsageTable.Block told, String object) {
            ObjectNode head = JSON.createObjectNode().put("id", "c").put("object", object);
            head.put("created", 1).put("model", "m");
            if (told.has("tier")) {
                head.put("service_tier", told.line("tier"));
            }
            return head;
        }

        private ObjectNode delta(ObjectNode chunk) {
            return chunk.putArray("choices").addObject().put("index", 0).putObject("delta");
        }

        private ArrayNode citations() {
            ArrayNode citations = JSON.createArrayNode();
            citations.addObject().put("type", "url_citation").putObject("url_citation");
            return citations;
        }

        private String finish(UsageTable.Block told) {
            String finish = told.line("finish", "stop");
            return finish.equals("refusal") ? "stop" : finish;
        }
    },
    RESPONSES("responses", Speaker.RESPONSES) {
        @Override
        String plain(UsageTable.Block told) {
            return whole(told).toString();
        }

        @Override
        List<String> events(UsageTable.Block told) {
            ObjectNode begun = JSON.createObjectNode().put("id", "resp_1").put("model", "m");
            begun.put("object", "response").put("status", "in_progress").putArray("output");
            List<String> events = new ArrayList<>();
            ObjectNode created = JSON.createObjectNode().put("type", "response.created");
            created.set("response", begun);
            events.add(named(created));
            for (String word : List.of("one ", "two")) {
                events.add(
                        named(
                                JSON.createObjectNode()
                                        .put("type", "response.output_text.delta")
                                        .put("item_id", "msg_1")
                                        .put("output_index", 0)
                                        .put("content_index", 0)
                                        .put("delta", word)));
            }
            ObjectNode whole = whole(told);
            for (JsonNode item : whole.path("output")) {
                ObjectNode done = JSON.createObjectNode().put("type", "response.output_item.done");
                done.set("item", item);
                events.add(named(done));
            }
            String how = "response." + whole.path("status").asString();
            ObjectNode last = JSON.createObjectNode().put("type", how);
            last.set("response", whole);
            events.add(named(last));
            return events;
        }

        private ObjectNode whole(UsageTable.Block told) {
            ObjectNode whole = JSON.createObjectNode().put("id", "resp_1").put("model", "m");
            String finish = told.line("finish", "");
            boolean cut = finish.equals("max_output_tokens");
            whole.put("object", "response").put("status", cut ? "incomplete" : "completed");
            if (cut) {
                whole.putObject("incomplete_details").put("reason", finish);
            }
            if (told.has("tier")) {
                whole.put("service_tier", told.line("tier"));
            }
            ArrayNode output = whole.putArray("output");
            for (int i = 0; i < Integer.parseInt(told.line("searches", "0")); i++) {
                search(output, "ws_" + i, "search");
                search(output, "open_" + i, "open_page");
            }
            ObjectNode part =
                    output.addObject()
                            .put("type", "message")
                            .put("id", "msg_1")
                            .put("role", "assistant")
                            .put("status", "completed")
                            .putArray("content")
                            .addObject();
            if (finish.equals("refusal")) {
                part.put("type", "refusal").put("refusal", WORDS);
            } else {
                part.put("type", "output_text").put("text", WORDS).putArray("annotations");
            }
            whole.set("usage", usage(told));
            return whole;
        }

        private void search(ArrayNode output, String id, String action) {
            output.addObject()
                    .put("type", "web_search_call")
                    .put("id", id)
                    .put("status", "completed")
                    .putObject("action")
                    .put("type", action);
        }
    },
    MESSAGES("messages", Speaker.MESSAGES) {
        @Override
        String plain(UsageTable.Block told) {
            ObjectNode whole = head();
            whole.putArray("content").addObject().put("type", "text").put("text", WORDS);
            whole.put("stop_reason", told.line("finish", "end_turn"));
            whole.set("usage", counted(told));
            return whole.toString();
        }

        /// What has been said so far counts one token at the start, whatever it comes to.
        @Override
        List<String> events(UsageTable.Block told) {
            List<String> events = new ArrayList<>();
            ObjectNode message = head();
            message.putArray("content");
            message.set("usage", counted(told).put("output_tokens", 1));
            ((ObjectNode) message.path("usage")).remove("output_tokens_details");
            ObjectNode start = JSON.createObjectNode().put("type", "message_start");
            start.set("message", message);
            events.add(named(start));
            ObjectNode block = JSON.createObjectNode().put("type", "content_block_start");
            block.put("index", 0).putObject("content_block").put("type", "text").put("text", "");
            events.add(named(block));
            for (String word : List.of("one ", "two")) {
                ObjectNode piece = JSON.createObjectNode().put("type", "content_block_delta");
                piece.put("index", 0)
                        .putObject("delta")
                        .put("type", "text_delta")
                        .put("text", word);
                events.add(named(piece));
            }
            events.add(
                    named(
                            JSON.createObjectNode()
                                    .put("type", "content_block_stop")
                                    .put("index", 0)));
            ObjectNode delta = JSON.createObjectNode().put("type", "message_delta");
            delta.putObject("delta").put("stop_reason", told.line("finish", "end_turn"));
            delta.set("usage", counted(told));
            events.add(named(delta));
            events.add(named(JSON.createObjectNode().put("type", "message_stop")));
            return events;
        }

        private ObjectNode head() {
            return JSON.createObjectNode()
                    .put("id", "msg_1")
                    .put("type", "message")
                    .put("role", "assistant")
                    .put("model", "m");
        }

        private ObjectNode counted(UsageTable.Block told) {
            ObjectNode usage = (ObjectNode) usage(told);
            if (told.has("tier")) {
                usage.put("service_tier", told.line("tier"));
            }
            if (told.has("searches")) {
                usage.putObject("server_tool_use")
                        .put("web_search_requests", Integer.parseInt(told.line("searches")));
            }
            return usage;
        }
    },
    GEMINI("gemini", Speaker.GEMINI) {
        @Override
        String plain(UsageTable.Block told) {
            ObjectNode whole = chunk(told, WORDS);
            finish(whole, told);
            whole.set("usageMetadata", usage(told));
            return whole.toString();
        }

        /// The input is counted with the first words, the output with the last.
        @Override
        List<String> events(UsageTable.Block told) {
            ObjectNode first = chunk(told, "one ");
            ObjectNode begun = (ObjectNode) usage(told);
            List.of("candidatesTokenCount", "candidatesTokensDetails", "thoughtsTokenCount")
                    .forEach(begun::remove);
            first.set("usageMetadata", begun);
            ObjectNode second = chunk(told, "two");
            ObjectNode last = chunk(told, "");
            finish(last, told);
            last.set("usageMetadata", usage(told));
            return told.line("finish", "").equals("blocked")
                    ? List.of(data(last))
                    : List.of(data(first), data(second), data(last));
        }

        private ObjectNode chunk(UsageTable.Block told, String text) {
            ObjectNode chunk = JSON.createObjectNode().put("modelVersion", "m");
            if (told.line("finish", "").equals("blocked")) {
                chunk.putObject("promptFeedback").put("blockReason", "SAFETY");
                return chunk;
            }
            ObjectNode candidate = chunk.putArray("candidates").addObject().put("index", 0);
            ObjectNode content = candidate.putObject("content").put("role", "model");
            content.putArray("parts").addObject().put("text", text);
            int searches = Integer.parseInt(told.line("searches", "0"));
            if (searches > 0) {
                ArrayNode queries =
                        candidate.putObject("groundingMetadata").putArray("webSearchQueries");
                for (int i = 0; i < searches; i++) {
                    queries.add("query " + i);
                }
            }
            return chunk;
        }

        private void finish(ObjectNode chunk, UsageTable.Block told) {
            if (chunk.has("candidates")) {
                ((ObjectNode) chunk.at("/candidates/0"))
                        .put("finishReason", told.line("finish", "STOP"));
            }
        }
    };

    private static final JsonMapper JSON = new JsonMapper();
    private static final String WORDS = "one two";

    /// Events up to the second word, for a stream that ends there.
    private static final String SECOND_WORD = "\"two\"";

    final String family;

    /// The client of the same dialect.
    final Speaker client;

    ProviderWords(String family, Speaker client) {
        this.family = family;
        this.client = client;
    }

    abstract String plain(UsageTable.Block told);

    abstract List<String> events(UsageTable.Block told);

    /// The events until both words were said.
    List<String> begun(UsageTable.Block told) {
        List<String> events = events(told);
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).contains(SECOND_WORD)) {
                return events.subList(0, i + 1);
            }
        }
        throw new IllegalStateException("the second word is never said");
    }

    private static JsonNode usage(UsageTable.Block told) {
        return JSON.readTree(told.line("usage"));
    }

    private static String data(ObjectNode event) {
        return "data: " + event + "\n\n";
    }

    private static String named(ObjectNode event) {
        return "event: " + event.path("type").asString() + "\n" + data(event);
    }
}
