package dev.sluice.protocol.responses;

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
public final class ResponsesRequest implements Decoded {

    /// Where the fields are that may be edited.
    ///
    /// @param afterBrace just behind the body's `{`
    /// @param limit the value of `max_output_tokens`, or null
    /// @param foreignReasoning reasoning of other providers, which is not sent
    record Places(int afterBrace, Span model, @Nullable Span limit, List<Span> foreignReasoning) {}

    /// What a request wants kept.
    ///
    /// @param stores whether the answer is to be kept; it is unless the client says otherwise
    /// @param previousId the response that the conversation goes on from, or null
    public record Keeping(boolean stores, @Nullable String previousId) {}

    private final byte[] body;
    private final CallFacts facts;
    private final Places places;
    private final Keeping keeping;

    ResponsesRequest(byte[] body, CallFacts facts, Places places, Keeping keeping) {
        this.body = body;
        this.facts = facts;
        this.places = places;
        this.keeping = keeping;
    }

    public Keeping keeping() {
        return keeping;
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
        if (outputLimit.isPresent()) {
            String limit = Long.toString(outputLimit.getAsLong());
            if (places.limit == null) {
                edits.insertFirst(places.afterBrace, false, OpenAiResponses.LIMIT, limit);
            } else {
                edits.replace(places.limit, limit);
            }
        }
        places.foreignReasoning.forEach(span -> edits.replace(span, ""));
        return edits.apply();
    }

    @Override
    public List<String> dropped() {
        return places.foreignReasoning.isEmpty() ? List.of() : List.of("input[].encrypted_content");
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        return new ResponsesStreamReader();
    }

    @Override
    public Answer readAnswer(byte[] answer) {
        return ResponsesAnswer.read(answer);
    }
}
