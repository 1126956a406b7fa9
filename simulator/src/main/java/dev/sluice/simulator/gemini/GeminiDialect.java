package dev.sluice.simulator.gemini;

import dev.sluice.simulator.answer.PrefixMemory;
import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.plan.Models;
import dev.sluice.simulator.plan.Models.Model;
import dev.sluice.simulator.script.Directives;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1beta/models`, and what its models can do: `generateContent`, `streamGenerateContent`,
/// `countTokens`, `embedContent`, `batchEmbedContents`.
public final class GeminiDialect implements Dialect {

    private static final String ROOT = "/v1beta";
    private static final String MODELS = ROOT + "/models";
    private static final String STREAM = "streamGenerateContent";

    private final Models models;
    private final PrefixMemory memory;

    public GeminiDialect(Models models, PrefixMemory memory) {
        this.models = models;
        this.memory = memory;
    }

    @Override
    public boolean serves(Route route) {
        return route.under(ROOT);
    }

    @Override
    public String key(Route route) {
        String header = route.header("x-goog-api-key");
        String own = header.isEmpty() ? route.parameter("key") : header;
        return own.isEmpty() ? route.bearer() : own;
    }

    /// This provider names its answers in the body alone.
    @Override
    public Map<String, String> headers(String requestId, int status) {
        return Map.of();
    }

    @Override
    public Answer failure(Failure failure) {
        Route route = failure.route();
        return Failures.body(failure, route.path().endsWith(STREAM) && inArray(route));
    }

    private static boolean inArray(Route route) {
        return !route.parameter("alt").equals("sse");
    }

    @Override
    public Asked read(Inbound request) {
        Route route = request.route();
        String below = route.below(MODELS);
        if (route.method().equals("GET") && route.under(MODELS)) {
            return directives -> document(below.isEmpty() ? list() : entry(model(below)));
        }
        int colon = below.lastIndexOf(':');
        if (!route.method().equals("POST") || colon < 1) {
            throw notFound("Requested entity was not found.");
        }
        // A plus sign in a path is itself.
        String escaped = below.substring(0, colon).replace("+", "%2B");
        String asked = URLDecoder.decode(escaped, StandardCharsets.UTF_8);
        JsonNode root = Json.body(request.body());
        String method = below.substring(colon + 1);
        return switch (method) {
            case "generateContent", STREAM ->
                    new AskedContent(
                            ContentRequest.read(root, asked), request, method.equals(STREAM));
            case "countTokens" -> {
                JsonNode inner = Camel.of(root).path("generateContentRequest");
                ContentRequest read = ContentRequest.read(inner.isObject() ? inner : root, asked);
                yield new AskedOther(read.model(), read.directives(), d -> count(read));
            }
            case "embedContent" -> embedding(asked, List.of(Camel.of(root)), false);
            case "batchEmbedContents" ->
                    embedding(asked, Camel.of(root).path("requests").valueStream().toList(), true);
            default -> throw notFound("Unknown method " + method + ".");
        };
    }

    private static RefusedException notFound(String message) {
        return new RefusedException(404, "", message);
    }

    private Model model(String id) {
        return models.find(id)
                .orElseThrow(
                        () -> notFound("models/" + id + " is not found for API version v1beta."));
    }

    private static Answer document(ObjectNode json) {
        return new Answer.Plain(200, json.toString(), TrueUsage.NONE, null);
    }

    private ObjectNode list() {
        ObjectNode out = Json.object();
        ArrayNode data = out.putArray("models");
        models.list().forEach(model -> data.add(entry(model)));
        return out;
    }

    private static ObjectNode entry(Model model) {
        ObjectNode out =
                Json.object()
                        .put("name", "models/" + model.id())
                        .put("version", "001")
                        .put("displayName", model.id())
                        .put("inputTokenLimit", model.context())
                        .put("outputTokenLimit", model.context());
        ArrayNode methods = out.putArray("supportedGenerationMethods");
        if (model.embeds()) {
            methods.add("embedContent").add("batchEmbedContents");
        } else if (model.talks()) {
            methods.add("generateContent").add("countTokens");
        }
        return out;
    }

    /// The count of a prompt: free, and what a call with it would be charged for.
    private Answer count(ContentRequest request) {
        Model unused = model(request.model());
        ContentPrompt prompt = ContentPrompt.of(request, 0);
        ObjectNode out = Json.object().put("totalTokens", prompt.count().total());
        new UsageMetadata(prompt.count(), Directives.NONE)
                .details(out.putArray("promptTokensDetails"), new Counts(Directives.NONE));
        return document(out);
    }

    /// The provider tells no usage of embeddings; they use what they use all the same.
    private Asked embedding(String asked, List<JsonNode> requests, boolean batch) {
        if (requests.isEmpty()) {
            throw Json.bad("* BatchEmbedContentsRequest.requests: at least one is required");
        }
        List<Embedding> all = new ArrayList<>();
        requests.forEach(one -> all.add(Embedding.read(one)));
        String id = Directives.bareModel(asked);
        Directives told = Directives.ofModel(asked).plus(Directives.inText(all.getLast().text()));
        return new AskedOther(
                id,
                told,
                directives -> {
                    Model model = model(id);
                    if (!model.embeds()) {
                        throw notFound("models/" + id + " is not supported for embedContent.");
                    }
                    ObjectNode out = Json.object();
                    if (batch) {
                        ArrayNode embeddings = out.putArray("embeddings");
                        all.forEach(one -> embeddings.add(one.answer(model)));
                    } else {
                        out.set("embedding", all.getFirst().answer(model));
                    }
                    long tokens = all.stream().mapToLong(Embedding::tokens).sum();
                    return new Answer.Plain(200, out.toString(), TrueUsage.ofPrompt(tokens), null);
                });
    }

    private final class AskedContent implements Asked {
        private final ContentRequest request;
        private final Inbound inbound;
        private final boolean stream;

        AskedContent(ContentRequest request, Inbound inbound, boolean stream) {
            this.request = request;
            this.inbound = inbound;
            this.stream = stream;
        }

        @Override
        public String model() {
            return request.model();
        }

        @Override
        public boolean stream() {
            return stream;
        }

        @Override
        public Directives directives() {
            return request.directives();
        }

        @Override
        public Answer answer(Directives directives) {
            Model model = GeminiDialect.this.model(request.model());
            if (!model.talks()) {
                throw notFound("models/" + model.id() + " is not supported for generateContent.");
            }
            ContentPlan plan =
                    ContentPlan.of(request, directives, model, memory, inbound.account());
            return stream ? plan.stream(inArray(inbound.route())) : plan.plain();
        }
    }

    /// What is answered with one document.
    private record AskedOther(String model, Directives directives, Asked how) implements Asked {

        @Override
        public Answer answer(Directives all) {
            return how.answer(all);
        }
    }
}
