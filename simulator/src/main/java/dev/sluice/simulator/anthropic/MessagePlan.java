package dev.sluice.simulator.anthropic;

import static dev.sluice.simulator.script.Directive.FINISH;
import static dev.sluice.simulator.script.Directive.SEARCHES;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.Question;
import dev.sluice.simulator.script.Directives;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The plan of an answer, and how the dialect tells what plain and streamed answers share.
record MessagePlan(MessagesRequest request, Plan plan) {

    static MessagePlan of(
            MessagesRequest request,
            Directives directives,
            Model model,
            PrefixMemory memory,
            String account) {
        long searches = directives.number(SEARCHES, request.searches() ? 1 : 0);
        MessagesPrompt prompt = MessagesPrompt.of(request, searches);
        if (!Plan.fits(model, prompt.tokens(), Question.NO_LIMIT)) {
            throw Json.bad(
                    "prompt is too long: %d tokens > %d maximum"
                            .formatted(prompt.tokens(), model.context()));
        }
        if (!Plan.fits(model, prompt.tokens(), request.maxTokens())) {
            throw Json.bad(
                    "max_tokens: %d > %d, which is the maximum allowed number of output tokens"
                            .formatted(request.maxTokens(), model.context()));
        }
        TrueUsage input = prompt.usage(memory, account, model.id(), directives);
        return new MessagePlan(request, Plan.of(request.question(), directives, model, input));
    }

    /// The answer as one document.
    Answer plain() {
        ObjectNode out = message();
        ArrayNode content = (ArrayNode) out.get("content");
        Block.of(plan).forEach(block -> content.add(block.whole()));
        ending(out);
        JsonNode usage = usage(plan.usage().completion());
        if (usage != null) {
            out.set("usage", usage);
        }
        String reported = usage == null ? null : usage.toString();
        return new Answer.Plain(200, out.toString(), plan.usage(), reported);
    }

    /// A message without content and end.
    ObjectNode message() {
        ObjectNode out =
                Json.object()
                        .put("id", "msg_" + plan.question().seed().head(24))
                        .put("type", "message")
                        .put("role", "assistant")
                        .put("model", request.model());
        out.putArray("content");
        return out.putNull("stop_reason").putNull("stop_sequence");
    }

    /// Why it ended.
    void ending(ObjectNode into) {
        Choice choice = plan.choices().getFirst();
        String usual =
                switch (choice.finish()) {
                    case DONE -> choice.refusal() ? "refusal" : "end_turn";
                    case STOP_SEQUENCE -> "stop_sequence";
                    case LENGTH -> "max_tokens";
                    case TOOL_CALLS -> "tool_use";
                };
        String reason = plan.directives().text(FINISH, usual);
        into.put("stop_reason", reason);
        into.put("stop_sequence", reason.equals("stop_sequence") ? choice.stop() : null);
        if (reason.equals("refusal")) {
            into.putObject("stop_details")
                    .put("type", "refusal")
                    .put("category", "general_harms")
                    .put("explanation", "The simulated model refuses.");
        }
    }

    /// @param output tokens so far
    @Nullable JsonNode usage(long output) {
        Counts counts = new Counts(plan.directives());
        return counts.told(() -> {
            ObjectNode out = totals(counts, output);
            TrueUsage usage = plan.usage();
            ObjectNode creation = out.putObject("cache_creation");
            creation.set(
                    "ephemeral_5m_input_tokens",
                    counts.of(usage.cacheWrite() - usage.cacheWriteHour()));
            creation.set("ephemeral_1h_input_tokens", counts.of(usage.cacheWriteHour()));
            return out.put("service_tier", "standard");
        });
    }

    /// The cumulative usage of the event before the last: without the split of what was written.
    @Nullable JsonNode finalUsage() {
        Counts counts = new Counts(plan.directives());
        return counts.told(() -> totals(counts, plan.usage().completion()));
    }

    /// `input_tokens` is what the cache neither gave nor took.
    private ObjectNode totals(Counts counts, long output) {
        TrueUsage usage = plan.usage();
        ObjectNode out = Json.object();
        out.set("input_tokens", counts.of(usage.prompt() - usage.cached() - usage.cacheWrite()));
        out.set("cache_creation_input_tokens", counts.of(usage.cacheWrite()));
        out.set("cache_read_input_tokens", counts.of(usage.cached()));
        out.set("output_tokens", counts.of(output));
        if (usage.reasoning() > 0) {
            ObjectNode details = out.putObject("output_tokens_details");
            details.set("thinking_tokens", counts.of(Math.min(output, usage.reasoning())));
        }
        if (usage.searches() > 0) {
            ObjectNode tools = out.putObject("server_tool_use");
            tools.set("web_search_requests", counts.of(usage.searches()));
            tools.put("web_fetch_requests", 0);
        }
        return out;
    }
}
