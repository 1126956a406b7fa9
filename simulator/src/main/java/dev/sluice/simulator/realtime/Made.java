package dev.sluice.simulator.realtime;

import static dev.sluice.simulator.script.Directive.ARGS;
import static dev.sluice.simulator.script.Directive.CALL;
import static dev.sluice.simulator.script.Directive.CODE;
import static dev.sluice.simulator.script.Directive.CUT;
import static dev.sluice.simulator.script.Directive.CUT_AT;
import static dev.sluice.simulator.script.Directive.DELAY;
import static dev.sluice.simulator.script.Directive.DROP;
import static dev.sluice.simulator.script.Directive.GAP;
import static dev.sluice.simulator.script.Directive.IGNORE_MAX;
import static dev.sluice.simulator.script.Directive.MESSAGE;
import static dev.sluice.simulator.script.Directive.STALL_AT;
import static dev.sluice.simulator.script.Directive.STATUS;
import static dev.sluice.simulator.script.Directive.TEXT;
import static dev.sluice.simulator.script.Directive.TOKENS;
import static dev.sluice.simulator.script.Directive.USAGE;

import dev.sluice.simulator.answer.Prose;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.OpenCall;
import dev.sluice.simulator.journal.Outcome;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A response that is being made: a message in text, one that is spoken, or the call of a function.
/// One token of text for each event, and where it is spoken a quarter of a second of sound.
final class Made {

    private static final long MOST_TOKENS = 4_096;
    private static final int USUAL_TOKENS = 40;
    private static final int SOUND_TOKENS_PER_STEP = 5;
    private static final int STEPS_PER_SECOND = 4;
    private static final int STEPS_PER_TURN = 8;

    private final RealtimeTalk talk;
    private final OpenCall call;
    private final JsonNode asked;
    private final Directives directives;
    private final Items.Read read;
    private final boolean speaks;
    private final String function;
    private final List<String> pieces;
    private final boolean cutByLimit;
    private final ObjectNode item;
    private int said;
    private boolean over;

    Made(RealtimeTalk talk, OpenCall call, JsonNode asked, Directives directives) {
        this.talk = talk;
        this.call = call;
        this.asked = asked;
        this.directives = directives;
        this.function = directives.text(CALL, "");
        this.speaks = function.isEmpty() && talk.setup().speaks(asked);
        this.read = talk.items().read(talk.setup().tokens(asked));
        Seed seed = Seed.of(talk.items().text() + asked);
        String whole =
                function.isEmpty()
                        ? directives.text(
                                TEXT, Prose.ofTokens(seed, directives.number(TOKENS, USUAL_TOKENS)))
                        : directives.text(ARGS, "{}");
        long limit =
                directives.flag(IGNORE_MAX)
                        ? Long.MAX_VALUE
                        : talk.setup().outputLimit(asked, MOST_TOKENS);
        long steps = speaks ? limit / (1 + SOUND_TOKENS_PER_STEP) : limit;
        List<String> all = Tokens.split(whole);
        this.cutByLimit = all.size() > steps;
        this.pieces = cutByLimit ? all.subList(0, (int) steps) : all;
        this.item = Json.object().put("id", talk.newItemId()).put("object", "realtime.item");
        item.put("type", function.isEmpty() ? "message" : "function_call");
        item.put("status", "in_progress");
        if (function.isEmpty()) {
            item.put("role", "assistant").putArray("content");
        } else {
            item.put("name", function).put("call_id", "call_" + seed.head(16));
            item.put("arguments", "");
        }
        call.decided(200, usage(pieces.size()));
    }

    String id() {
        return call.requestId();
    }

    private TrueUsage usage(int steps) {
        long sound = speaks ? (long) steps * SOUND_TOKENS_PER_STEP : 0;
        return read.usage().withCompletion(steps + sound, 0, sound);
    }

    void begin() {
        after(directives.number(DELAY, 0), this::created);
    }

    private void after(long millis, Runnable step) {
        if (millis <= 0) {
            step.run();
        } else {
            long unused = talk.parts().vertx().setTimer(millis, _ -> step.run());
        }
    }

    private void created() {
        if (over) {
            return;
        }
        if (directives.has(DROP)) {
            breakOff(directives.text(DROP, "fin"));
            return;
        }
        call.headersSent();
        emit(talk.event("response.created").set("response", response("in_progress", null)), null);
        if (directives.number(STATUS, 200) >= 400) {
            failed();
            return;
        }
        emit(ofItem("response.output_item.added").set("item", item), null);
        if (function.isEmpty()) {
            emit(ofPart("response.content_part.added").set("part", part("")), null);
        }
        step();
    }

    private void step() {
        for (int steps = 0; !over; steps++) {
            if (said == pieces.size()) {
                end(cutByLimit ? "incomplete" : "completed", cutByLimit ? "max_output_tokens" : "");
                return;
            }
            if (directives.has(CUT_AT) && said >= directives.number(CUT_AT, 0)) {
                breakOff(directives.text(CUT, "fin"));
                return;
            }
            if (directives.has(STALL_AT) && said >= directives.number(STALL_AT, 0)) {
                return;
            }
            // the peer's pace, and a turn for others
            if (steps == STEPS_PER_TURN || talk.isBehind()) {
                after(talk.isBehind() ? 10 : 1, this::step);
                return;
            }
            say(pieces.get(said));
            if (directives.has(GAP)) {
                after(directives.number(GAP, 0), this::step);
                return;
            }
        }
    }

    private void say(String piece) {
        said++;
        if (!function.isEmpty()) {
            ObjectNode event = ofItem("response.function_call_arguments.delta");
            event.put("item_id", Json.text(item, "id")).put("call_id", Json.text(item, "call_id"));
            emit(event.put("delta", piece), usage(said));
        } else if (speaks) {
            emit(ofPart("response.output_audio_transcript.delta").put("delta", piece), null);
            byte[] sound = new byte[talk.setup().outputBytesPerSecond() / STEPS_PER_SECOND];
            String base64 = Base64.getEncoder().encodeToString(sound);
            emit(ofPart("response.output_audio.delta").put("delta", base64), usage(said));
        } else {
            emit(ofPart("response.output_text.delta").put("delta", piece), usage(said));
        }
    }

    /// Stops it, and says what it used until then.
    void cancel(String reason) {
        end("cancelled", reason);
    }

    private void end(String status, String reason) {
        if (over) {
            return;
        }
        String text = String.join("", pieces.subList(0, said));
        item.put("status", status.equals("completed") ? "completed" : "incomplete");
        if (function.isEmpty()) {
            String today = speaks ? "output_audio_transcript" : "output_text";
            String kind = speaks ? "transcript" : "text";
            if (speaks) {
                emit(ofPart("response.output_audio.done"), null);
            }
            emit(ofPart("response." + today + ".done").put(kind, text), null);
            emit(ofPart("response.content_part.done").set("part", part(text)), null);
            ObjectNode made = part(text);
            made.put("type", talk.names().ofMade(Json.text(made, "type")));
            item.withArray("content").add(made);
        } else {
            item.put("arguments", text);
            ObjectNode event = ofItem("response.function_call_arguments.done");
            event.put("item_id", Json.text(item, "id")).put("call_id", Json.text(item, "call_id"));
            emit(event.put("name", function).put("arguments", text), null);
        }
        emit(ofItem("response.output_item.done").set("item", item), null);
        talk.items().addMade(item, text, said, speaks ? (long) said * SOUND_TOKENS_PER_STEP : 0);
        ObjectNode response = response(status, reason);
        response.putArray("output").add(item);
        String reported = null;
        if (directives.text(USAGE, "").equals("missing")) {
            response.putNull("usage");
        } else {
            ObjectNode usage = reported();
            response.set("usage", usage);
            reported = usage.toString();
        }
        done(response, reported);
    }

    private void failed() {
        call.decided(500, TrueUsage.NONE);
        ObjectNode response = response("failed", "");
        response.withObject("/status_details")
                .putObject("error")
                .put("type", "server_error")
                .put("code", directives.text(CODE, "server_error"))
                .put("message", directives.text(MESSAGE, "The simulated model failed."));
        response.putNull("usage");
        done(response, null);
    }

    private void done(ObjectNode response, @Nullable String reported) {
        over = true;
        ObjectNode event = talk.event("response.done");
        event.set("response", response);
        talk.emit(event);
        call.eventSent(null, reported);
        ObjectNode limits = talk.event("rate_limits.updated");
        limits.putArray("rate_limits").addObject().put("name", "tokens").put("limit", 1_000_000);
        talk.emit(limits);
        call.end(Outcome.FINISHED, talk.parts().clock().instant());
        talk.over(this);
    }

    private ObjectNode reported() {
        TrueUsage used = usage(said);
        ObjectNode usage = Json.object();
        usage.put("total_tokens", used.total());
        usage.put("input_tokens", used.prompt());
        usage.put("output_tokens", used.completion());
        usage.set("input_token_details", read.shown());
        usage.putObject("output_token_details")
                .put("text_tokens", used.completion() - used.audioOutput())
                .put("audio_tokens", used.audioOutput());
        return usage;
    }

    private void breakOff(String how) {
        over = true;
        call.end(Outcome.CUT, talk.parts().clock().instant());
        talk.over(this);
        talk.parts().hangUp().accept(how);
    }

    /// The client went away.
    void abandoned() {
        if (!over) {
            over = true;
            call.end(Outcome.CANCELLED, talk.parts().clock().instant());
            talk.over(this);
        }
    }

    private void emit(JsonNode event, @Nullable TrueUsage soFar) {
        talk.emit(event);
        call.eventSent(soFar, null);
    }

    private ObjectNode response(String status, @Nullable String reason) {
        ObjectNode response = Json.object();
        response.put("id", id()).put("object", "realtime.response").put("status", status);
        if (reason == null || status.equals("completed")) {
            response.putNull("status_details");
        } else {
            ObjectNode details = response.putObject("status_details").put("type", status);
            if (!reason.isEmpty()) {
                details.put("reason", reason);
            }
        }
        response.putArray("output");
        response.put("conversation_id", "conv_sim1");
        response.put("max_output_tokens", "inf");
        response.set("metadata", asked.path("metadata").isObject() ? asked.path("metadata") : null);
        response.putNull("usage");
        return response;
    }

    private ObjectNode part(String text) {
        return speaks
                ? Json.object().put("type", "audio").put("transcript", text)
                : Json.object().put("type", "text").put("text", text);
    }

    private ObjectNode ofItem(String type) {
        return talk.event(type).put("response_id", id()).put("output_index", 0);
    }

    private ObjectNode ofPart(String type) {
        return ofItem(type).put("item_id", Json.text(item, "id")).put("content_index", 0);
    }
}
