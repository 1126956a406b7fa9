package dev.sluice.simulator.anthropic;

import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Form;
import dev.sluice.simulator.plan.Question;
import dev.sluice.simulator.plan.Tool;
import dev.sluice.simulator.plan.ToolChoice;
import dev.sluice.simulator.plan.ToolChoice.Mode;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A messages request, read and checked as far as a provider would.
record MessagesRequest(
        JsonNode root, String model, boolean stream, long maxTokens, Directives directives) {

    private static final Set<String> DELIVERY = Set.of("stream", "max_tokens", "metadata");
    private static final long USUAL_BUDGET = 128;

    /// @param counting only the tokens are asked for: no limit is needed
    static MessagesRequest read(Buffer body, boolean counting) {
        JsonNode root = Json.body(body);
        String asked = Json.text(root, "model");
        if (asked.isEmpty()) {
            throw Json.bad("model: Field required");
        }
        if (!counting && root.path("max_tokens").isMissingNode()) {
            throw Json.bad("max_tokens: Field required");
        }
        long most = Json.integer(root, "max_tokens", Question.NO_LIMIT, 1, Long.MAX_VALUE);
        MessagesRequest request =
                new MessagesRequest(
                        root,
                        Directives.bareModel(asked),
                        Json.flag(root, "stream"),
                        most,
                        Directives.ofModel(asked).plus(Directives.inText(lastUserText(root))));
        MessagesRules.check(root, most);
        return request;
    }

    Question question() {
        return new Question(
                seed(),
                lastUserText(root),
                toolRounds(),
                tools(),
                toolChoice(),
                !Json.flag(root.path("tool_choice"), "disable_parallel_tool_use"),
                1,
                maxTokens,
                stops(),
                thinking(),
                form());
    }

    private Seed seed() {
        return Json.seed(root, model, DELIVERY);
    }

    private static String lastUserText(JsonNode root) {
        String text = "";
        for (JsonNode message : root.path("messages")) {
            String said = textOf(message.path("content"));
            if (Json.text(message, "role").equals("user") && !said.isEmpty()) {
                text = said;
            }
        }
        return text;
    }

    private static String textOf(JsonNode content) {
        if (content.isString()) {
            return content.stringValue();
        }
        StringBuilder text = new StringBuilder();
        content.forEach(block -> text.append(Json.text(block, "text")));
        return text.toString();
    }

    private int toolRounds() {
        int rounds = 0;
        for (JsonNode message : root.path("messages")) {
            if (Json.text(message, "role").equals("user")) {
                boolean results =
                        message.path("content")
                                .valueStream()
                                .anyMatch(block -> Json.text(block, "type").equals("tool_result"));
                rounds = results ? rounds + 1 : 0;
            }
        }
        return rounds;
    }

    private List<Tool> tools() {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : root.path("tools")) {
            if (!isServerTool(tool)) {
                tools.add(new Tool(Json.text(tool, "name"), tool.path("input_schema"), false));
            }
        }
        return tools;
    }

    private static boolean isServerTool(JsonNode tool) {
        String type = Json.text(tool, "type");
        return type.startsWith("web_") || type.startsWith("code_execution");
    }

    /// Whether the provider itself is to search the web.
    boolean searches() {
        return root.path("tools")
                .valueStream()
                .anyMatch(tool -> Json.text(tool, "type").startsWith("web_search"));
    }

    private ToolChoice toolChoice() {
        JsonNode choice = root.path("tool_choice");
        return switch (Json.text(choice, "type")) {
            case "any" -> new ToolChoice(Mode.FORCED, List.of());
            case "tool" -> new ToolChoice(Mode.FORCED, List.of(Json.text(choice, "name")));
            case "none" -> new ToolChoice(Mode.NONE, List.of());
            default -> ToolChoice.AUTO;
        };
    }

    private List<String> stops() {
        return root.path("stop_sequences")
                .valueStream()
                .map(stop -> stop.asString(""))
                .filter(stop -> !stop.isEmpty())
                .toList();
    }

    private long thinking() {
        JsonNode thinking = root.path("thinking");
        return switch (Json.text(thinking, "type")) {
            case "enabled" -> Math.min(USUAL_BUDGET, thinking.path("budget_tokens").asLong(0));
            case "adaptive" -> {
                String effort = Json.text(root.path("output_config"), "effort");
                yield Question.thinkingOf(effort.isEmpty() ? "high" : effort);
            }
            case "disabled" -> 0;
            default -> Question.AS_THE_MODEL_DOES;
        };
    }

    JsonNode format() {
        JsonNode newer = root.path("output_config").path("format");
        return newer.isObject() ? newer : root.path("output_format");
    }

    private Form form() {
        JsonNode schema = format().path("schema");
        return schema.isObject() ? new Form.Fitting(schema) : Form.PROSE;
    }
}
