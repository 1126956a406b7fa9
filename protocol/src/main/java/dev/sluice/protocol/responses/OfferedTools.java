package dev.sluice.protocol.responses;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.json.Trees;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools that a request offers, wherever it does: in `tools`, in items that add some on the
/// way, in what a search that the client ran has found.
///
/// Other dialects have one list of plain names. A tool that stands in a namespace has the namespace
/// before its name there, and gets it back in the answer; a search for tools that the client runs
/// is a tool like any other.
final class OfferedTools {

    /// The name of a search that the client runs.
    static final String SEARCH = "tool_search";

    /// Where a tool stands that is in no namespace of its own.
    private static final String USUAL = "functions";

    private static final String BETWEEN = "__";

    private static final Set<String> BRINGING = Set.of("additional_tools", "tool_search_output");

    /// What is offered.
    enum Kind {
        FUNCTION,
        FREE_TEXT,
        SEARCH
    }

    /// One of them.
    ///
    /// @param namespace null where it stands in none
    /// @param definition as the request has it
    /// @param path where the request has it
    record Offered(
            Kind kind, @Nullable String namespace, String name, JsonNode definition, String path) {}

    private final Losses losses;

    /// By the names they have in other dialects. What is offered again is as it was offered last.
    private final Map<String, Offered> tools = new LinkedHashMap<>();

    private OfferedTools(Losses losses) {
        this.losses = losses;
    }

    static OfferedTools of(JsonNode request, Losses losses) {
        OfferedTools offered = new OfferedTools(losses);
        offered.all(request.path("tools"), "tools");
        JsonNode input = request.path("input");
        for (int i = 0; i < input.size(); i++) {
            if (BRINGING.contains(Trees.stringOrEmpty(input.get(i), "type"))) {
                offered.all(input.get(i).path("tools"), "input[" + i + "].tools");
            }
        }
        return offered;
    }

    private void all(JsonNode given, String path) {
        List<JsonNode> list = Fields.elements(given, path);
        for (int i = 0; i < list.size(); i++) {
            String at = path + "[" + i + "]";
            JsonNode tool = list.get(i);
            if (Trees.stringOrEmpty(tool, "type").equals("namespace")) {
                namespace(tool, at);
            } else {
                one(tool, null, at);
            }
        }
    }

    private void namespace(JsonNode tool, String path) {
        String name = name(tool, path);
        if (!Trees.stringOrEmpty(tool, "description").isBlank()) {
            losses.drop(path + ".description");
        }
        List<JsonNode> within = Fields.elements(tool.path("tools"), path + ".tools");
        for (int i = 0; i < within.size(); i++) {
            one(within.get(i), name, path + ".tools[" + i + "]");
        }
    }

    private void one(JsonNode tool, @Nullable String namespace, String path) {
        switch (Trees.stringOrEmpty(tool, "type")) {
            case "function" -> add(Kind.FUNCTION, namespace, name(tool, path), tool, path);
            case "custom" -> add(Kind.FREE_TEXT, namespace, name(tool, path), tool, path);
            case SEARCH -> {
                // What a provider would search is offered as it is.
                if (isClients(tool)) {
                    add(Kind.SEARCH, null, SEARCH, tool, path);
                } else {
                    losses.drop(path);
                }
            }
            default -> losses.drop(path);
        }
    }

    private void add(
            Kind kind, @Nullable String namespace, String name, JsonNode tool, String path) {
        tools.put(plainName(namespace, name), new Offered(kind, namespace, name, tool, path));
    }

    private static String name(JsonNode tool, String path) {
        String name = Trees.string(tool, "name");
        if (name == null) {
            throw Fields.missing(path + ".name");
        }
        return name;
    }

    /// Whether a search, or a call of one, is the client's to run.
    static boolean isClients(JsonNode search) {
        return Trees.stringOrEmpty(search, "execution").equals("client");
    }

    /// The name of a tool in other dialects.
    static String plainName(@Nullable String namespace, String name) {
        if (namespace == null || namespace.equals(USUAL)) {
            return name;
        }
        return namespace.endsWith(BETWEEN) ? namespace + name : namespace + BETWEEN + name;
    }

    /// By the names they have in other dialects, in the order in which they were offered.
    Map<String, Offered> byName() {
        return tools;
    }

    /// Whether a choice that names tools, or namespaces, means this one.
    static boolean isAmong(Collection<String> chosen, String plainName, Offered tool) {
        String namespace = tool.namespace();
        return chosen.contains(plainName)
                || chosen.contains(tool.name())
                || (namespace != null && chosen.contains(namespace));
    }

    /// What an answer must know to tell calls as this client does, by the name in other dialects:
    /// those that are no plain functions.
    ObjectNode notes() {
        ObjectNode notes = Trees.object();
        tools.forEach((plainName, tool) -> {
            if (tool.kind() != Kind.FUNCTION || tool.namespace() != null) {
                notes.putObject(plainName)
                        .put("kind", tool.kind().name())
                        .put("namespace", tool.namespace())
                        .put("name", tool.name());
            }
        });
        return notes;
    }

    /// A tool whose call is told: a plain function where the notes say nothing.
    ///
    /// @param notes of [#notes]
    static Called called(JsonNode notes, String plainName) {
        JsonNode note = notes.get(plainName);
        return note == null
                ? new Called(Kind.FUNCTION, null, plainName)
                : new Called(
                        Kind.valueOf(Trees.stringOrEmpty(note, "kind")),
                        Trees.string(note, "namespace"),
                        Trees.stringOrEmpty(note, "name"));
    }

    /// A tool as a call names it.
    record Called(Kind kind, @Nullable String namespace, String name) {}

    /// What a search has found, in words for a model of another dialect.
    static String found(JsonNode output) {
        Map<String, Offered> found =
                of(Trees.object().set("tools", output.path("tools")), new Losses()).tools;
        if (found.isEmpty()) {
            return "No tool was found.";
        }
        List<String> lines =
                found.entrySet().stream()
                        .map(tool -> {
                            String does =
                                    Trees.stringOrEmpty(
                                            tool.getValue().definition(), "description");
                            return does.isEmpty() ? tool.getKey() : tool.getKey() + ": " + does;
                        })
                        .toList();
        return "These tools can be called now:\n" + String.join("\n", lines);
    }
}
