package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.REASONING_CONTENT;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.ToolCall;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A chat completion as one document.
final class ChatPlain {

    private ChatPlain() {}

    static Answer of(ChatPlan plan) {
        ObjectNode out = head(plan, "chat.completion");
        ArrayNode choices = out.putArray("choices");
        for (Choice choice : plan.plan().choices()) {
            ObjectNode one = choices.addObject();
            one.put("index", choice.index());
            one.set("message", message(plan, choice));
            one.set("logprobs", plan.request().logprobs() ? logprobs(plan, choice.text()) : null);
            one.put("finish_reason", plan.finish(choice));
        }
        JsonNode usage = new UsageJson(plan.directives()).chat(plan.usage());
        if (usage != null) {
            out.set("usage", usage);
        }
        String reported = usage == null ? null : usage.toString();
        return new Answer.Plain(200, out.toString(), plan.usage(), reported);
    }

    /// The fields every document and every event of a completion begins with.
    static ObjectNode head(ChatPlan plan, String object) {
        return Json.object()
                .put("id", plan.id())
                .put("object", object)
                .put("created", plan.plan().created())
                .put("model", plan.request().model())
                .put("service_tier", "default")
                .put("system_fingerprint", "fp_sim");
    }

    private static ObjectNode message(ChatPlan plan, Choice choice) {
        ObjectNode message = Json.object().put("role", "assistant");
        boolean silent = choice.refusal() || !choice.toolCalls().isEmpty();
        message.put("content", silent ? null : choice.text());
        message.put("refusal", choice.refusal() ? choice.text() : null);
        if (plan.directives().flag(REASONING_CONTENT)) {
            message.put("reasoning_content", choice.reasoningText());
        }
        ArrayNode annotations = message.putArray("annotations");
        if (choice.cited()) {
            annotations.add(citation(choice));
        }
        if (plan.legacyTools() && !choice.toolCalls().isEmpty()) {
            ToolCall call = choice.toolCalls().getFirst();
            message.putObject("function_call")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        } else if (!choice.toolCalls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            choice.toolCalls().forEach(call -> calls.add(toolCall(call, call.arguments())));
        }
        return message;
    }

    static ObjectNode toolCall(ToolCall call, String arguments) {
        ObjectNode out = Json.object().put("id", "call_" + call.key());
        if (call.freeText()) {
            out.put("type", "custom");
            out.putObject("custom").put("name", call.name()).put("input", arguments);
        } else {
            out.put("type", "function");
            out.putObject("function").put("name", call.name()).put("arguments", arguments);
        }
        return out;
    }

    static ObjectNode citation(Choice choice) {
        ObjectNode out = Json.object().put("type", "url_citation");
        out.putObject("url_citation")
                .put("start_index", 0)
                .put("end_index", choice.text().length())
                .put("title", "Simulated source")
                .put("url", "https://example.org/simulated");
        return out;
    }

    static ObjectNode logprobs(ChatPlan plan, String text) {
        long top = Json.integer(plan.request().root(), "top_logprobs", 0, 0, 20);
        ObjectNode out = Json.object();
        ArrayNode content = out.putArray("content");
        for (String token : Tokens.split(text)) {
            ObjectNode entry = token(content.addObject(), token, 0);
            ArrayNode others = entry.putArray("top_logprobs");
            for (int rank = 0; rank < top; rank++) {
                token(others.addObject(), rank == 0 ? token : token + rank, rank);
            }
        }
        out.putNull("refusal");
        return out;
    }

    private static ObjectNode token(ObjectNode into, String token, int rank) {
        into.put("token", token);
        into.put("logprob", java.math.BigDecimal.valueOf(-(125L + 500L * rank), 3));
        ArrayNode bytes = into.putArray("bytes");
        for (byte one : token.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(one & 0xff);
        }
        return into;
    }
}
