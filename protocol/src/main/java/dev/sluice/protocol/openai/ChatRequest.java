package dev.sluice.protocol.openai;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A decoded chat request: its facts and the places of the fields that may be edited.
public final class ChatRequest implements Decoded {

    /// Where the fields are that may be edited; null for those the client did not send.
    ///
    /// @param afterBrace just behind the body's `{`
    /// @param streamOptions the value of `stream_options`, an object or null
    /// @param includeUsage the value of `stream_options.include_usage`
    /// @param streamOptionsEmpty true for `{}`
    record Places(
            int afterBrace,
            Span model,
            @Nullable Span maxTokens,
            @Nullable Span maxCompletionTokens,
            @Nullable Span streamOptions,
            boolean streamOptionsNull,
            boolean streamOptionsEmpty,
            @Nullable Span includeUsage) {}

    private final byte[] body;
    private final CallFacts facts;
    private final Places places;
    private final boolean usageRequested;
    private final boolean costRequested;

    ChatRequest(byte[] body, CallFacts facts, Places places, boolean usageRequested) {
        this(body, facts, places, usageRequested, false);
    }

    private ChatRequest(
            byte[] body,
            CallFacts facts,
            Places places,
            boolean usageRequested,
            boolean costRequested) {
        this.body = body;
        this.facts = facts;
        this.places = places;
        this.usageRequested = usageRequested;
        this.costRequested = costRequested;
    }

    /// The same of a client that asks what the call costs, or says that it need not be told.
    ChatRequest askedForCost(boolean asked) {
        return new ChatRequest(body, facts, places, usageRequested, asked);
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        PointEdits edits = new PointEdits(body);
        if (!model.equals(facts.model())) {
            edits.replace(places.model, PointEdits.quote(model));
        }
        outputLimit.ifPresent(limit -> limit(edits, Long.toString(limit), limitField));
        if (facts.stream() && !usageRequested) {
            askForUsage(edits);
        }
        return edits.apply();
    }

    private void limit(PointEdits edits, String limit, String limitField) {
        Span old = places.maxTokens;
        Span current = places.maxCompletionTokens;
        if (old != null) {
            edits.replace(old, limit);
        }
        if (current != null) {
            edits.replace(current, limit);
        }
        if (old == null && current == null) {
            edits.insertFirst(places.afterBrace, false, limitField, limit);
        }
    }

    private void askForUsage(PointEdits edits) {
        Span options = places.streamOptions;
        if (options == null) {
            edits.insertFirst(
                    places.afterBrace, false, "stream_options", "{\"include_usage\":true}");
        } else if (places.streamOptionsNull) {
            edits.replace(options, "{\"include_usage\":true}");
        } else if (places.includeUsage != null) {
            edits.replace(places.includeUsage, "true");
        } else {
            edits.insertFirst(
                    options.from() + 1, places.streamOptionsEmpty, "include_usage", "true");
        }
    }

    @Override
    public boolean usageRequested() {
        return usageRequested || costRequested;
    }

    @Override
    public boolean costRequested() {
        return costRequested;
    }

    @Override
    public StreamReader streamReader() {
        return new ChatStreamReader(usageRequested());
    }

    @Override
    public Answer readAnswer(byte[] answer) {
        return ChatResponse.read(answer);
    }
}
