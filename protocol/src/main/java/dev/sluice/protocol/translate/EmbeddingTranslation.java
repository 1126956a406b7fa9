package dev.sluice.protocol.translate;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.gemini.GeminiEmbeddings;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.openai.EmbeddingsRequest;
import dev.sluice.protocol.openai.OpenAiEmbeddings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Texts to embed that come in Gemini's dialect and go to an upstream that speaks OpenAI's. Vectors
/// are the same in both.
public final class EmbeddingTranslation implements Decoded {

    private static final String PATH = "/embeddings";

    private final GeminiEmbeddings asked;
    private final EmbeddingsRequest written;

    private EmbeddingTranslation(GeminiEmbeddings asked, EmbeddingsRequest written) {
        this.asked = asked;
        this.written = written;
    }

    /// The request for an upstream that speaks these dialects: itself where nothing is to be done.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` for what cannot be asked there
    public static Decoded toward(Decoded asked, Collection<String> spoken) {
        boolean onlyGemini = spoken.contains(Wire.GEMINI.id()) && spoken.size() == 1;
        if (asked instanceof EmbeddingsRequest && onlyGemini) {
            throw Fault.invalid(
                            "The provider of this model speaks Gemini's dialect alone: ask for its"
                                    + " vectors with embedContent or batchEmbedContents.",
                            "model")
                    .asException();
        }
        if (!(asked instanceof GeminiEmbeddings gemini) || spoken.contains(Wire.GEMINI.id())) {
            return asked;
        }
        ObjectNode body = Trees.object().put("model", gemini.facts().model());
        ArrayNode input = body.putArray("input");
        gemini.texts().forEach(input::add);
        body.put("encoding_format", "float");
        gemini.dimensions().ifPresent(wanted -> body.put("dimensions", wanted));
        return new EmbeddingTranslation(gemini, OpenAiEmbeddings.decode(Trees.bytes(body)));
    }

    @Override
    public CallFacts facts() {
        return asked.facts();
    }

    @Override
    public String upstreamPath(String model) {
        return PATH;
    }

    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        return written.upstreamBody(model, outputLimit, limitField);
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        return written.streamReader();
    }

    @Override
    public Answer readAnswer(byte[] body) {
        Answer metered = written.readAnswer(body);
        List<JsonNode> items = new ArrayList<>();
        Trees.answer(metered.body()).path("data").forEach(items::add);
        items.sort(Comparator.comparingInt(item -> item.path("index").asInt(0)));
        List<JsonNode> vectors = items.stream().map(item -> item.path("embedding")).toList();
        return new Answer(asked.answer(vectors), metered.facts());
    }
}
