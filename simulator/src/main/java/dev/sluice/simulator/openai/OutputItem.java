package dev.sluice.simulator.openai;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Choice.Finish;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.Seal;
import dev.sluice.simulator.plan.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One item of a response's output.
sealed interface OutputItem {

    String id();

    /// What the model thought.
    ///
    /// @param summary what is shown of it; null for nothing
    /// @param sealed what the client sends back; null where it did not ask for it
    record Thought(String id, Choice choice, @Nullable String summary, @Nullable String sealed)
            implements OutputItem {}

    record Search(String id) implements OutputItem {}

    record Message(String id, Choice choice) implements OutputItem {}

    /// A call of a tool.
    ///
    /// @param tool how the client knows it
    record Call(String id, ToolCall call, ResponseTools.Placed tool, boolean cut)
            implements OutputItem {

        private static Call of(ToolCall call, ResponseTools.Placed tool, boolean cut) {
            return new Call(tool.idPrefix() + call.key(), call, tool, cut);
        }

        private String field() {
            return call.freeText() ? "input" : "arguments";
        }

        private ObjectNode begin(ObjectNode out) {
            out.put("type", tool.callType())
                    .put("status", "in_progress")
                    .put("call_id", "call_" + call.key());
            if (tool.isSearch()) {
                out.put("execution", "client").putObject("arguments");
                return out;
            }
            if (!tool.namespace().isEmpty()) {
                out.put("namespace", tool.namespace());
            }
            return out.put("name", tool.name()).put(field(), "");
        }

        private void end(ObjectNode out) {
            out.put("status", cut ? "incomplete" : "completed");
            if (tool.isSearch()) {
                out.set("arguments", cut ? Json.object() : Json.MAPPER.readTree(call.arguments()));
            } else {
                out.put(field(), call.arguments());
            }
        }
    }

    static List<OutputItem> of(ResponseRequest request, Plan plan) {
        Choice choice = plan.choices().getFirst();
        String key = plan.question().seed().head(24);
        List<OutputItem> items = new ArrayList<>();
        if (choice.reasoning() > 0) {
            String text = choice.reasoningText();
            items.add(
                    new Thought(
                            "rs_" + key,
                            choice,
                            request.wantsSummary() ? text : null,
                            request.wantsSealedThoughts() ? Seal.of("reasoning", text) : null));
        }
        for (long i = 0; i < plan.usage().searches(); i++) {
            items.add(new Search("ws_" + plan.question().seed().part("search" + i).head(24)));
        }
        List<ToolCall> calls = choice.toolCalls();
        if (!choice.text().isEmpty() || (plan.endless() && calls.isEmpty())) {
            items.add(new Message("msg_" + key, choice));
        }
        for (ToolCall call : calls) {
            boolean last = call.equals(calls.getLast());
            ResponseTools.Placed tool = request.tools().called(call.name());
            items.add(Call.of(call, tool, last && choice.finish() == Finish.LENGTH));
        }
        return items;
    }

    /// As it stands in `output_item.added`: nothing of what comes in pieces.
    default ObjectNode begun() {
        ObjectNode out = Json.object().put("id", id());
        switch (this) {
            case Thought thought -> out.put("type", "reasoning").putArray("summary");
            case Search search -> out.put("type", "web_search_call").put("status", "in_progress");
            case Message message ->
                    out.put("type", "message")
                            .put("status", "in_progress")
                            .put("role", "assistant")
                            .putArray("content");
            case Call call -> call.begin(out);
        }
        return out;
    }

    /// As it stands in `output_item.done` and in the response.
    default ObjectNode done() {
        ObjectNode out = begun();
        switch (this) {
            case Thought thought -> {
                if (thought.summary() != null) {
                    out.putArray("summary").add(summaryPart(thought.summary()));
                }
                if (thought.sealed() != null) {
                    out.put("encrypted_content", thought.sealed());
                }
            }
            case Search search ->
                    out.put("status", "completed")
                            .putObject("action")
                            .put("type", "search")
                            .put("query", "simulated");
            case Message message -> {
                boolean cut = message.choice().finish() == Finish.LENGTH;
                out.put("status", cut ? "incomplete" : "completed");
                out.putArray("content").add(part(message.choice()));
            }
            case Call call -> call.end(out);
        }
        return out;
    }

    static ObjectNode summaryPart(String text) {
        return Json.object().put("type", "summary_text").put("text", text);
    }

    /// The one content part of a message.
    static ObjectNode part(Choice choice) {
        if (choice.refusal()) {
            return Json.object().put("type", "refusal").put("refusal", choice.text());
        }
        ObjectNode out = emptyPart(choice).put("text", choice.text());
        if (choice.cited()) {
            out.putArray("annotations").add(citation(choice));
        }
        return out;
    }

    static ObjectNode emptyPart(Choice choice) {
        if (choice.refusal()) {
            return Json.object().put("type", "refusal").put("refusal", "");
        }
        ObjectNode out = Json.object().put("type", "output_text").put("text", "");
        out.putArray("annotations");
        out.putArray("logprobs");
        return out;
    }

    static ObjectNode citation(Choice choice) {
        return Json.object()
                .put("type", "url_citation")
                .put("start_index", 0)
                .put("end_index", choice.text().length())
                .put("title", "Simulated source")
                .put("url", "https://example.org/simulated");
    }
}
