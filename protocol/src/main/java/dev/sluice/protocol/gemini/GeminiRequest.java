package dev.sluice.protocol.gemini;

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
public final class GeminiRequest implements Decoded {

    /// Where the fields are that may be edited.
    ///
    /// @param afterBrace just behind the object's `{`
    /// @param addressed the last of the members that the path said
    /// @param config the value of `generationConfig`, or null
    /// @param configEmpty whether that has no member
    /// @param limit the value of `maxOutputTokens`, or null
    /// @param foreignSeals signatures of other providers, which are not sent
    record Places(
            int afterBrace,
            @Nullable Span addressed,
            @Nullable Span config,
            boolean configEmpty,
            @Nullable Span limit,
            List<Span> foreignSeals) {}

    private final byte[] body;
    private final CallFacts facts;
    private final Places places;

    GeminiRequest(byte[] body, CallFacts facts, Places places) {
        this.body = body;
        this.facts = facts;
        this.places = places;
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    /// Without the members that go into the path.
    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        PointEdits edits = new PointEdits(body);
        if (places.addressed != null) {
            edits.replace(new Span(places.afterBrace, places.addressed.to() + 1), "");
        }
        outputLimit.ifPresent(limit -> limit(edits, Long.toString(limit)));
        // As if there were none.
        places.foreignSeals.forEach(span -> edits.replace(span, "\"\""));
        return edits.apply();
    }

    private void limit(PointEdits edits, String limit) {
        if (places.limit != null) {
            edits.replace(places.limit, limit);
        } else if (places.config != null) {
            edits.insertFirst(
                    places.config.from() + 1, places.configEmpty, "maxOutputTokens", limit);
        } else {
            // Behind the member before it, which `contents` that are required make sure of.
            int end = places.addressed == null ? places.afterBrace : places.addressed.to() + 1;
            edits.insertFirst(
                    end, false, "generationConfig", "{\"maxOutputTokens\":" + limit + "}");
        }
    }

    @Override
    public List<String> dropped() {
        return places.foreignSeals.isEmpty()
                ? List.of()
                : List.of("contents[].parts[].thoughtSignature");
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        return new GeminiStreamReader(facts.choices());
    }

    @Override
    public Answer readAnswer(byte[] answer) {
        return GeminiResponse.read(answer);
    }
}
