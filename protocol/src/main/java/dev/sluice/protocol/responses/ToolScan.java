package dev.sluice.protocol.responses;

import static tools.jackson.core.JsonToken.END_ARRAY;
import static tools.jackson.core.JsonToken.START_ARRAY;
import static tools.jackson.core.JsonToken.START_OBJECT;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.Fields;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// Looks through tools for those that the provider would run, which are paid for beside tokens.
final class ToolScan {

    private final Set<String> served = new HashSet<>();
    private boolean offered;
    private int serverTools;

    /// Whether any tool is offered.
    boolean offered() {
        return offered;
    }

    /// How many are the provider's.
    int serverTools() {
        return serverTools;
    }

    /// Those of the request itself.
    void ofRequest(JsonParser p) {
        if (!Fields.opens(p, START_ARRAY, "tools")) {
            return;
        }
        for (int i = 0; p.nextToken() != END_ARRAY; i++) {
            String at = "tools[" + i + "]";
            if (p.currentToken() != START_OBJECT) {
                throw Fields.wrong(at, "an object");
            }
            String type = type(p, at);
            if (type == null) {
                throw Fields.missing(at + ".type");
            }
            offered = true;
            if (isServed(type, at)) {
                served.add(type);
                serverTools++;
            }
        }
    }

    /// Those that an item brings in: `additional_tools`, what a search found. A conversation is
    /// told again with every request, so that the same kind counts once. What says no type is no
    /// offer: the list of a remote server's tools, which run as that server's.
    void ofItem(JsonParser p, String path) {
        if (p.currentToken() != START_ARRAY) {
            p.skipChildren();
            return;
        }
        for (int i = 0; p.nextToken() != END_ARRAY; i++) {
            String at = path + "[" + i + "]";
            if (p.currentToken() != START_OBJECT) {
                p.skipChildren();
                continue;
            }
            String type = type(p, at);
            if (type != null) {
                offered = true;
                if (isServed(type, at) && served.add(type)) {
                    serverTools++;
                }
            }
        }
    }

    private static @Nullable String type(JsonParser p, String at) {
        String type = null;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            if (name.equals("type")) {
                type = Fields.text(p, at + ".type", 128);
            } else {
                p.skipChildren();
            }
        }
        return type;
    }

    /// What is not known to run at the client may run at the provider.
    private static boolean isServed(String type, String at) {
        return switch (type) {
            case "function",
                    "custom",
                    "namespace",
                    "tool_search",
                    "local_shell",
                    "apply_patch",
                    "computer",
                    "computer_use_preview" ->
                    false;
            // Their own charges are on no price list here, so that they could not be held.
            case "code_interpreter", "file_search", "image_generation" ->
                    throw Fault.invalid(
                                    "The tool `"
                                            + type
                                            + "` is charged beside tokens and has no"
                                            + " price here: leave it out.",
                                    at + ".type")
                            .asException();
            default -> true;
        };
    }
}
