package dev.sluice.protocol.anthropic;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A decoded request: its facts and the places of the fields that may be edited.
public final class MessagesRequest implements Decoded {

    /// Thinking takes at least so many tokens, and always fewer than the output limit.
    static final long LEAST_THINKING = 1_024;

    /// Where the fields are that may be edited.
    ///
    /// @param thinking the value of `thinking`, or null
    /// @param thinkingBudget its `budget_tokens`; 0 when it has none
    /// @param foreignThinking thinking of other providers, which is not sent
    record Places(
            Span model,
            Span maxTokens,
            @Nullable Span thinking,
            long thinkingBudget,
            List<Span> foreignThinking) {}

    private final byte[] body;
    private final CallFacts facts;
    private final Places places;

    MessagesRequest(byte[] body, CallFacts facts, Places places) {
        this.body = body;
        this.facts = facts;
        this.places = places;
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
        outputLimit.ifPresent(limit -> limit(edits, limit));
        places.foreignThinking.forEach(span -> edits.replace(span, ""));
        return edits.apply();
    }

    private void limit(PointEdits edits, long limit) {
        edits.replace(places.maxTokens, Long.toString(limit));
        Span thinking = places.thinking;
        long asked = facts.outputLimit().orElse(limit);
        // Only where the lower limit is what makes the budget too large: between tools a budget
        // may be above the limit.
        if (thinking != null && places.thinkingBudget >= limit && places.thinkingBudget < asked) {
            edits.replace(
                    thinking,
                    limit > LEAST_THINKING
                            ? "{\"type\":\"enabled\",\"budget_tokens\":" + (limit - 1) + "}"
                            : "{\"type\":\"disabled\"}");
        }
    }

    @Override
    public List<String> dropped() {
        return places.foreignThinking.isEmpty()
                ? List.of()
                : List.of("messages[].content[].thinking");
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        return new MessagesStreamReader();
    }

    @Override
    public Answer readAnswer(byte[] answer) {
        return MessagesResponse.read(answer);
    }
}
