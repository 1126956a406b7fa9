package dev.sluice.simulator.realtime;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Json;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How a session is set, as its events show it.
final class Setup {

    private static final int PCM_BYTES_PER_SECOND = 48_000;
    private static final int TELEPHONE_BYTES_PER_SECOND = 8_000;
    private static final Set<String> MODALITIES = Set.of("text", "audio");

    private final ObjectNode session;
    private final Names names;

    private Setup(ObjectNode session, Names names) {
        this.session = session;
        this.names = names;
    }

    static Setup usual(String id, String model, Names names) {
        ObjectNode session = Json.object();
        session.put("id", id);
        session.put("object", "realtime.session");
        session.put("model", model);
        session.put("instructions", "You are a helpful assistant.");
        session.putArray("tools");
        session.put("tool_choice", "auto");
        if (names == Names.BETA) {
            session.putArray("modalities").add("audio").add("text");
            session.put("max_response_output_tokens", "inf");
            session.put("voice", "alloy");
            session.put("input_audio_format", "pcm16");
            session.put("output_audio_format", "pcm16");
            session.putNull("input_audio_transcription");
            session.set("turn_detection", detection());
        } else {
            session.put("type", "realtime");
            session.putArray("output_modalities").add("audio");
            session.put("max_output_tokens", "inf");
            ObjectNode input = session.putObject("audio").putObject("input");
            input.putObject("format").put("type", "audio/pcm").put("rate", 24_000);
            input.putNull("transcription");
            input.set("turn_detection", detection());
            ObjectNode output = session.withObject("/audio").putObject("output");
            output.putObject("format").put("type", "audio/pcm").put("rate", 24_000);
            output.put("voice", "alloy");
        }
        return new Setup(session, names);
    }

    /// Of a session that writes down what is said: by nobody, until it is told by whom.
    static Setup transcribing(String id, Names names) {
        ObjectNode session = Json.object();
        session.put("id", id).put("object", "realtime.transcription_session");
        if (names == Names.BETA) {
            session.put("input_audio_format", "pcm16");
            session.putNull("input_audio_transcription");
            session.set("turn_detection", detection());
        } else {
            session.put("type", "transcription");
            ObjectNode input = session.putObject("audio").putObject("input");
            input.putObject("format").put("type", "audio/pcm").put("rate", 24_000);
            input.putNull("transcription");
            input.set("turn_detection", detection());
        }
        return new Setup(session, names);
    }

    private static ObjectNode detection() {
        return Json.object()
                .put("type", "server_vad")
                .put("create_response", true)
                .put("interrupt_response", true);
    }

    ObjectNode shown() {
        return session.deepCopy();
    }

    /// Takes over what an update says; members of objects one by one.
    void update(JsonNode with) {
        String kinds = names == Names.BETA ? "modalities" : "output_modalities";
        for (JsonNode kind : with.path(kinds)) {
            if (!MODALITIES.contains(kind.asString(""))) {
                throw Json.bad("Invalid value: %s in 'session.%s'.".formatted(kind, kinds));
            }
        }
        merge(session, with);
    }

    private static void merge(ObjectNode into, JsonNode from) {
        from.properties()
                .forEach(field -> {
                    JsonNode before = into.get(field.getKey());
                    boolean both =
                            before instanceof ObjectNode
                                    && field.getValue().isObject()
                                    && !field.getKey().equals("turn_detection");
                    if (both) {
                        merge((ObjectNode) before, field.getValue());
                    } else {
                        into.set(field.getKey(), field.getValue());
                    }
                });
    }

    private JsonNode audio(String side, String today, String beta) {
        return names == Names.BETA
                ? session.path(beta)
                : session.path("audio").path(side).path(today);
    }

    /// Whether somebody who stops speaking is answered unasked.
    boolean answersItself() {
        JsonNode detection = audio("input", "turn_detection", "turn_detection");
        return detection.isObject() && detection.path("create_response").asBoolean(true);
    }

    boolean detects() {
        return audio("input", "turn_detection", "turn_detection").isObject();
    }

    boolean transcribes() {
        return audio("input", "transcription", "input_audio_transcription").isObject();
    }

    /// A member of how it transcribes; empty where it is not there.
    String transcription(String member) {
        return Json.text(audio("input", "transcription", "input_audio_transcription"), member);
    }

    int inputBytesPerSecond() {
        return bytesPerSecond(audio("input", "format", "input_audio_format"));
    }

    int outputBytesPerSecond() {
        return bytesPerSecond(audio("output", "format", "output_audio_format"));
    }

    private static int bytesPerSecond(JsonNode format) {
        String name = format.isString() ? format.stringValue() : Json.text(format, "type");
        return name.equals("pcm16") || name.equals("audio/pcm")
                ? PCM_BYTES_PER_SECOND
                : TELEPHONE_BYTES_PER_SECOND;
    }

    /// Whether responses are spoken.
    ///
    /// @param response what one asks otherwise
    boolean speaks(JsonNode response) {
        String member = names == Names.BETA ? "modalities" : "output_modalities";
        JsonNode kinds = response.has(member) ? response.path(member) : session.path(member);
        return kinds.valueStream().anyMatch(kind -> kind.asString("").equals("audio"));
    }

    /// Most tokens of a response.
    long outputLimit(JsonNode response, long otherwise) {
        String member = names == Names.BETA ? "max_response_output_tokens" : "max_output_tokens";
        JsonNode own = response.path("max_output_tokens");
        JsonNode limit = own.isMissingNode() ? session.path(member) : own;
        return limit.isIntegralNumber() ? limit.longValue() : otherwise;
    }

    /// What is read for every response.
    long tokens(JsonNode response) {
        String instructions =
                response.has("instructions")
                        ? Json.text(response, "instructions")
                        : Json.text(session, "instructions");
        JsonNode tools = response.has("tools") ? response.path("tools") : session.path("tools");
        return Tokens.count(instructions) + (tools.isEmpty() ? 0 : Tokens.count(tools.toString()));
    }

    String instructions(JsonNode response) {
        return response.has("instructions")
                ? Json.text(response, "instructions")
                : Json.text(session, "instructions");
    }
}
