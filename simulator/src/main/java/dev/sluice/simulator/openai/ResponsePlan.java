package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.FINISH;
import static dev.sluice.simulator.script.Directive.SEARCHES;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Choice.Finish;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.script.Directives;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The plan of a response, and the response object in its states.
record ResponsePlan(ResponseRequest request, Plan plan) {

    static ResponsePlan of(
            ResponseRequest request, Directives directives, Model model, PrefixMemory memory) {
        long searches = directives.number(SEARCHES, request.tools().searches() ? 1 : 0);
        ResponsePrompt prompt = ResponsePrompt.of(request, searches);
        ChatPlan.checkContext(model, prompt.count().total(), request.maxTokens());
        long seen = memory.seenTokens(request.account(), model.id(), prompt.prefixes());
        TrueUsage input = prompt.count().usage(directives, seen, 0, 0);
        return new ResponsePlan(request, Plan.of(request.question(), directives, model, input));
    }

    String id() {
        return "resp_" + plan.question().seed().head(24);
    }

    /// The answer as one document.
    Answer plain() {
        ObjectNode out = finished();
        String reported = out.path("usage").isMissingNode() ? null : out.get("usage").toString();
        return new Answer.Plain(200, out.toString(), plan.usage(), reported);
    }

    /// Before anything was said.
    ObjectNode begun() {
        JsonNode root = request.root();
        ObjectNode out = Json.object().put("id", id()).put("object", "response");
        out.put("created_at", plan.created()).put("status", "in_progress");
        out.put("background", false).putNull("error").putNull("incomplete_details");
        for (String echoed : new String[] {"instructions", "max_output_tokens"}) {
            out.set(echoed, root.get(echoed));
        }
        out.put("model", request.model()).putArray("output");
        out.put("parallel_tool_calls", root.path("parallel_tool_calls").asBoolean(true));
        out.set("previous_response_id", root.get("previous_response_id"));
        out.putObject("reasoning")
                .put("effort", textOrNull(root.path("reasoning"), "effort"))
                .put("summary", textOrNull(root.path("reasoning"), "summary"));
        out.put("service_tier", "default").put("store", request.stored());
        out.put("temperature", BigDecimal.ONE).put("top_p", BigDecimal.ONE);
        ObjectNode text = out.putObject("text").put("verbosity", "medium");
        JsonNode format = root.path("text").path("format");
        text.set("format", format.isObject() ? format : Json.object().put("type", "text"));
        JsonNode choice = root.path("tool_choice");
        out.put("tool_choice", "auto");
        if (!choice.isMissingNode()) {
            out.set("tool_choice", choice);
        }
        out.putArray("tools").addAll(root.path("tools").valueStream().toList());
        out.put("truncation", "disabled").putNull("usage");
        JsonNode metadata = root.path("metadata");
        out.set("metadata", metadata.isObject() ? metadata : Json.object());
        return out;
    }

    private static @Nullable String textOrNull(JsonNode node, String field) {
        String text = Json.text(node, field);
        return text.isEmpty() ? null : text;
    }

    /// When all was said.
    ObjectNode finished() {
        ObjectNode out = begun();
        ArrayNode output = (ArrayNode) out.get("output");
        OutputItem.of(request, plan).forEach(item -> output.add(item.done()));
        String finish = finish();
        out.put("status", status(finish));
        if (status(finish).equals("incomplete")) {
            out.putObject("incomplete_details").put("reason", finish);
        } else if (finish.equals("failed")) {
            out.set("error", Failures.ofResponse(plan.directives()));
        } else {
            out.put("completed_at", plan.created() + 1);
        }
        JsonNode usage = usage();
        if (usage == null) {
            out.remove("usage");
        } else {
            out.set("usage", usage);
        }
        return out;
    }

    /// `completed`, `failed`, or the reason why it is incomplete.
    private String finish() {
        boolean cut = plan.choices().getFirst().finish() == Finish.LENGTH;
        return plan.directives().text(FINISH, cut ? "max_output_tokens" : "completed");
    }

    private static String status(String finish) {
        return finish.equals("completed") || finish.equals("failed") ? finish : "incomplete";
    }

    /// In mid-stream: nothing of what was said counts, no usage is told.
    ObjectNode failed() {
        ObjectNode out = begun().put("status", "failed");
        out.set("error", Failures.ofResponse(plan.directives()));
        return out;
    }

    private @Nullable JsonNode usage() {
        Counts counts = new Counts(plan.directives());
        TrueUsage usage = plan.usage();
        return counts.told(() -> {
            ObjectNode out = Json.object();
            out.set("input_tokens", counts.of(usage.prompt()));
            ObjectNode input = out.putObject("input_tokens_details");
            input.set("cached_tokens", counts.of(usage.cached()));
            input.set("cache_write_tokens", counts.of(usage.cacheWrite()));
            out.set("output_tokens", counts.of(usage.completion()));
            ObjectNode output = out.putObject("output_tokens_details");
            output.set("reasoning_tokens", counts.of(usage.reasoning()));
            out.set("total_tokens", counts.of(usage.total()));
            return out;
        });
    }
}
