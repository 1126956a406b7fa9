package dev.sluice.app.smoke;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How smoke speaks one wire format.
public interface Speech {

    /// The tool that smoke offers, and its one argument.
    String TOOL = "get_weather";

    String ARGUMENT = "city";

    List<Speech> ALL =
            List.of(
                    new ChatSpeech(),
                    new ResponsesSpeech(),
                    new MessagesSpeech(),
                    new GeminiSpeech());

    static Optional<Speech> of(String dialect) {
        return ALL.stream().filter(speech -> speech.dialect().equals(dialect)).findFirst();
    }

    /// As `dialects` of an upstream names it.
    String dialect();

    /// The endpoint family its conversations belong to.
    String family();

    /// The header that carries a key, and what stands before the key in it.
    Map.Entry<String, String> credential();

    /// Headers besides the credential.
    Map<String, String> headers();

    /// Where a model is asked.
    ///
    /// @param base as the wire format's own SDK takes it, without a slash at its end
    String url(String base, String model, boolean stream);

    /// Asks for an answer in text.
    ObjectNode text(String model, String prompt, long maxTokens);

    /// The same request, to be answered piece by piece, with usage.
    ObjectNode streamed(ObjectNode request);

    /// The same request, in which [#TOOL] has to be called.
    ObjectNode withTool(ObjectNode request);

    /// The turn after the tool has been called: its result is handed over.
    ObjectNode afterTool(ObjectNode request, JsonNode answer, String result);

    /// Asks about a picture.
    ObjectNode image(String model, String prompt, String pngBase64, long maxTokens);

    /// A request that lacks what it needs most, and has to be refused.
    ObjectNode broken(String model);

    /// JSON pointers that an answer must have.
    List<String> required();

    String textOf(JsonNode answer);

    @Nullable ToolCall toolCall(JsonNode answer);

    @Nullable Tokens usage(JsonNode answer);

    /// What an error says; null when it is not in the wire format's envelope.
    @Nullable String errorMessage(JsonNode body);

    StreamEnd end(List<Event> events);

    /// The base without the version that another wire format's SDK wants at its end.
    static String withoutVersion(String base) {
        return base.replaceAll("/v1(beta)?$", "");
    }

    static @Nullable String message(JsonNode body) {
        JsonNode message = body.at("/error/message");
        return message.isString() ? message.stringValue() : null;
    }

    static @Nullable Tokens tokens(long input, long output) {
        return input < 0 || output < 0 ? null : new Tokens(input, output);
    }
}
