package dev.sluice.protocol.gemini;

import dev.sluice.protocol.StreamFollower;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.framing.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Follows a stream of chunks. There is no closing mark: an answer is whole when each candidate has
/// a reason for its end, or the prompt is refused.
///
/// Only data goes to the client: its own clients break on comments and on marks of other dialects.
final class GeminiStreamReader extends StreamFollower {

    private static final JsonFactory JSON = new JsonFactory();

    private final int candidates;
    private final AnswerScan scan = new AnswerScan();

    GeminiStreamReader(int candidates) {
        this.candidates = candidates;
    }

    @Override
    public Step read(SseFrame frame) {
        if (!frame.hasData() || frame.dataLength() == 0 || frame.dataStartsWith("[DONE]")) {
            return Step.DROP;
        }
        long before = scan.contentBytes();
        try (JsonParser p =
                JSON.createParser(
                        ObjectReadContext.empty(),
                        frame.dataArray(),
                        frame.dataOffset(),
                        frame.dataLength())) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return malformed();
            }
            scan.members(p);
            if (p.nextToken() != null) {
                return malformed();
            }
        } catch (JacksonException e) {
            return malformed();
        }
        if (scan.isError() || "error".equals(frame.event())) {
            return failed(frame);
        }
        if (scan.contentBytes() > before) {
            deltas++;
            semantic = true;
        }
        semantic |= scan.isWhole(candidates);
        return Step.FORWARD;
    }

    @Override
    public byte[] shown(SseFrame frame) {
        String data =
                new String(
                        frame.dataArray(),
                        frame.dataOffset(),
                        frame.dataLength(),
                        StandardCharsets.UTF_8);
        // Lines of one event are one document: an end of line in it is white space.
        return ("data: " + data.replace('\n', ' ') + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public long contentBytes() {
        return scan.contentBytes();
    }

    @Override
    public StreamReport report() {
        boolean whole = scan.isWhole(candidates);
        long seen = whole ? 0 : UsageEstimate.outputTokens(scan.contentBytes(), deltas);
        List<String> finishes = scan.finishes();
        return new StreamReport(
                scan.usage.report(seen, scan.searches()),
                finishes.isEmpty() ? null : finishes.getLast(),
                false,
                fault == null && whole,
                semantic,
                scan.contentBytes(),
                deltas,
                malformedFrames,
                fault,
                retry,
                scan.model(),
                null,
                scan.id(),
                scan.searches());
    }
}
