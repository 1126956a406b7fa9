package dev.sluice.protocol.openai;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.json.PointEdits;
import dev.sluice.protocol.json.Span;
import java.util.OptionalLong;

/// A decoded embeddings request.
public final class EmbeddingsRequest implements Decoded {

    private final byte[] body;
    private final CallFacts facts;
    private final Span model;
    private final int inputs;
    private final boolean base64;
    private final boolean costRequested;

    EmbeddingsRequest(byte[] body, CallFacts facts, Span model, int inputs, boolean base64) {
        this(body, facts, model, inputs, base64, false);
    }

    private EmbeddingsRequest(
            byte[] body,
            CallFacts facts,
            Span model,
            int inputs,
            boolean base64,
            boolean costRequested) {
        this.body = body;
        this.facts = facts;
        this.model = model;
        this.inputs = inputs;
        this.base64 = base64;
        this.costRequested = costRequested;
    }

    /// The same of a client that asks what the call costs, or says that it need not be told.
    EmbeddingsRequest askedForCost(boolean asked) {
        return new EmbeddingsRequest(body, facts, model, inputs, base64, asked);
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    /// How many texts are to be embedded: the unit `embedding_inputs`.
    public int inputs() {
        return inputs;
    }

    /// Whether the client wants vectors as base64 of little-endian 32-bit floats.
    public boolean base64() {
        return base64;
    }

    /// Only the model is edited; there is no output to limit.
    @Override
    public byte[] upstreamBody(String newModel, OptionalLong outputLimit, String limitField) {
        return newModel.equals(facts.model())
                ? body
                : new PointEdits(body).replace(model, PointEdits.quote(newModel)).apply();
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public boolean costRequested() {
        return costRequested;
    }

    @Override
    public StreamReader streamReader() {
        throw new UnsupportedOperationException("embeddings do not stream");
    }

    @Override
    public Answer readAnswer(byte[] answer) {
        return EmbeddingsResponse.read(answer, base64);
    }
}
