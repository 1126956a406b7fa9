package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.StreamFollower;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.framing.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Follows a stream of message events; see [dev.sluice.protocol.StreamReader].
///
/// Events of unknown types pass as they came. An event without a name gets its type as one: the
/// original's own clients drop what is not named.
final class MessagesStreamReader extends StreamFollower {

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NOTHING = new byte[0];
    private static final Pattern PLAIN = Pattern.compile("[a-z_]{1,64}");
    private static final byte[] STOP =
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
                    .getBytes(StandardCharsets.UTF_8);

    private final MessagesUsage usage = new MessagesUsage();
    private @Nullable String type;
    private @Nullable String stopReason;
    private boolean errorSeen;
    private boolean content;
    private long contentBytes;
    private @Nullable String model;
    private @Nullable String id;

    @Override
    public Step read(SseFrame frame) {
        type = null;
        if (!frame.hasData() || frame.dataLength() == 0) {
            return Step.FORWARD;
        }
        if (frame.dataStartsWith("[DONE]")) {
            // Another dialect's mark, which some servers send; not the client's to see.
            return Step.DROP;
        }
        content = false;
        long before = contentBytes;
        try (JsonParser p =
                JSON.createParser(
                        ObjectReadContext.empty(),
                        frame.dataArray(),
                        frame.dataOffset(),
                        frame.dataLength())) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return malformed(before);
            }
            members(p);
            if (p.nextToken() != null) {
                return malformed(before);
            }
        } catch (JacksonException e) {
            return malformed(before);
        }
        if (errorSeen || "error".equals(type) || "error".equals(frame.event())) {
            contentBytes = before;
            return failed(frame);
        }
        if (content) {
            deltas++;
        }
        semantic |= content || stopReason != null;
        done |= "message_stop".equals(type);
        return Step.FORWARD;
    }

    private void members(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "type" -> type = text(p);
                case "message" -> {
                    if (token == JsonToken.START_OBJECT) {
                        message(p);
                    }
                }
                case "usage" -> usage.take(p);
                case "content_block", "delta" -> {
                    if (token == JsonToken.START_OBJECT) {
                        piece(p);
                    }
                }
                case "error" -> errorSeen = token != JsonToken.VALUE_NULL;
                default -> {}
            }
            p.skipChildren();
        }
    }

    private void message(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "id" -> id = text(p);
                case "model" -> model = text(p);
                case "usage" -> usage.take(p);
                default -> p.skipChildren();
            }
        }
    }

    private void piece(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "text", "thinking", "partial_json", "name", "data" -> {
                    if (token == JsonToken.VALUE_STRING) {
                        int bytes = p.getString().getBytes(StandardCharsets.UTF_8).length;
                        contentBytes += bytes;
                        content |= bytes > 0;
                    }
                }
                case "stop_reason" -> {
                    String reason = text(p);
                    stopReason = reason == null ? stopReason : reason;
                }
                default -> {}
            }
            p.skipChildren();
        }
    }

    private static @Nullable String text(JsonParser p) {
        return p.currentToken() == JsonToken.VALUE_STRING && p.getStringLength() > 0
                ? p.getString()
                : null;
    }

    private Step malformed(long before) {
        contentBytes = before;
        return malformed();
    }

    @Override
    public byte[] shown(SseFrame frame) {
        if (type == null || frame.event() != null || !PLAIN.matcher(type).matches()) {
            return frame.raw();
        }
        byte[] name = ("event: " + type + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] raw = frame.raw();
        byte[] named = new byte[name.length + raw.length];
        System.arraycopy(name, 0, named, 0, name.length);
        System.arraycopy(raw, 0, named, name.length, raw.length);
        return named;
    }

    @Override
    public byte[] ending() {
        return done ? NOTHING : STOP;
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public StreamReport report() {
        boolean whole = done || stopReason != null;
        // The count that comes first is only a beginning.
        long seen = whole ? 0 : UsageEstimate.outputTokens(contentBytes, deltas);
        return new StreamReport(
                usage.report(seen),
                stopReason,
                done,
                fault == null && whole,
                semantic,
                contentBytes,
                deltas,
                malformedFrames,
                fault,
                retry,
                model,
                usage.serviceTier(),
                id,
                usage.searches());
    }
}
