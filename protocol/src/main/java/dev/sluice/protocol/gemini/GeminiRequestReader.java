package dev.sluice.protocol.gemini;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Conversation.Format;
import dev.sluice.protocol.canonical.Conversation.Reasoning;
import dev.sluice.protocol.canonical.Conversation.Role;
import dev.sluice.protocol.canonical.Conversation.Tool;
import dev.sluice.protocol.canonical.Conversation.ToolChoice;
import dev.sluice.protocol.canonical.Conversation.Turn;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An addressed request as a conversation.
final class GeminiRequestReader {

    private static final String CONFIG = "generationConfig";

    private final Losses losses;
    private final List<Turn> turns = new ArrayList<>();
    private final List<String> stops = new ArrayList<>();
    private List<Tool> tools = new ArrayList<>();
    private @Nullable ToolChoice toolChoice;
    private Set<String> allowed = Set.of();
    private @Nullable JsonNode temperature;
    private @Nullable JsonNode topP;
    private @Nullable JsonNode topK;
    private @Nullable JsonNode seed;
    private @Nullable JsonNode presencePenalty;
    private @Nullable JsonNode frequencyPenalty;
    private long limit;
    private @Nullable Reasoning reasoning;
    private boolean json;
    private @Nullable JsonNode schema;

    GeminiRequestReader(Losses losses) {
        this.losses = losses;
    }

    Conversation read(JsonNode request) {
        JsonNode system = Spelling.member(request, "systemInstruction");
        if (system != null) {
            system(system);
        }
        turns.addAll(new ContentReader(losses).read(request.path("contents")));
        for (Map.Entry<String, JsonNode> field : request.properties()) {
            if (!field.getValue().isNull()) {
                member(Spelling.camel(field.getKey()), field.getValue());
            }
        }
        if (!allowed.isEmpty()) {
            tools = tools.stream().filter(tool -> allowed.contains(tool.name())).toList();
        }
        return new Conversation(
                turns,
                tools,
                toolChoice,
                null,
                new Conversation.Sampling(
                        temperature, topP, topK, seed, presencePenalty, frequencyPenalty),
                limit > 0 ? OptionalLong.of(limit) : OptionalLong.empty(),
                stops,
                reasoning,
                format(),
                null,
                request.path("stream").asBoolean(false));
    }

    private @Nullable Format format() {
        if (schema != null) {
            return new Format.Schema(schema, null, null);
        }
        return json ? new Format.AnyJson() : null;
    }

    private void system(JsonNode system) {
        List<Block> blocks = new ArrayList<>();
        for (JsonNode part : Repeated.elements(system.path("parts"))) {
            if (part.path("text").isString()) {
                blocks.add(new Block.Text(part.path("text").stringValue()));
            } else {
                losses.drop("systemInstruction.parts[]");
            }
        }
        if (!blocks.isEmpty()) {
            turns.add(new Turn(Role.SYSTEM, blocks, "systemInstruction"));
        }
    }

    private void member(String name, JsonNode value) {
        switch (name) {
            case "model", "stream", "contents", "systemInstruction" -> {}
            case "tools" -> tools(value);
            case "toolConfig" -> toolConfig(value);
            case "generationConfig" -> {
                for (Map.Entry<String, JsonNode> field : value.properties()) {
                    if (!field.getValue().isNull()) {
                        config(Spelling.camel(field.getKey()), field.getValue());
                    }
                }
            }
            case "cachedContent" ->
                    throw Fields.wrong(
                            name,
                            "absent for this model, whose provider does not have the content");
            default -> losses.drop(name);
        }
    }

    private void tools(JsonNode value) {
        List<JsonNode> all = Repeated.messages(value, "tools");
        for (int i = 0; i < all.size(); i++) {
            String at = "tools[" + i + "]";
            for (Map.Entry<String, JsonNode> tool : all.get(i).properties()) {
                String name = Spelling.camel(tool.getKey());
                if (name.equals("functionDeclarations")) {
                    String within = at + "." + name;
                    Repeated.messages(tool.getValue(), within)
                            .forEach(one -> declaration(one, within + "[]"));
                } else if (!tool.getValue().isNull()) {
                    losses.drop(at + "." + name);
                }
            }
        }
    }

    private void declaration(JsonNode declaration, String at) {
        String name = Trees.string(declaration, "name");
        if (name == null) {
            throw Fields.missing(at + ".name");
        }
        JsonNode own = Spelling.member(declaration, "parameters");
        JsonNode standard = Spelling.member(declaration, "parametersJsonSchema");
        for (String other : List.of("response", "responseJsonSchema", "behavior")) {
            if (Spelling.member(declaration, other) != null) {
                losses.drop(at + "." + other);
            }
        }
        tools.add(
                new Tool(
                        name,
                        Trees.string(declaration, "description"),
                        own == null ? standard : OpenSchema.jsonSchema(own),
                        null));
    }

    private void toolConfig(JsonNode value) {
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (Spelling.camel(field.getKey()).equals("functionCallingConfig")) {
                calling(field.getValue());
            } else if (!field.getValue().isNull()) {
                losses.drop("toolConfig." + Spelling.camel(field.getKey()));
            }
        }
    }

    private void calling(JsonNode config) {
        List<String> names = new ArrayList<>();
        JsonNode listed = Spelling.member(config, "allowedFunctionNames");
        if (listed != null) {
            Repeated.elements(listed).forEach(name -> names.add(name.asString("")));
        }
        switch (Trees.stringOrEmpty(config, "mode").toUpperCase(Locale.ROOT)) {
            case "", "MODE_UNSPECIFIED", "AUTO" -> toolChoice = new ToolChoice.Auto();
            case "NONE" -> toolChoice = new ToolChoice.None();
            case "ANY" -> {
                allowed = Set.copyOf(names);
                toolChoice =
                        names.size() == 1
                                ? new ToolChoice.Named(names.getFirst())
                                : new ToolChoice.Required();
            }
            case "VALIDATED" -> {
                allowed = Set.copyOf(names);
                toolChoice = new ToolChoice.Auto();
                losses.drop("toolConfig.functionCallingConfig.mode");
            }
            default ->
                    throw Fields.wrong(
                            "toolConfig.functionCallingConfig.mode",
                            "AUTO, ANY, NONE or VALIDATED");
        }
    }

    private void config(String name, JsonNode value) {
        switch (name) {
            case "temperature" -> temperature = number(name, value);
            case "topP" -> topP = number(name, value);
            case "topK" -> topK = number(name, value);
            case "seed" -> seed = number(name, value);
            case "presencePenalty" -> presencePenalty = number(name, value);
            case "frequencyPenalty" -> frequencyPenalty = number(name, value);
            case "maxOutputTokens" -> limit = value.asLong(0);
            case "stopSequences" ->
                    Repeated.elements(value).forEach(stop -> stops.add(stop.asString("")));
            case "candidateCount" -> {
                if (value.asInt(1) != 1) {
                    throw Fields.wrong(CONFIG + "." + name, "1 for this model");
                }
            }
            case "responseMimeType" -> mimeType(CONFIG + "." + name, value.asString(""));
            case "responseSchema" -> schema = OpenSchema.jsonSchema(value);
            case "responseJsonSchema" -> schema = value;
            case "responseModalities" -> {
                for (JsonNode modality : Repeated.elements(value)) {
                    if (!modality.asString("").equalsIgnoreCase("TEXT")) {
                        throw Fields.wrong(CONFIG + "." + name, "TEXT for this model");
                    }
                }
            }
            case "thinkingConfig" -> thinking(value);
            default -> losses.drop(CONFIG + "." + name);
        }
    }

    /// A bare word of a list is what no other dialect can be held to: the nearest is an object.
    private void mimeType(String path, String type) {
        switch (type) {
            case "text/plain" -> {}
            case "application/json" -> json = true;
            case "text/x.enum" ->
                    throw Fields.wrong(
                            path,
                            "text/plain or application/json for this model; put the enum into"
                                    + " a member of an object");
            default -> losses.drop(path);
        }
    }

    private static JsonNode number(String name, JsonNode value) {
        if (!value.isNumber()) {
            throw Fields.wrong(CONFIG + "." + name, "a number");
        }
        return value;
    }

    /// Thoughts are shown where the provider shows them, asked for or not.
    private void thinking(JsonNode config) {
        JsonNode budget = Spelling.member(config, "thinkingBudget");
        String level = Spelling.stringOrEmpty(config, "thinkingLevel").toLowerCase(Locale.ROOT);
        if (budget != null && budget.asLong(0) == 0) {
            reasoning = new Reasoning.Off();
        } else if (budget != null && budget.asLong(0) > 0) {
            reasoning = new Reasoning.Budget(budget.asLong(0));
        } else if (Set.of("minimal", "low", "medium", "high").contains(level)) {
            reasoning = new Reasoning.Effort(level);
        }
    }
}
