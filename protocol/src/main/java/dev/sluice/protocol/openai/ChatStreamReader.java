package dev.sluice.protocol.openai;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.StreamFollower;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.framing.SseFrame;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Follows a stream of chat completion chunks; see [dev.sluice.protocol.StreamReader].
///
/// Each frame is parsed once, without a tree. A frame is
/// - `[DONE]`: the end, or FAIL when nothing was before it;
/// - an error (`error` that is not null, or `event: error`): FAIL;
/// - no JSON object: FAIL;
/// - usage alone (`choices: []` with `usage`) that the client did not ask for: DROP;
/// - anything else, comments included: FORWARD.
///
/// Usage on content chunks stays where it is: those chunks are the client's.
public final class ChatStreamReader extends StreamFollower {

    private static final JsonFactory JSON = new JsonFactory();

    private final boolean usageRequested;
    private final ChoiceScan scan = new ChoiceScan();

    private UsageReport usage = UsageReport.NONE;
    private @Nullable String finishReason;
    private boolean begun;
    private @Nullable String model;
    private @Nullable String serviceTier;
    private @Nullable String responseId;

    /// A reader at the start of a stream.
    ///
    /// @param usageRequested whether the client asked for usage itself
    public ChatStreamReader(boolean usageRequested) {
        this.usageRequested = usageRequested;
    }

    /// Some servers leave the mark out, and some clients wait for it.
    @Override
    public byte[] ending() {
        return "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Step read(SseFrame frame) {
        if (!frame.hasData() || frame.dataLength() == 0) {
            return Step.FORWARD;
        }
        if (frame.dataStartsWith("[DONE]")) {
            if (!begun) {
                return unusable("The upstream ended its answer before it began.");
            }
            done = true;
            return Step.FORWARD;
        }
        if ("error".equals(frame.event())) {
            return failed(frame);
        }
        scan.content = false;
        scan.seen = -1;
        long contentBefore = scan.contentBytes;
        Chunk chunk;
        try (JsonParser p =
                JSON.createParser(
                        ObjectReadContext.empty(),
                        frame.dataArray(),
                        frame.dataOffset(),
                        frame.dataLength())) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                return malformed(contentBefore);
            }
            chunk = members(p);
            if (p.nextToken() != null) {
                return malformed(contentBefore);
            }
        } catch (JacksonException e) {
            return malformed(contentBefore);
        }
        UsageReport reported = chunk.usage;
        boolean carriesUsage = reported != UsageReport.NONE;
        if (carriesUsage) {
            keep(reported);
        }
        if (chunk.error) {
            scan.contentBytes = contentBefore;
            return failed(frame);
        }
        if (scan.content) {
            deltas++;
        }
        semantic |= scan.content;
        begun |= scan.seen > 0;
        return carriesUsage && scan.seen <= 0 && !usageRequested ? Step.DROP : Step.FORWARD;
    }

    private record Chunk(UsageReport usage, boolean error) {}

    private Chunk members(JsonParser p) {
        UsageReport reported = UsageReport.NONE;
        boolean error = false;
        scan.choiceUsage = null;
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "choices" -> {
                    if (token == JsonToken.START_ARRAY) {
                        scan.choices(p, this::finished);
                    }
                }
                case "usage" -> reported = ChatUsage.read(p, true);
                case "error" -> error = token != JsonToken.VALUE_NULL;
                case "id" -> responseId = responseId == null ? text(p) : responseId;
                case "model" -> model = model == null ? text(p) : model;
                case "service_tier" -> {
                    String tier = text(p);
                    serviceTier = tier == null ? serviceTier : tier;
                }
                default -> {}
            }
            p.skipChildren();
        }
        if (reported == UsageReport.NONE && scan.choiceUsage != null) {
            reported = scan.choiceUsage;
        }
        return new Chunk(reported, error);
    }

    private void finished(String reason) {
        finishReason = reason;
        semantic = true;
    }

    private static @Nullable String text(JsonParser p) {
        return p.currentToken() == JsonToken.VALUE_STRING && p.getStringLength() > 0
                ? p.getString()
                : null;
    }

    /// The last snapshot wins, except that one which says nothing does not undo one that did.
    private void keep(UsageReport reported) {
        boolean silent =
                reported instanceof UsageReport.Missing(String why)
                        && (why.equals(ChatUsage.INCOMPLETE) || why.equals(ChatUsage.ZERO));
        if (!silent || !(usage instanceof UsageReport.Reported)) {
            usage = reported;
        }
    }

    /// What a frame that never reaches the client held is not content of the answer.
    private Step malformed(long contentBefore) {
        scan.contentBytes = contentBefore;
        return malformed();
    }

    @Override
    public long contentBytes() {
        return scan.contentBytes;
    }

    @Override
    public StreamReport report() {
        int searches = scan.citations ? 1 : 0;
        return new StreamReport(
                withSearches(usage, searches),
                finishReason,
                done,
                fault == null && (done || scan.allFinished()),
                semantic,
                scan.contentBytes,
                deltas,
                malformedFrames,
                fault,
                retry,
                model,
                serviceTier,
                responseId,
                searches);
    }

    static UsageReport withSearches(UsageReport usage, int searches) {
        return searches > 0 && usage instanceof UsageReport.Reported(Usage counts)
                ? new UsageReport.Reported(counts.plus(Usage.of(MeterKind.SEARCHES, searches)))
                : usage;
    }
}
