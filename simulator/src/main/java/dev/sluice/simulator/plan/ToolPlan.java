package dev.sluice.simulator.plan;

import static dev.sluice.simulator.script.Directive.ARGS;
import static dev.sluice.simulator.script.Directive.CALL;
import static dev.sluice.simulator.script.Directive.ROUNDS;

import dev.sluice.simulator.answer.SchemaSample;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Decides which tools the model calls and with what: when told to, by the request or by a
/// directive, or when the user speaks of the weather or names a tool; two at once when the user
/// says "parallel" or names two cities.
final class ToolPlan {

    private static final List<String> CITIES =
            List.of(
                    "Paris",
                    "London",
                    "Berlin",
                    "Tokyo",
                    "Rome",
                    "Madrid",
                    "Vienna",
                    "Oslo",
                    "Boston",
                    "Chicago",
                    "Sydney",
                    "New York",
                    "San Francisco",
                    "Los Angeles");

    private final Question question;
    private final Directives directives;
    private final Seed seed;

    ToolPlan(Question question, Directives directives, Seed seed) {
        this.question = question;
        this.directives = directives;
        this.seed = seed;
    }

    /// Whether a directive wants tools called in this turn and the client runs one of them: agents
    /// make calls beside the conversation, for a title, which have other tools or none.
    boolean isTold() {
        return question.toolRounds() < directives.number(ROUNDS, 1)
                && question.toolChoice().mode() != ToolChoice.Mode.NONE
                && !told().isEmpty();
    }

    private List<Tool> told() {
        List<Tool> told = new ArrayList<>();
        for (String name : directives.text(CALL, "").split(",", -1)) {
            question.tools().stream().filter(tool -> tool.name().equals(name)).forEach(told::add);
        }
        return told;
    }

    /// As many calls as there are tools or arguments; whichever there are less of repeats its last.
    private List<ToolCall> madeAsTold() {
        List<Tool> tools = told();
        List<String> arguments = arguments();
        int count = question.parallel() ? Math.max(tools.size(), arguments.size()) : 1;
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Tool tool = tools.get(Math.min(i, tools.size() - 1));
            ToolCall usual = call(tool, i, null);
            String said =
                    arguments.isEmpty()
                            ? usual.arguments()
                            : arguments.get(Math.min(i, arguments.size() - 1));
            calls.add(new ToolCall(usual.key(), tool.name(), said, tool.freeText()));
        }
        return calls;
    }

    private List<String> arguments() {
        String written = directives.text(ARGS, "");
        if (!written.startsWith("[")) {
            return written.isEmpty() ? List.of() : List.of(written);
        }
        try {
            return Json.MAPPER
                    .readTree(written)
                    .valueStream()
                    .map(one -> one.isString() ? one.stringValue() : one.toString())
                    .toList();
        } catch (JacksonException e) {
            throw Json.bad("The directive args is no JSON array: " + e.getOriginalMessage());
        }
    }

    /// Empty where the model answers with text.
    List<ToolCall> calls() {
        if (isTold()) {
            return madeAsTold();
        }
        ToolChoice choice = question.toolChoice();
        if (question.toolRounds() > 0
                || directives.has(CALL)
                || choice.mode() == ToolChoice.Mode.NONE) {
            return List.of();
        }
        List<Tool> wanted = question.tools().stream().filter(choice::allows).toList();
        boolean forced = choice.mode() == ToolChoice.Mode.FORCED;
        return wanted.isEmpty() || !(forced || asksFor(wanted)) ? List.of() : made(wanted);
    }

    private boolean asksFor(List<Tool> tools) {
        String text = question.lastUserText().toLowerCase(Locale.ROOT);
        return text.contains("weather")
                || tools.stream()
                        .anyMatch(tool -> text.contains(tool.name().toLowerCase(Locale.ROOT)));
    }

    private List<ToolCall> made(List<Tool> tools) {
        List<String> cities = cities();
        boolean two =
                cities.size() > 1
                        || question.lastUserText().toLowerCase(Locale.ROOT).contains("parallel");
        int count = two && question.parallel() ? 2 : 1;
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Several cities are one tool asked twice; otherwise every tool gets its turn.
            Tool tool = cities.size() > 1 ? tools.getFirst() : tools.get(i % tools.size());
            calls.add(call(tool, i, i < cities.size() ? cities.get(i) : null));
        }
        return calls;
    }

    private ToolCall call(Tool tool, int index, @Nullable String city) {
        Seed own = seed.part("tool" + index);
        String key = own.head(24);
        if (tool.freeText()) {
            return new ToolCall(key, tool.name(), "input for " + tool.name(), true);
        }
        String place = city == null ? "Paris" : city;
        Map<String, String> known = Map.of("city", place, "location", place, "place", place);
        JsonNode schema = tool.schema();
        JsonNode arguments =
                schema.isObject() ? new SchemaSample(schema, own, known).value() : Json.object();
        return new ToolCall(key, tool.name(), arguments.toString(), false);
    }

    private List<String> cities() {
        String text = question.lastUserText();
        return CITIES.stream().filter(text::contains).toList();
    }
}
