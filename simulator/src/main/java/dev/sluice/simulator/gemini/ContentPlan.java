package dev.sluice.simulator.gemini;

import static dev.sluice.simulator.script.Directive.FINISH;
import static dev.sluice.simulator.script.Directive.NO_FINISH;
import static dev.sluice.simulator.script.Directive.SEARCHES;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Framing;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.plan.Pieces;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.Seal;
import dev.sluice.simulator.plan.Step;
import dev.sluice.simulator.plan.StepFrames;
import dev.sluice.simulator.plan.ToolCall;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The plan of an answer, written as one document or as a stream of documents of the same shape.
record ContentPlan(ContentRequest request, Plan plan, UsageMetadata metadata) {

    private static final String BLOCKED = "blocked";

    static ContentPlan of(
            ContentRequest request,
            Directives directives,
            Model model,
            PrefixMemory memory,
            String account) {
        long searches = directives.number(SEARCHES, request.searches() ? 1 : 0);
        ContentPrompt prompt = ContentPrompt.of(request, searches);
        if (!Plan.fits(model, prompt.count().total(), request.maxTokens())) {
            throw Json.bad(
                    "The input token count (%d) exceeds the maximum number of tokens allowed (%d)."
                            .formatted(prompt.count().total(), model.context()));
        }
        if (model.reasons()) {
            ContentRules.signedCalls(request.root().path("contents"));
        }
        long seen = memory.seenTokens(account, model.id(), prompt.prefixes());
        TrueUsage input = prompt.count().usage(directives, seen, 0, 0);
        Plan plan = Plan.of(request.question(), directives, model, input);
        return new ContentPlan(request, plan, new UsageMetadata(prompt.count(), directives));
    }

    /// What the call uses: a prompt that is blocked is answered with nothing.
    private TrueUsage usage() {
        return blocked() ? plan.usage().withCompletion(0, 0, 0) : plan.usage();
    }

    private boolean blocked() {
        return plan.directives().text(FINISH, "").equals(BLOCKED);
    }

    Answer plain() {
        ObjectNode out = document();
        if (blocked()) {
            block(out);
        } else {
            ArrayNode candidates = out.putArray("candidates");
            for (Choice choice : plan.choices()) {
                ObjectNode candidate = candidates.addObject();
                ArrayNode parts = parts(candidate);
                thoughts(choice).forEach(parts::add);
                if (!choice.text().isEmpty()) {
                    parts.add(signed(text(choice.text()), choice));
                }
                calls(choice).forEach(parts::add);
                ending(candidate, choice);
            }
        }
        String reported = tell(out, usage());
        return new Answer.Plain(200, out.toString(), usage(), reported);
    }

    /// @param array whether the stream is one JSON array instead of server-sent events
    Answer stream(boolean array) {
        List<Iterator<Step>> parts = new ArrayList<>();
        if (blocked()) {
            ObjectNode out = document();
            block(out);
            parts.add(List.of(Step.silent(null, out)).iterator());
        } else {
            plan.choices().forEach(choice -> parts.add(steps(choice).iterator()));
        }
        String error = Failures.inStream(plan.directives());
        return new Answer.Streamed(
                200,
                array ? Framing.JSON_ARRAY : Framing.SSE_CRLF,
                new StepFrames(usage(), (data, number, soFar) -> tell(data, soFar), parts),
                array ? Frame.of("]") : null,
                // The last element of an array closes it.
                Frame.of(array ? error + "]" : error),
                usage());
    }

    private @Nullable String tell(ObjectNode into, TrueUsage soFar) {
        JsonNode usage = metadata.of(soFar);
        if (usage == null) {
            return null;
        }
        into.set("usageMetadata", usage);
        return usage.toString();
    }

    private ObjectNode document() {
        return Json.object()
                .put("responseId", plan.question().seed().head(22))
                .put("modelVersion", request.model());
    }

    private static void block(ObjectNode out) {
        out.putObject("promptFeedback").put("blockReason", "SAFETY");
    }

    private static ArrayNode parts(ObjectNode candidate) {
        ObjectNode content = candidate.putObject("content").put("role", "model");
        return content.putArray("parts");
    }

    private void ending(ObjectNode candidate, Choice choice) {
        String usual =
                switch (choice.finish()) {
                    case DONE -> choice.refusal() ? "SAFETY" : "STOP";
                    case STOP_SEQUENCE, TOOL_CALLS -> "STOP";
                    case LENGTH -> "MAX_TOKENS";
                };
        candidate.put("finishReason", plan.directives().text(FINISH, usual));
        candidate.put("index", choice.index());
        if (choice.cited()) {
            ObjectNode grounding = candidate.putObject("groundingMetadata");
            ArrayNode queries = grounding.putArray("webSearchQueries");
            for (long i = 0; i < plan.usage().searches(); i++) {
                queries.add("simulated " + i);
            }
            grounding
                    .putArray("groundingChunks")
                    .addObject()
                    .putObject("web")
                    .put("uri", "https://example.org/simulated")
                    .put("title", "Simulated source");
        }
    }

    private static ObjectNode text(String text) {
        return Json.object().put("text", text);
    }

    /// Whatever the model says after thinking carries the thought's signature.
    private static ObjectNode signed(ObjectNode part, Choice choice) {
        if (choice.reasoning() > 0) {
            part.put("thoughtSignature", Seal.of("thought", choice.reasoningText()));
        }
        return part;
    }

    private List<ObjectNode> thoughts(Choice choice) {
        boolean shown = choice.reasoning() > 0 && request.showsThoughts();
        return shown ? List.of(text(choice.reasoningText()).put("thought", true)) : List.of();
    }

    /// Of several calls the first one is signed.
    private static List<ObjectNode> calls(Choice choice) {
        List<ObjectNode> parts = new ArrayList<>();
        for (ToolCall call : choice.toolCalls()) {
            ObjectNode part = Json.object();
            part.putObject("functionCall")
                    .put("id", call.key())
                    .put("name", call.name())
                    .set("args", arguments(call));
            parts.add(parts.isEmpty() ? signed(part, choice) : part);
        }
        return parts;
    }

    /// What the limit cut is no JSON any more: no arguments then.
    private static JsonNode arguments(ToolCall call) {
        try {
            return Json.MAPPER.readTree(call.arguments());
        } catch (JacksonException cut) {
            return Json.object();
        }
    }

    private Stream<Step> steps(Choice choice) {
        long hidden = request.showsThoughts() ? 0 : choice.reasoning();
        Stream<Step> thoughts =
                request.showsThoughts()
                        ? Pieces.of(plan, choice.reasoningText())
                                .map(piece -> {
                                    long tokens = Tokens.count(piece);
                                    ObjectNode part = text(piece).put("thought", true);
                                    return step(choice, part, tokens, tokens);
                                })
                        : hidden > 0
                                ? Stream.of(step(choice, text(""), hidden, hidden))
                                : Stream.of();
        Stream<Step> words =
                choice.toolCalls().isEmpty()
                        ? Pieces.ofText(plan, choice)
                                .map(piece -> step(choice, text(piece), Tokens.count(piece), 0))
                        : Stream.of();
        List<ObjectNode> parts = calls(choice);
        List<Step> last = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            ToolCall call = choice.toolCalls().get(i);
            long tokens = Tokens.count(call.name()) + Tokens.count(call.arguments());
            last.add(step(choice, parts.get(i), tokens, 0));
        }
        if (!plan.directives().flag(NO_FINISH)) {
            ObjectNode end = parts.isEmpty() ? signed(text(""), choice) : text("");
            Step step = step(choice, end, 0, 0);
            ending((ObjectNode) step.data().get("candidates").get(0), choice);
            last.add(step);
        }
        return Stream.concat(Stream.concat(thoughts, words), last.stream());
    }

    private Step step(Choice choice, ObjectNode part, long tokens, long reasoning) {
        ObjectNode out = document();
        ObjectNode candidate = out.putArray("candidates").addObject();
        parts(candidate).add(part);
        candidate.put("index", choice.index());
        return new Step(null, out, tokens, reasoning, null);
    }
}
