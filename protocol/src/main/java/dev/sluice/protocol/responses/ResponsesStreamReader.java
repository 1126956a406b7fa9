package dev.sluice.protocol.responses;

import dev.sluice.protocol.StreamFollower;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/// Follows a stream of response events; see [dev.sluice.protocol.StreamReader].
///
/// Events of unknown types pass as they came. The response that ends the stream has the usage,
/// whether it was completed, cut off or failed.
final class ResponsesStreamReader extends StreamFollower {

    private static final JsonFactory JSON = new JsonFactory();

    private long contentBytes;
    private int searches;
    private @Nullable String type;
    private @Nullable String finish;
    private UsageReport usage = UsageReport.NONE;
    private @Nullable String model;
    private @Nullable String serviceTier;
    private @Nullable String id;

    @Override
    public Step read(SseFrame frame) {
        if (!frame.hasData() || frame.dataLength() == 0) {
            return Step.FORWARD;
        }
        if (frame.dataStartsWith("[DONE]")) {
            // Another dialect's mark, which some servers send; not the client's to see.
            return Step.DROP;
        }
        try {
            long delta = head(frame);
            if (type != null && type.endsWith(".delta")) {
                contentBytes += delta;
                deltas++;
                semantic = true;
                return Step.FORWARD;
            }
            JsonNode event = Trees.read(frame.dataArray(), frame.dataOffset(), frame.dataLength());
            return event.isObject() ? event(frame, event) : malformed();
        } catch (JacksonException e) {
            return malformed();
        }
    }

    /// Reads an event's type, and how long its delta is: most events are deltas.
    private long head(SseFrame frame) {
        type = null;
        long delta = 0;
        try (JsonParser p =
                JSON.createParser(
                        ObjectReadContext.empty(),
                        frame.dataArray(),
                        frame.dataOffset(),
                        frame.dataLength())) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return 0;
            }
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                boolean text = p.nextToken() == JsonToken.VALUE_STRING;
                if (text && name.equals("type")) {
                    type = p.getString();
                } else if (text && name.equals("delta")) {
                    delta = p.getString().getBytes(StandardCharsets.UTF_8).length;
                }
                p.skipChildren();
            }
        }
        return delta;
    }

    private Step event(SseFrame frame, JsonNode event) {
        String kind = type == null ? String.valueOf(frame.event()) : type;
        JsonNode item = event.path("item");
        switch (kind) {
            case "response.output_item.added" -> {
                String name = Trees.stringOrEmpty(item, "name");
                contentBytes += name.getBytes(StandardCharsets.UTF_8).length;
                semantic |= !name.isEmpty();
            }
            case "response.output_item.done" -> {
                searches += ResponsesAnswer.isSearch(item) ? 1 : 0;
                semantic = true;
            }
            case "response.created", "response.in_progress" -> about(event.path("response"));
            case "response.completed", "response.incomplete" -> {
                about(event.path("response"));
                usage = ResponsesUsage.read(event.path("response").path("usage"), searches);
                finish = ResponsesAnswer.finish(event.path("response"));
                semantic = true;
                done = true;
            }
            case "response.failed" -> {
                about(event.path("response"));
                usage = ResponsesUsage.read(event.path("response").path("usage"), searches);
                return failed(ResponsesAnswer.failure(event.path("response")));
            }
            case "error" -> {
                return failed(ResponsesAnswer.failure(event));
            }
            default -> {
                if (Trees.present(event, "error") != null) {
                    return failed(ResponsesAnswer.failure(event));
                }
            }
        }
        return Step.FORWARD;
    }

    private void about(JsonNode response) {
        id = Trees.string(response, "id");
        model = Trees.string(response, "model");
        serviceTier = Trees.string(response, "service_tier");
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public StreamReport report() {
        return new StreamReport(
                usage,
                finish,
                done,
                done && fault == null,
                semantic,
                contentBytes,
                deltas,
                malformedFrames,
                fault,
                retry,
                model,
                serviceTier,
                id,
                searches);
    }
}
