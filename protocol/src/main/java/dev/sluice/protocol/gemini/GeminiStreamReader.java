package dev.sluice.protocol.gemini;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.framing.SseFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Follows a stream of chunks. There is no closing mark: an answer is whole when each candidate has
/// a reason for its end, or the prompt is refused.
///
/// Only data goes to the client: its own clients break on comments and on marks of other dialects.
final class GeminiStreamReader implements StreamReader {

    private static final JsonFactory JSON = new JsonFactory();

    private final int candidates;
    private final AnswerScan scan = new AnswerScan();
    private boolean semantic;
    private long deltas;
    private int malformedFrames;
    private @Nullable Fault fault;
    private UpstreamFaults.Retry retry = UpstreamFaults.Retry.NEVER;

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

    private Step malformed() {
        malformedFrames++;
        fault = Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream sent a malformed stream event.");
        retry = UpstreamFaults.Retry.SAME_TARGET;
        return Step.FAIL;
    }

    private Step failed(SseFrame frame) {
        UpstreamFaults.Classified told =
                UpstreamFaults.inStream(frame.dataArray(), frame.dataOffset(), frame.dataLength());
        fault = told.fault();
        retry = told.retry();
        return Step.FAIL;
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
    public boolean semantic() {
        return semantic;
    }

    @Override
    public boolean done() {
        return false;
    }

    @Override
    public long contentBytes() {
        return scan.contentBytes();
    }

    @Override
    public long deltas() {
        return deltas;
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
