package dev.sluice.simulator.openai;

import static dev.sluice.simulator.script.Directive.FINISH;
import static dev.sluice.simulator.script.Directive.SEARCHES;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Choice;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.plan.Plan;
import dev.sluice.simulator.plan.PromptCount;
import dev.sluice.simulator.plan.Question;
import dev.sluice.simulator.script.Directives;

/// The plan of a chat completion and the request it answers.
record ChatPlan(ChatRequest request, Plan plan) {

    static ChatPlan of(
            ChatRequest request,
            Directives directives,
            Model model,
            PrefixMemory memory,
            String account) {
        long searches = directives.number(SEARCHES, request.tools().searches() ? 1 : 0);
        ChatPrompt prompt = ChatPrompt.of(request, searches);
        checkContext(model, prompt.count().total(), request.maxTokens());
        PromptCount count = prompt.count();
        long seen = memory.seenTokens(account, model.id(), prompt.prefixes());
        TrueUsage input = count.usage(directives, seen, 0, 0);
        return new ChatPlan(request, Plan.of(request.question(), directives, model, input));
    }

    static void checkContext(Model model, long prompt, long maxTokens) {
        if (!Plan.fits(model, prompt, maxTokens)) {
            long wanted = maxTokens == Question.NO_LIMIT ? 1 : maxTokens;
            throw new RefusedException(
                    400,
                    "context_length_exceeded",
                    "This model's maximum context length is %d tokens. However, you requested %d"
                                    .formatted(model.context(), prompt + wanted)
                            + " tokens (%d in the messages, %d in the completion)."
                                    .formatted(prompt, wanted));
        }
    }

    Directives directives() {
        return plan.directives();
    }

    TrueUsage usage() {
        return plan.usage();
    }

    String id() {
        return "chatcmpl-" + plan.question().seed().head(24);
    }

    boolean legacyTools() {
        return request.tools().legacy();
    }

    String finish(Choice choice) {
        String usual =
                switch (choice.finish()) {
                    case DONE, STOP_SEQUENCE -> "stop";
                    case LENGTH -> "length";
                    case TOOL_CALLS -> "tool_calls";
                };
        String told = directives().text(FINISH, usual);
        return legacyTools() && told.equals("tool_calls") ? "function_call" : told;
    }
}
