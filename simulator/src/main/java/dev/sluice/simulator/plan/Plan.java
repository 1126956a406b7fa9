package dev.sluice.simulator.plan;

import static dev.sluice.simulator.script.Directive.ENDLESS;
import static dev.sluice.simulator.script.Directive.IGNORE_MAX;
import static dev.sluice.simulator.script.Directive.REASONING;
import static dev.sluice.simulator.script.Directive.REFUSAL;
import static dev.sluice.simulator.script.Directive.TEXT;
import static dev.sluice.simulator.script.Directive.TOKENS;

import dev.sluice.simulator.answer.Prose;
import dev.sluice.simulator.answer.SchemaSample;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Choice.Finish;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything an answer says and uses, decided before its first byte.
public record Plan(
        Question question, Directives directives, List<Choice> choices, TrueUsage usage) {

    private static final long USUAL_TOKENS = 40;
    private static final long USUAL_THINKING = 128;
    private static final long DAY_SECONDS = 86_400;

    /// Decides the answer.
    ///
    /// @param input what the prompt uses
    public static Plan of(Question question, Directives directives, Model model, TrueUsage input) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < question.choices(); i++) {
            Seed own = i == 0 ? question.seed() : question.seed().part("choice" + i);
            choices.add(choice(i, own, question, directives, model, input.searches() > 0));
        }
        long completion = choices.stream().mapToLong(Choice::tokens).sum();
        long reasoning = choices.stream().mapToLong(Choice::reasoning).sum();
        return new Plan(
                question, directives, choices, input.withCompletion(completion, reasoning, 0));
    }

    /// Whether a model has room for this prompt and for what it may answer.
    public static boolean fits(Model model, long promptTokens, long maxTokens) {
        long room = model.context() - promptTokens;
        return room >= 1 && (maxTokens == Question.NO_LIMIT || maxTokens <= model.context());
    }

    private static Choice choice(
            int index,
            Seed seed,
            Question question,
            Directives directives,
            Model model,
            boolean searched) {
        long limit = directives.flag(IGNORE_MAX) ? Question.NO_LIMIT : question.maxTokens();
        long thought = thinking(question, directives, model);
        long reasoning = Math.min(limit, thought);
        long room = limit - reasoning;
        boolean cut = reasoning < thought;
        ToolPlan toolPlan = new ToolPlan(question, directives, seed);
        boolean talks = !toolPlan.isTold() && (directives.flag(REFUSAL) || directives.has(TEXT));
        List<ToolCall> wanted = talks ? List.of() : toolPlan.calls();
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
            calls.add(new ToolCall(call.key(), call.name(), arguments, call.freeText()));
        }
        String said = wanted.isEmpty() ? text(seed, question, directives) : "";
        String stop = firstStop(said, question);
        String whole = stop == null ? said : said.substring(0, said.indexOf(stop));
        String text = Tokens.head(whole, room);
        cut |= text.length() < whole.length();
        return new Choice(
                index,
                reasoning,
                Prose.ofTokens(seed.part("reasoning"), reasoning),
                text,
                directives.flag(REFUSAL),
                calls,
                finish(cut, calls, stop),
                cut ? null : stop,
                searched && calls.isEmpty());
    }

    private static Finish finish(boolean cut, List<ToolCall> calls, @Nullable String stop) {
        if (cut) {
            return Finish.LENGTH;
        }
        if (!calls.isEmpty()) {
            return Finish.TOOL_CALLS;
        }
        return stop == null ? Finish.DONE : Finish.STOP_SEQUENCE;
    }

    private static long thinking(Question question, Directives directives, Model model) {
        long usual = question.thinking();
        if (usual == Question.AS_THE_MODEL_DOES) {
            usual = model.reasons() ? USUAL_THINKING : 0;
        }
        return Math.max(0, directives.number(REASONING, usual));
    }

    private static String text(Seed seed, Question question, Directives directives) {
        if (directives.has(TEXT)) {
            return directives.text(TEXT, "");
        }
        if (directives.flag(REFUSAL)) {
            return "I'm sorry, I can't help with that.";
        }
        return switch (question.form()) {
            case Form.Fitting fitting ->
                    new SchemaSample(fitting.schema(), seed, Map.of()).value().toString();
            case Form.AnyObject any -> "{\"answer\":\"" + seed.head(8) + "\",\"ok\":true}";
            case Form.Word(String word) -> word;
            case Form.Prose prose -> Prose.ofTokens(seed, usualLength(seed, directives));
        };
    }

    private static long usualLength(Seed seed, Directives directives) {
        long spread = Math.floorMod(seed.number(), 9L) - 4;
        return Math.max(0, directives.number(TOKENS, USUAL_TOKENS + spread));
    }

    /// The stop sequence that comes first; null where none occurs.
    private static @Nullable String firstStop(String text, Question question) {
        String first = null;
        int end = text.length();
        for (String stop : question.stops()) {
            int at = text.indexOf(stop);
            if (at >= 0 && at < end) {
                end = at;
                first = stop;
            }
        }
        return first;
    }

    public boolean endless() {
        return directives.flag(ENDLESS);
    }

    /// A second in 2026 that depends on the request alone.
    public long created() {
        return 1_767_225_600L + Math.floorMod(question.seed().number(), 300L * DAY_SECONDS);
    }
}
