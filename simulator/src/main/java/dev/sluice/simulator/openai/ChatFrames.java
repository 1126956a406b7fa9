package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.EMPTY_FIRST;
import static dev.sluice.simulator.script.Directive.NO_FINISH;
import static dev.sluice.simulator.script.Directive.NO_ROLE;
import static dev.sluice.simulator.script.Directive.REASONING_CONTENT;
import static dev.sluice.simulator.script.Directive.USAGE_ALWAYS;
import static dev.sluice.simulator.script.Directive.USAGE_EVERY;
import static dev.sluice.simulator.script.Directive.USAGE_WITH_FINISH;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Pieces;
import dev.sluice.simulator.plan.ToolCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A chat completion as a stream of events: role, reasoning, content, tool calls, finish, usage.
/// The choices of an `n` take turns. Events are made when asked for.
final class ChatFrames implements Iterator<Frame> {

    /// A step of one choice.
    ///
    /// @param tokens the tokens this step makes visible or uses up
    private record Step(
            Choice choice,
            ObjectNode delta,
            @Nullable String finish,
            @Nullable JsonNode logprobs,
            long tokens,
            long reasoning) {}

    private final ChatPlan plan;
    private final UsageJson usageJson;
    private final Deque<Iterator<Step>> turns = new ArrayDeque<>();
    private final boolean reportsUsage;
    private final boolean usageEvery;
    private final boolean usageWithFinish;
    private boolean emptyFirst;
    private boolean usageLeft;
    private int finishesLeft;
    private long completion;
    private long reasoning;

    private ChatFrames(ChatPlan plan) {
        this.plan = plan;
        this.usageJson = new UsageJson(plan.directives());
        plan.plan().choices().forEach(choice -> turns.add(steps(choice)));
        this.reportsUsage =
                (plan.request().includeUsage() || plan.directives().flag(USAGE_ALWAYS))
                        && usageJson.chat(plan.usage()) != null;
        this.usageEvery = plan.directives().flag(USAGE_EVERY);
        this.usageWithFinish = plan.directives().flag(USAGE_WITH_FINISH);
        this.emptyFirst = plan.directives().flag(EMPTY_FIRST);
        this.usageLeft = reportsUsage && !usageWithFinish;
        this.finishesLeft = plan.plan().choices().size();
    }

    static Answer of(ChatPlan plan) {
        Frame error = Frame.of(Failures.inStream(plan.directives()));
        return Answer.Streamed.sse(new ChatFrames(plan), Frame.of("[DONE]"), error, plan.usage());
    }

    @Override
    public boolean hasNext() {
        return emptyFirst || !turns.isEmpty() || usageLeft;
    }

    @Override
    public Frame next() {
        if (emptyFirst) {
            emptyFirst = false;
            ObjectNode first = chunk();
            first.putArray("prompt_filter_results").addObject().put("prompt_index", 0);
            return new Frame(null, first.toString(), null, null);
        }
        Iterator<Step> turn = turns.poll();
        if (turn == null) {
            return usageFrame();
        }
        Step step = turn.next();
        if (turn.hasNext()) {
            turns.add(turn);
        }
        return frame(step);
    }

    private ObjectNode chunk() {
        ObjectNode chunk = ChatPlain.head(plan, "chat.completion.chunk");
        chunk.putArray("choices");
        return chunk;
    }

    private Frame usageFrame() {
        if (!usageLeft) {
            throw new NoSuchElementException("the completion is over");
        }
        usageLeft = false;
        ObjectNode chunk = chunk();
        JsonNode usage = usageJson.chat(plan.usage());
        chunk.set("usage", usage);
        return new Frame(null, chunk.toString(), plan.usage(), String.valueOf(usage));
    }

    private Frame frame(Step step) {
        completion += step.tokens();
        reasoning += step.reasoning();
        TrueUsage soFar = plan.usage().withCompletion(completion, reasoning, 0);
        ObjectNode chunk = chunk();
        ObjectNode choice = ((ArrayNode) chunk.get("choices")).addObject();
        choice.put("index", step.choice().index());
        choice.set("delta", step.delta());
        choice.set("logprobs", step.logprobs());
        choice.put("finish_reason", step.finish());
        boolean last = step.finish() != null && --finishesLeft == 0;
        String reported = null;
        if (usageEvery || (reportsUsage && usageWithFinish && last)) {
            JsonNode usage = usageJson.chat(soFar);
            chunk.set("usage", usage);
            reported = String.valueOf(usage);
        } else if (plan.request().includeUsage()) {
            chunk.putNull("usage");
        }
        return new Frame(null, chunk.toString(), soFar, reported);
    }

    private Iterator<Step> steps(Choice choice) {
        Stream<Step> first = Stream.concat(Stream.of(role(choice)), thoughts(choice));
        Stream<Step> said = Stream.concat(content(choice), toolSteps(choice));
        Stream<Step> last =
                plan.directives().flag(NO_FINISH) ? Stream.of() : Stream.of(finish(choice));
        return Stream.concat(Stream.concat(first, said), last).iterator();
    }

    private boolean showsReasoning() {
        return plan.directives().flag(REASONING_CONTENT);
    }

    /// Hidden reasoning is over, and paid for, when the first event arrives.
    private Step role(Choice choice) {
        ObjectNode delta = Json.object();
        if (!plan.directives().flag(NO_ROLE)) {
            delta.put("role", "assistant");
        }
        delta.put("content", choice.toolCalls().isEmpty() ? "" : null);
        delta.putNull("refusal");
        long hidden = showsReasoning() ? 0 : choice.reasoning();
        return new Step(choice, delta, null, null, hidden, hidden);
    }

    private Stream<Step> thoughts(Choice choice) {
        if (!showsReasoning()) {
            return Stream.of();
        }
        return Pieces.of(plan.plan(), choice.reasoningText())
                .map(piece -> {
                    long tokens = Tokens.count(piece);
                    ObjectNode delta = Json.object().put("reasoning_content", piece);
                    return new Step(choice, delta, null, null, tokens, tokens);
                });
    }

    private Stream<Step> content(Choice choice) {
        String field = choice.refusal() ? "refusal" : "content";
        return Pieces.ofText(plan.plan(), choice)
                .map(piece -> {
                    ObjectNode delta = Json.object().put(field, piece);
                    JsonNode probabilities =
                            plan.request().logprobs() ? ChatPlain.logprobs(plan, piece) : null;
                    return new Step(choice, delta, null, probabilities, Tokens.count(piece), 0);
                });
    }

    private Stream<Step> toolSteps(Choice choice) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < choice.toolCalls().size(); i++) {
            ToolCall call = choice.toolCalls().get(i);
            steps.add(fragment(choice, call, i, call.name(), true));
            for (String piece : Pieces.of(plan.plan(), call.arguments()).toList()) {
                steps.add(fragment(choice, call, i, piece, false));
            }
        }
        return steps.stream();
    }

    private Step fragment(Choice choice, ToolCall call, int index, String text, boolean first) {
        ObjectNode delta = Json.object();
        ObjectNode whole = ChatPlain.toolCall(call, "");
        String kind = call.freeText() ? "custom" : "function";
        String field = call.freeText() ? "input" : "arguments";
        ObjectNode part = Json.object().put(field, text);
        if (plan.legacyTools()) {
            delta.set("function_call", first ? whole.get(kind) : part);
        } else {
            ObjectNode entry = delta.putArray("tool_calls").addObject().put("index", index);
            if (first) {
                whole.properties().forEach(f -> entry.set(f.getKey(), f.getValue()));
            } else {
                entry.set(kind, part);
            }
        }
        return new Step(choice, delta, null, null, Tokens.count(text), 0);
    }

    private Step finish(Choice choice) {
        ObjectNode delta = Json.object();
        if (choice.cited()) {
            delta.putArray("annotations").add(ChatPlain.citation(choice));
        }
        return new Step(choice, delta, plan.finish(choice), null, 0, 0);
    }
}
