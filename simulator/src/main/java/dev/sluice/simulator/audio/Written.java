package dev.sluice.simulator.audio;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.answer.Prose;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.Upload;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.openai.Failures;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.plan.Models.Kind;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sound written down: two words for each second, in the format that is asked for.
record Written(Upload upload, Model model, Directives directives) {

    private static final int TOKENS_PER_SECOND = 10;
    private static final int WORDS_PER_SECOND = 2;
    private static final int COMPRESSED_BYTES_PER_MILLISECOND = 16;

    Answer answer(boolean stream) {
        boolean tokens = model.kind() == Kind.TRANSCRIBES;
        if (!tokens && model.kind() != Kind.HEARS) {
            throw Json.bad("The model '" + model.id() + "' does not listen.");
        }
        List<Upload.File> files = upload.named("file");
        if (files.size() != 1) {
            throw Json.bad("Missing required parameter: 'file'.");
        }
        long milliseconds = milliseconds(files.getFirst().bytes());
        long seconds = Math.ceilDiv(milliseconds, 1_000);
        String text =
                Prose.ofTokens(
                        Seed.of(model.id() + milliseconds),
                        Math.max(1, seconds * WORDS_PER_SECOND));
        String format = Json.text(upload.fields(), "response_format");
        boolean plain = !format.isEmpty() && !format.endsWith("json");
        TrueUsage used = used(tokens, milliseconds, seconds, plain, text);
        if (stream && tokens) {
            return events(text, used);
        }
        return switch (format) {
            case "", "json" -> json(Json.object().put("text", text), used, seconds);
            case "verbose_json" -> verbose(text, used, milliseconds, seconds);
            case "text" -> content("text/plain; charset=utf-8", text + "\n", used);
            case "srt" ->
                    content(
                            "application/x-subrip",
                            "1\n00:00:00,000 --> 00:00:01,000\n" + text + "\n\n",
                            used);
            case "vtt" ->
                    content(
                            "text/vtt",
                            "WEBVTT\n\n00:00.000 --> 00:01.000\n" + text + "\n\n",
                            used);
            default -> throw Json.bad("Invalid value for 'response_format'.");
        };
    }

    /// What is told is told in begun seconds; what nobody is told has its true length.
    private static TrueUsage used(
            boolean tokens, long milliseconds, long seconds, boolean plain, String text) {
        if (!tokens) {
            long length = plain ? milliseconds : seconds * 1_000;
            return TrueUsage.NONE.counting(
                    Usage.of(MeterKind.AUDIO_MILLISECONDS, length), Map.of());
        }
        long heard = seconds * TOKENS_PER_SECOND;
        return TrueUsage.ofInput(heard, heard, 0)
                .withCompletion(Tokens.count(text), 0, 0)
                .counting(Usage.of(MeterKind.AUDIO_MILLISECONDS, milliseconds), Map.of());
    }

    private static Answer content(String type, String text, TrueUsage used) {
        return new Answer.Content(200, type, Buffer.buffer(text), used);
    }

    private Answer verbose(String text, TrueUsage used, long milliseconds, long seconds) {
        ObjectNode out = Json.object().put("task", "transcribe").put("language", "english");
        out.put("duration", milliseconds / 1_000.0).put("text", text);
        out.putArray("segments");
        return json(out, used, seconds);
    }

    private Answer json(ObjectNode out, TrueUsage used, long seconds) {
        JsonNode usage = usage(used, seconds);
        if (usage != null) {
            out.set("usage", usage);
        }
        return new Answer.Plain(200, out.toString(), used, usage == null ? null : usage.toString());
    }

    private Answer events(String text, TrueUsage used) {
        List<Frame> frames = new ArrayList<>();
        for (String word : text.split("(?<= )", -1)) {
            ObjectNode delta = Json.object().put("type", "transcript.text.delta");
            frames.add(Frame.of(delta.put("delta", word).toString()));
        }
        ObjectNode done = Json.object().put("type", "transcript.text.done").put("text", text);
        JsonNode usage = usage(used, 0);
        if (usage != null) {
            done.set("usage", usage);
        }
        frames.add(new Frame(null, done.toString(), used, usage == null ? null : usage.toString()));
        Frame error = new Frame("error", Failures.inStream(directives), null, null);
        return Answer.Streamed.sse(frames.iterator(), null, error, used);
    }

    private @Nullable JsonNode usage(TrueUsage used, long seconds) {
        Counts counts = new Counts(directives);
        return counts.told(() -> {
            if (used.prompt() == 0) {
                ObjectNode out = Json.object().put("type", "duration");
                out.set("seconds", counts.of(seconds));
                return out;
            }
            ObjectNode out = Json.object().put("type", "tokens");
            out.set("input_tokens", counts.of(used.prompt()));
            ObjectNode details = out.putObject("input_token_details");
            details.set("audio_tokens", counts.of(used.audioInput()));
            details.set("text_tokens", counts.of(0));
            out.set("output_tokens", counts.of(used.completion()));
            out.set("total_tokens", counts.of(used.total()));
            return out;
        });
    }

    /// A WAV says it; anything else is taken to have 128 kbit/s.
    private static long milliseconds(byte[] sound) {
        Buffer bytes = Buffer.buffer(sound);
        if (sound.length > 44 && bytes.getString(0, 4).equals("RIFF")) {
            return Math.ceilDiv((sound.length - 44) * 1_000L, (long) bytes.getIntLE(28));
        }
        return Math.ceilDiv(sound.length, COMPRESSED_BYTES_PER_MILLISECOND);
    }
}
