package dev.sluice.simulator.gemini;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Form;
import dev.sluice.simulator.plan.Question;
import dev.sluice.simulator.plan.Tool;
import dev.sluice.simulator.plan.ToolChoice;
import dev.sluice.simulator.plan.ToolChoice.Mode;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A request for content, read and checked as far as a provider would.
///
/// @param tools those the client runs
record ContentRequest(
        JsonNode root,
        String model,
        int candidates,
        long maxTokens,
        List<Tool> tools,
        Form form,
        Directives directives) {

    private static final long USUAL_BUDGET = 128;

    /// @param asked the model as written in the path, directives included
    static ContentRequest read(JsonNode given, String asked) {
        JsonNode root = Camel.of(given);
        ContentRules.check(root.path("contents"));
        JsonNode config = root.path("generationConfig");
        return new ContentRequest(
                root,
                Directives.bareModel(asked),
                Math.toIntExact(Json.integer(config, "candidateCount", 1, 1, 8)),
                Json.integer(config, "maxOutputTokens", Question.NO_LIMIT, 1, Long.MAX_VALUE),
                tools(root.path("tools")),
                form(config),
                Directives.ofModel(asked).plus(Directives.inText(lastUserText(root))));
    }

    Question question() {
        return new Question(
                Json.seed(root, model, Set.of()),
                lastUserText(root),
                toolRounds(),
                tools,
                choice(),
                true,
                candidates,
                maxTokens,
                config().path("stopSequences").valueStream().map(s -> s.asString("")).toList(),
                thinking(config().path("thinkingConfig")),
                form);
    }

    private int toolRounds() {
        int rounds = 0;
        for (JsonNode content : root.path("contents")) {
            if (!Json.text(content, "role").equals("model")) {
                boolean results =
                        content.path("parts")
                                .valueStream()
                                .anyMatch(part -> part.has("functionResponse"));
                rounds = results ? rounds + 1 : 0;
            }
        }
        return rounds;
    }

    private JsonNode config() {
        return root.path("generationConfig");
    }

    private static String lastUserText(JsonNode root) {
        String text = "";
        for (JsonNode content : root.path("contents")) {
            String said = text(content);
            if (!Json.text(content, "role").equals("model") && !said.isEmpty()) {
                text = said;
            }
        }
        return text;
    }

    /// The text of a content.
    static String text(JsonNode content) {
        StringBuilder text = new StringBuilder();
        content.path("parts").forEach(part -> text.append(Json.text(part, "text")));
        return text.toString();
    }

    private static List<Tool> tools(JsonNode given) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : given) {
            for (JsonNode function : tool.path("functionDeclarations")) {
                JsonNode whole = function.path("parametersJsonSchema");
                String at = "tools[0].function_declarations[" + tools.size() + "].parameters";
                JsonNode schema =
                        function.has("parameters")
                                ? OpenSchema.asJsonSchema(function.get("parameters"), at)
                                : whole;
                tools.add(new Tool(Json.text(function, "name"), schema, false));
            }
        }
        return tools;
    }

    private ToolChoice choice() {
        JsonNode calling = root.path("toolConfig").path("functionCallingConfig");
        List<String> names =
                calling.path("allowedFunctionNames")
                        .valueStream()
                        .map(n -> n.asString(""))
                        .toList();
        return switch (Json.text(calling, "mode")) {
            case "ANY" -> new ToolChoice(Mode.FORCED, names);
            case "NONE" -> new ToolChoice(Mode.NONE, List.of());
            default -> ToolChoice.AUTO;
        };
    }

    private static long thinking(JsonNode config) {
        String level = Json.text(config, "thinkingLevel").toLowerCase(Locale.ROOT);
        if (!level.isEmpty()) {
            return Question.thinkingOf(level);
        }
        long budget = Json.integer(config, "thinkingBudget", -1, -1, Long.MAX_VALUE);
        return budget < 0 ? Question.AS_THE_MODEL_DOES : Math.min(budget, USUAL_BUDGET);
    }

    boolean showsThoughts() {
        return Json.flag(config().path("thinkingConfig"), "includeThoughts");
    }

    /// Whether the provider itself is to search the web.
    boolean searches() {
        return root.path("tools").valueStream().anyMatch(tool -> tool.has("googleSearch"));
    }

    private static Form form(JsonNode config) {
        if (config.path("responseJsonSchema").isObject()) {
            return new Form.Fitting(config.get("responseJsonSchema"));
        }
        JsonNode schema = config.path("responseSchema");
        if (Json.text(config, "responseMimeType").equals("text/x.enum")) {
            String word = schema.path("enum").path(0).asString("");
            if (word.isEmpty()) {
                throw Json.bad("text/x.enum needs a response_schema with an enum.");
            }
            return new Form.Word(word);
        }
        if (schema.isObject()) {
            String at = "generation_config.response_schema";
            return new Form.Fitting(OpenSchema.asJsonSchema(schema, at));
        }
        boolean json = Json.text(config, "responseMimeType").equals("application/json");
        return json ? Form.ANY_OBJECT : Form.PROSE;
    }
}
