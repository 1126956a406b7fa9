package dev.sluice.simulator.gemini;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.plan.Seal;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the provider refuses the turns of a request for.
final class ContentRules {

    /// What stands for the signature of a call that another provider made.
    private static final String FOREIGN = "skip_thought_signature_validator";

    private static final Set<String> ROLES = Set.of("", "user", "model", "function");

    private ContentRules() {}

    static void check(JsonNode contents) {
        if (!contents.isArray() || contents.isEmpty()) {
            throw Json.bad("* GenerateContentRequest.contents: contents is not specified");
        }
        long called = 0;
        for (JsonNode content : contents) {
            if (!ROLES.contains(Json.text(content, "role"))) {
                throw Json.bad("Please use a valid role: user, model.");
            }
            if (content.path("parts").isEmpty()) {
                throw Json.bad("* GenerateContentRequest.contents: must include at least one part");
            }
            long answered = parts(content, "functionResponse");
            if (answered != called) {
                throw Json.bad(
                        "Please ensure that the number of function response parts is equal to the"
                                + " number of function call parts of the function call turn.");
            }
            called = parts(content, "functionCall");
            content.path("parts").forEach(ContentRules::signature);
        }
    }

    private static long parts(JsonNode content, String kind) {
        return content.path("parts").valueStream().filter(part -> part.has(kind)).count();
    }

    /// Bytes may be written in either alphabet of base64.
    private static void signature(JsonNode part) {
        String signature = Json.text(part, "thoughtSignature");
        String plain = signature.replace('-', '+').replace('_', '/');
        boolean foreign = signature.equals(FOREIGN) && part.has("functionCall");
        if (!signature.isEmpty() && !foreign && !Seal.isOwn("thought", plain)) {
            throw Json.bad("Thought signature is not valid.");
        }
    }

    /// A model that thinks wants its calls back signed, the first of every turn.
    static void signedCalls(JsonNode contents) {
        for (JsonNode content : contents) {
            JsonNode first =
                    content.path("parts")
                            .valueStream()
                            .filter(part -> part.has("functionCall"))
                            .findFirst()
                            .orElse(null);
            if (first != null && !first.has("thoughtSignature")) {
                throw Json.bad(
                        "Function call is missing a thought_signature in functionCall parts.");
            }
        }
    }
}
