package dev.sluice.protocol.gemini;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.PathText;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.StrictJson;
import dev.sluice.protocol.json.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1beta/models/{model}:embedContent` and `:batchEmbedContents`: one vector, or one for
/// each request of a list.
public final class GeminiEmbeddings implements Decoded {

    private static final int MOST_REQUESTS = 2_048;
    private static final int MOST_DIMENSIONS = 1_000_000;

    private final ObjectNode root;
    private final boolean batch;
    private final List<JsonNode> requests;
    private final CallFacts facts;

    private GeminiEmbeddings(
            ObjectNode root, boolean batch, List<JsonNode> requests, CallFacts facts) {
        this.root = root;
        this.batch = batch;
        this.requests = requests;
        this.facts = facts;
    }

    /// Reads a request.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the path of the field
    public static GeminiEmbeddings decode(GeminiContent.Address address, byte[] body) {
        ObjectNode root = StrictJson.withDefaults().read(body, p -> tree(p, body));
        boolean batch = address.verb() == GeminiContent.Verb.EMBED_BATCH;
        List<JsonNode> requests = new ArrayList<>();
        if (batch) {
            requests.addAll(Repeated.messages(root.path("requests"), "requests"));
        } else {
            requests.add(root);
        }
        if (requests.isEmpty() || requests.size() > MOST_REQUESTS) {
            throw Fields.wrong("requests", "a list of 1 to " + MOST_REQUESTS + " requests");
        }
        int media = 0;
        for (int i = 0; i < requests.size(); i++) {
            media += checked(requests.get(i), batch ? "requests[" + i + "]." : "");
        }
        CallFacts facts =
                new CallFacts(
                        Fields.model(address.model()),
                        "embeddings",
                        Set.of("embeddings"),
                        false,
                        body.length,
                        0,
                        media,
                        false,
                        0,
                        OptionalLong.of(0),
                        1,
                        null,
                        Set.of(),
                        null,
                        false);
        return new GeminiEmbeddings(root, batch, List.copyOf(requests), facts);
    }

    private static ObjectNode tree(JsonParser p, byte[] body) {
        while (p.nextName() != null) {
            p.nextToken();
            p.skipChildren();
        }
        return (ObjectNode) Trees.read(body);
    }

    /// How many parts are no texts.
    private static int checked(JsonNode request, String at) {
        List<JsonNode> parts = parts(request);
        if (parts.isEmpty()) {
            throw Fields.wrong(at + "content", "content with parts");
        }
        JsonNode dimensions = dimensions(request);
        if (dimensions != null
                && (!dimensions.isInt()
                        || dimensions.intValue() < 1
                        || dimensions.intValue() > MOST_DIMENSIONS)) {
            throw Fields.wrong(at + "outputDimensionality", "a number of dimensions");
        }
        int media = 0;
        for (JsonNode part : parts) {
            media += part.path("text").isString() ? 0 : 1;
        }
        return media;
    }

    private static List<JsonNode> parts(JsonNode request) {
        return Repeated.messages(request.path("content").path("parts"), "content.parts");
    }

    private static @Nullable JsonNode dimensions(JsonNode request) {
        JsonNode camel = Trees.present(request, "outputDimensionality");
        return camel != null ? camel : Trees.present(request, "output_dimensionality");
    }

    /// What is to be embedded, when all of it is text.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` where some of it is not
    public List<String> texts() {
        if (facts.otherMedia() > 0) {
            throw Fields.wrong("content", "text alone: this model reads nothing else");
        }
        return requests.stream().map(GeminiEmbeddings::text).toList();
    }

    private static String text(JsonNode request) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts(request)) {
            text.append(text.isEmpty() ? "" : "\n").append(part.path("text").asString());
        }
        return text.toString();
    }

    /// The dimensions all vectors shall have; empty for the model's own.
    public OptionalLong dimensions() {
        JsonNode asked = dimensions(requests.getFirst());
        return asked == null ? OptionalLong.empty() : OptionalLong.of(asked.longValue());
    }

    /// The answer to this request, made of vectors.
    public byte[] answer(List<JsonNode> vectors) {
        ObjectNode out = Trees.object();
        if (batch) {
            var embeddings = out.putArray("embeddings");
            vectors.forEach(values -> embeddings.addObject().set("values", values));
        } else {
            out.putObject("embedding").set("values", vectors.getFirst());
        }
        return Trees.bytes(out);
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    @Override
    public String upstreamPath(String model) {
        GeminiContent.Verb verb = batch ? GeminiContent.Verb.EMBED_BATCH : GeminiContent.Verb.EMBED;
        return verb.path(PathText.encoded(model));
    }

    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        ObjectNode sent = root.deepCopy();
        for (JsonNode request : batch ? Repeated.elements(sent.path("requests")) : List.of(sent)) {
            if (batch || request.has("model")) {
                ((ObjectNode) request).put("model", "models/" + model);
            }
        }
        return Trees.bytes(sent);
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        throw new UnsupportedOperationException("embeddings do not stream");
    }

    @Override
    public Answer readAnswer(byte[] body) {
        JsonNode answer;
        try {
            answer = Trees.read(body);
        } catch (JacksonException e) {
            throw malformed();
        }
        if (answer.has("error")) {
            throw UpstreamFaults.inStream(body, 0, body.length).fault().asException();
        }
        if (!answer.has(batch ? "embeddings" : "embedding")) {
            throw malformed();
        }
        JsonNode tokens = answer.path("usageMetadata").path("promptTokenCount");
        boolean told = tokens.isInt() && tokens.intValue() > 0;
        UsageReport report =
                told
                        ? new UsageReport.Reported(
                                Usage.builder()
                                        .set(MeterKind.INPUT, tokens.intValue())
                                        .set(MeterKind.REQUESTS, 1)
                                        .build())
                        : UsageReport.NONE;
        return new Answer(body, Answer.Facts.of(report, Map.of()));
    }

    private static RuntimeException malformed() {
        return Fault.of(
                        FaultCode.UPSTREAM_ERROR,
                        "The upstream's answer is not what this endpoint answers with.")
                .asException();
    }
}
