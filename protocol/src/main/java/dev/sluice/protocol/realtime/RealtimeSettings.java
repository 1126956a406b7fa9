package dev.sluice.protocol.realtime;

import dev.sluice.protocol.json.Trees;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How a session is set, as far as its cost depends on it. What an event leaves out stays as it
/// was.
///
/// @param outputLimit of each response, in tokens; empty for none
/// @param speaks whether responses are spoken, unless one asks otherwise
/// @param answersItself whether the provider begins a response when somebody has spoken, without
///     being asked
/// @param tools whether any are declared
/// @param inputBytesPerSecond of the sound that comes
/// @param outputBytesPerSecond of the sound that is made
/// @param transcribedBy the model that writes down what was said, as it was named; null for none
public record RealtimeSettings(
        OptionalLong outputLimit,
        boolean speaks,
        boolean answersItself,
        boolean tools,
        int inputBytesPerSecond,
        int outputBytesPerSecond,
        @Nullable String transcribedBy) {

    /// 24,000 samples of two bytes.
    private static final int PCM = 48_000;

    /// 8,000 samples of one byte.
    private static final int TELEPHONE = 8_000;

    /// Of a session nobody has set: it speaks, and answers when somebody stops speaking.
    public static final RealtimeSettings USUAL =
            new RealtimeSettings(OptionalLong.empty(), true, true, false, PCM, PCM, null);

    /// Of one that answers in text: the least there is to ask for.
    public static final RealtimeSettings SILENT =
            new RealtimeSettings(OptionalLong.empty(), false, false, false, PCM, PCM, null);

    /// After a `session.update`, or as a provider tells the session.
    ///
    /// @param session the event's member of that name
    public RealtimeSettings with(JsonNode session) {
        JsonNode input = session.path("audio").path("input");
        JsonNode output = session.path("audio").path("output");
        return new RealtimeSettings(
                outputLimit(session),
                speaks(session),
                answersItself(first(input.get("turn_detection"), session.get("turn_detection"))),
                tools(session),
                bytesPerSecond(
                        first(input.get("format"), session.get("input_audio_format")),
                        inputBytesPerSecond),
                bytesPerSecond(
                        first(output.get("format"), session.get("output_audio_format")),
                        outputBytesPerSecond),
                transcribedBy(
                        first(
                                input.get("transcription"),
                                session.get("input_audio_transcription"))));
    }

    /// Of one response.
    ///
    /// @param response the member of that name in a `response.create`, which may be missing
    public RealtimeSettings forResponse(JsonNode response) {
        return new RealtimeSettings(
                outputLimit(response),
                speaks(response),
                answersItself,
                tools(response),
                inputBytesPerSecond,
                outputBytesPerSecond,
                transcribedBy);
    }

    private OptionalLong outputLimit(JsonNode of) {
        JsonNode limit = first(of.get("max_output_tokens"), of.get("max_response_output_tokens"));
        if (limit == null) {
            return outputLimit;
        }
        return limit.isIntegralNumber() && limit.canConvertToLong() && limit.longValue() > 0
                ? OptionalLong.of(limit.longValue())
                : OptionalLong.empty();
    }

    private boolean speaks(JsonNode of) {
        JsonNode kinds = first(of.get("output_modalities"), of.get("modalities"));
        if (kinds == null || !kinds.isArray()) {
            return speaks;
        }
        for (JsonNode kind : kinds) {
            if (kind.isString() && kind.stringValue().equals("audio")) {
                return true;
            }
        }
        return false;
    }

    private boolean answersItself(@Nullable JsonNode detection) {
        if (detection == null) {
            return answersItself;
        }
        return detection.isObject() && detection.path("create_response").asBoolean(true);
    }

    private boolean tools(JsonNode of) {
        JsonNode declared = of.get("tools");
        return declared == null ? tools : declared.isArray() && !declared.isEmpty();
    }

    /// A name of the beta's, or an object. A format nobody knows is taken to need few bytes, so
    /// that what is held for its sound is rather too much.
    private static int bytesPerSecond(@Nullable JsonNode format, int before) {
        if (format == null) {
            return before;
        }
        String name =
                format.isString() ? format.stringValue() : Trees.stringOrEmpty(format, "type");
        return name.equals("pcm16") || name.equals("audio/pcm") ? PCM : TELEPHONE;
    }

    private @Nullable String transcribedBy(@Nullable JsonNode transcription) {
        if (transcription == null) {
            return transcribedBy;
        }
        String named = Trees.string(transcription, "model");
        return named != null ? named : transcription.isObject() ? transcribedBy : null;
    }

    private static @Nullable JsonNode first(@Nullable JsonNode one, @Nullable JsonNode other) {
        return one != null ? one : other;
    }
}
