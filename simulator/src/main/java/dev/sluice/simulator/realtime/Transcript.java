package dev.sluice.simulator.realtime;

import static dev.sluice.simulator.script.Directive.DELAY;
import static dev.sluice.simulator.script.Directive.STATUS;
import static dev.sluice.simulator.script.Directive.USAGE;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.simulator.answer.Prose;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.OpenCall;
import dev.sluice.simulator.journal.Outcome;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A turn that is written down: two words for each second of it, paid by its tokens, or by its
/// length where the model's name has `whisper` in it.
final class Transcript {

    private static final String TYPE = "conversation.item.input_audio_transcription.";
    private static final int WORDS_PER_SECOND = 2;
    private static final int TOKENS_PER_SECOND = 10;
    private static final int MILLIS = 1_000;

    private final RealtimeTalk talk;
    private final OpenCall call;
    private final Directives directives;
    private final boolean timed;
    private final long seconds;
    private final String text;
    private final TrueUsage used;
    private boolean over;

    /// @param model that writes it down
    /// @param milliseconds of sound
    Transcript(
            RealtimeTalk talk,
            OpenCall call,
            Directives directives,
            String model,
            long milliseconds) {
        this.talk = talk;
        this.call = call;
        this.directives = directives;
        this.timed = model.contains("whisper");
        this.seconds = Math.ceilDiv(milliseconds, MILLIS);
        this.text =
                Prose.ofTokens(
                        Seed.of(model + milliseconds), Math.max(1, seconds * WORDS_PER_SECOND));
        long heard = seconds * TOKENS_PER_SECOND;
        this.used =
                timed
                        ? TrueUsage.NONE.counting(
                                Usage.of(MeterKind.AUDIO_MILLISECONDS, seconds * MILLIS), Map.of())
                        : TrueUsage.ofInput(heard, heard, 0)
                                .withCompletion(Tokens.count(text), 0, 0)
                                .counting(
                                        Usage.of(MeterKind.AUDIO_MILLISECONDS, milliseconds),
                                        Map.of());
    }

    /// Of the item that is written down.
    String id() {
        return call.requestId();
    }

    void begin() {
        boolean fails = directives.number(STATUS, 200) >= 400;
        call.decided(fails ? 500 : 200, fails ? TrueUsage.NONE : used);
        call.headersSent();
        long delay = directives.number(DELAY, 0);
        Runnable rest = fails ? this::failed : this::written;
        if (delay <= 0) {
            rest.run();
        } else {
            long unused = talk.parts().vertx().setTimer(delay, _ -> rest.run());
        }
    }

    private ObjectNode event(String what) {
        return talk.event(TYPE + what).put("item_id", id()).put("content_index", 0);
    }

    private void failed() {
        if (over) {
            return;
        }
        ObjectNode event = event("failed");
        event.putObject("error")
                .put("type", "server_error")
                .put("code", "audio_unintelligible")
                .put("message", "The simulated model failed.");
        end(event, null);
    }

    private void written() {
        if (over) {
            return;
        }
        for (String piece : Tokens.split(text)) {
            talk.emit(event("delta").put("delta", piece));
            call.eventSent(used, null);
        }
        ObjectNode event = event("completed").put("transcript", text);
        String reported = null;
        if (!directives.text(USAGE, "").equals("missing")) {
            ObjectNode usage = reported();
            event.set("usage", usage);
            reported = usage.toString();
        }
        end(event, reported);
    }

    private ObjectNode reported() {
        if (timed) {
            return Json.object().put("type", "duration").put("seconds", seconds);
        }
        ObjectNode usage = Json.object().put("type", "tokens");
        usage.put("total_tokens", used.total())
                .put("input_tokens", used.prompt())
                .put("output_tokens", used.completion());
        usage.putObject("input_token_details")
                .put("text_tokens", 0)
                .put("audio_tokens", used.audioInput());
        return usage;
    }

    private void end(ObjectNode event, @Nullable String reported) {
        over = true;
        talk.emit(event);
        call.eventSent(null, reported);
        call.end(Outcome.FINISHED, talk.parts().clock().instant());
        talk.over(this);
    }

    /// The client went away.
    void abandoned() {
        if (!over) {
            over = true;
            call.end(Outcome.CANCELLED, talk.parts().clock().instant());
        }
    }
}
