package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.CACHED;
import static dev.sluice.simulator.script.Directive.CACHE_WRITE;
import static dev.sluice.simulator.script.Directive.ENDLESS;
import static dev.sluice.simulator.script.Directive.FINISH;
import static dev.sluice.simulator.script.Directive.IGNORE_MAX;
import static dev.sluice.simulator.script.Directive.REASONING;
import static dev.sluice.simulator.script.Directive.REFUSAL;
import static dev.sluice.simulator.script.Directive.SEARCHES;
import static dev.sluice.simulator.script.Directive.TEXT;
import static dev.sluice.simulator.script.Directive.TOKENS;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.answer.Prose;
import dev.sluice.simulator.answer.SchemaSample;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.openai.ToolPlan.ToolCall;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Everything a chat completion says and uses, decided before its first byte.
record ChatPlan(
        ChatRequest request,
        Directives directives,
        Seed seed,
        List<Choice> choices,
        TrueUsage usage,
        boolean legacyTools) {

    private static final long USUAL_TOKENS = 40;

    /// One of the `n` answers. Its tokens are those of reasoning, text and tool calls together.
    record Choice(
            int index,
            long reasoning,
            String reasoningText,
            String text,
            boolean refusal,
            List<ToolCall> toolCalls,
            String finish,
            boolean cited) {

        long tokens() {
            long tokens = reasoning + Tokens.count(text);
            for (ToolCall call : toolCalls) {
                tokens += Tokens.count(call.name()) + Tokens.count(call.arguments());
            }
            return tokens;
        }
    }

    static ChatPlan of(
            ChatRequest request,
            Directives directives,
            Models.Model model,
            PrefixMemory memory,
            String account) {
        Seed seed = request.seed();
        ToolPlan tools = new ToolPlan(request, seed);
        long searches = directives.number(SEARCHES, tools.searches() ? 1 : 0);
        PromptCount prompt = PromptCount.of(request, searches);
        checkContext(request, model, prompt);
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < request.choices(); i++) {
            Seed own = i == 0 ? seed : seed.part("choice" + i);
            choices.add(choice(i, own, request, directives, model, searches > 0));
        }
        long completion = choices.stream().mapToLong(Choice::tokens).sum();
        long reasoning = choices.stream().mapToLong(Choice::reasoning).sum();
        long cacheable = prompt.total() - prompt.audio();
        long seen = memory.seenTokens(account, model.id(), prompt.prefixes());
        long cached = Math.clamp(directives.number(CACHED, seen), 0, cacheable);
        long written = Math.clamp(directives.number(CACHE_WRITE, 0), 0, cacheable - cached);
        TrueUsage usage =
                new TrueUsage(
                        prompt.total(),
                        cached,
                        written,
                        prompt.audio(),
                        completion,
                        reasoning,
                        0,
                        searches);
        return new ChatPlan(request, directives, seed, choices, usage, tools.legacy());
    }

    private static void checkContext(ChatRequest request, Models.Model model, PromptCount prompt) {
        long room = model.context() - prompt.total();
        long wanted = request.maxTokens() == ChatRequest.NO_LIMIT ? 1 : request.maxTokens();
        if (room < 1 || (wanted > room && wanted > model.context())) {
            throw new RefusedException(
                    400,
                    "context_length_exceeded",
                    "This model's maximum context length is %d tokens. However, you requested %d"
                                    .formatted(model.context(), prompt.total() + wanted)
                            + " tokens (%d in the messages, %d in the completion)."
                                    .formatted(prompt.total(), wanted));
        }
    }

    private static Choice choice(
            int index,
            Seed seed,
            ChatRequest request,
            Directives directives,
            Models.Model model,
            boolean searched) {
        long limit = directives.flag(IGNORE_MAX) ? ChatRequest.NO_LIMIT : request.maxTokens();
        long thought = thinking(request, directives, model);
        long reasoning = Math.min(limit, thought);
        long room = limit - reasoning;
        boolean cut = reasoning < thought;
        List<ToolCall> wanted =
                directives.flag(REFUSAL) || directives.has(TEXT)
                        ? List.of()
                        : new ToolPlan(request, seed).calls();
        List<ToolCall> calls = new ArrayList<>();
        for (ToolCall call : wanted) {
            room -= Tokens.count(call.name());
            if (room < 0) {
                cut = true;
                break;
            }
            String arguments = Tokens.head(call.arguments(), room);
            cut |= arguments.length() < call.arguments().length();
            room -= Tokens.count(arguments);
            calls.add(new ToolCall(call.id(), call.name(), arguments, call.custom()));
        }
        String whole = wanted.isEmpty() ? untilStop(text(seed, request, directives), request) : "";
        String text = Tokens.head(whole, room);
        cut |= text.length() < whole.length();
        String finish = cut ? "length" : calls.isEmpty() ? "stop" : "tool_calls";
        return new Choice(
                index,
                reasoning,
                Prose.ofTokens(seed.part("reasoning"), reasoning),
                text,
                directives.flag(REFUSAL),
                calls,
                directives.text(FINISH, finish),
                searched && calls.isEmpty());
    }

    private static long thinking(ChatRequest request, Directives directives, Models.Model model) {
        long usual =
                switch (request.reasoningEffort()) {
                    case "none" -> 0;
                    case "minimal" -> 16;
                    case "low" -> 64;
                    case "medium" -> 128;
                    case "high" -> 256;
                    case "" -> model.reasons() ? 128 : 0;
                    default -> 512;
                };
        return Math.max(0, directives.number(REASONING, usual));
    }

    private static String text(Seed seed, ChatRequest request, Directives directives) {
        if (directives.has(TEXT)) {
            return directives.text(TEXT, "");
        }
        if (directives.flag(REFUSAL)) {
            return "I'm sorry, I can't help with that.";
        }
        JsonNode format = request.root().path("response_format");
        return switch (Json.text(format, "type")) {
            case "json_schema" ->
                    new SchemaSample(format.path("json_schema").path("schema"), seed, Map.of())
                            .value()
                            .toString();
            case "json_object" -> "{\"answer\":\"" + seed.head(8) + "\",\"ok\":true}";
            default -> Prose.ofTokens(seed, usualLength(seed, directives));
        };
    }

    private static long usualLength(Seed seed, Directives directives) {
        long spread = Math.floorMod(seed.number(), 9L) - 4;
        return Math.max(0, directives.number(TOKENS, USUAL_TOKENS + spread));
    }

    private static String untilStop(String text, ChatRequest request) {
        int end = text.length();
        for (String stop : request.stops()) {
            int at = text.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at);
        }
        return text.substring(0, end);
    }

    boolean endless() {
        return directives.flag(ENDLESS);
    }

    String id() {
        return "chatcmpl-" + seed.head(24);
    }

    /// A moment in 2026 that depends on the request alone.
    static long created(Seed seed) {
        return 1_767_225_600L + Math.floorMod(seed.number(), 300L * 86_400);
    }
}
