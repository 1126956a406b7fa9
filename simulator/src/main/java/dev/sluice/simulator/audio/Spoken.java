package dev.sluice.simulator.audio;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A text read aloud: a WAV of 60 ms for each character.
record Spoken(Upload upload, Model model, Directives directives) {

    private static final int RATE = 8_000;
    private static final int BYTES_PER_CHARACTER = 480;
    private static final int PIECE = 4_096;

    Answer answer(boolean stream) {
        boolean tokens = model.kind() == Kind.VOICE;
        if (!tokens && model.kind() != Kind.SPEECH) {
            throw Json.bad("The model '" + model.id() + "' does not speak.");
        }
        if (stream && !tokens) {
            throw Json.bad("stream_format 'sse' is not supported by this model.");
        }
        String input = Json.text(upload.fields(), "input");
        int characters = input.codePointCount(0, input.length());
        Buffer sound = wav(characters * BYTES_PER_CHARACTER);
        Usage counts = Usage.of(MeterKind.CHARACTERS, characters);
        TrueUsage used =
                tokens
                        ? TrueUsage.ofPrompt(Tokens.count(input))
                                .withCompletion(characters, 0, characters)
                                .counting(counts, Map.of())
                        : TrueUsage.NONE.counting(counts, Map.of());
        return stream ? events(sound, used) : new Answer.Content(200, "audio/wav", sound, used);
    }

    private Answer events(Buffer sound, TrueUsage used) {
        List<Frame> frames = new ArrayList<>();
        for (int at = 0; at < sound.length(); at += PIECE) {
            byte[] piece = sound.getBytes(at, Math.min(sound.length(), at + PIECE));
            ObjectNode event = Json.object().put("type", "speech.audio.delta");
            event.put("audio", Base64.getEncoder().encodeToString(piece));
            frames.add(new Frame(null, event.toString(), null, null));
        }
        ObjectNode done = Json.object().put("type", "speech.audio.done");
        Counts counts = new Counts(directives);
        JsonNode usage =
                counts.told(() -> {
                    ObjectNode out = Json.object();
                    out.set("input_tokens", counts.of(used.prompt()));
                    out.set("output_tokens", counts.of(used.completion()));
                    out.set("total_tokens", counts.of(used.total()));
                    return out;
                });
        if (usage != null) {
            done.set("usage", usage);
        }
        frames.add(new Frame(null, done.toString(), used, usage == null ? null : usage.toString()));
        Frame error = new Frame("error", Failures.inStream(directives), null, null);
        return Answer.Streamed.sse(frames.iterator(), null, error, used);
    }

    private static Buffer wav(int bytes) {
        Buffer wav = Buffer.buffer(44 + bytes);
        wav.appendString("RIFF").appendIntLE(36 + bytes).appendString("WAVEfmt ").appendIntLE(16);
        wav.appendShortLE((short) 1).appendShortLE((short) 1);
        wav.appendIntLE(RATE).appendIntLE(RATE);
        wav.appendShortLE((short) 1).appendShortLE((short) 8);
        wav.appendString("data").appendIntLE(bytes);
        for (int i = 0; i < bytes; i++) {
            wav.appendByte((byte) (128 + (i % 40 < 20 ? 20 : -20)));
        }
        return wav;
    }
}
