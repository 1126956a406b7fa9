package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.callers.Authenticator;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.ListPage;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.anthropic.AnthropicModels;
import dev.sluice.protocol.gemini.GeminiModels;
import dev.sluice.protocol.openai.OpenAiModels;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// `GET /v1/models` and `/v1/models/{id}`, and the same below `/v1beta` and `/v1alpha`: what this
/// key may call, and nothing else.
final class ModelRoutes {

    private static final String ROOT = "/v1/models";
    private static final int MOST = 1000;

    private final SnapshotSource snapshots;
    private final Authenticator authenticator;
    private final InstantSource clock;
    private final FaultAnswer faults;

    ModelRoutes(
            SnapshotSource snapshots,
            Authenticator authenticator,
            InstantSource clock,
            FaultAnswer faults) {
        this.snapshots = snapshots;
        this.authenticator = authenticator;
        this.clock = clock;
        this.faults = faults;
    }

    static boolean serves(String path) {
        return root(path).isPresent();
    }

    private static Optional<String> root(String path) {
        return Dialect.GEMINI_ROOTS.stream()
                .filter(root -> path.equals(root) || path.startsWith(root + "/"))
                .findFirst();
    }

    /// The same path where only Gemini's clients come, when it is one of them: three dialects list
    /// models under one.
    private static String inItsDialect(String path, HttpServerRequest request) {
        boolean gemini = path.startsWith(ROOT) && FaultAnswer.dialect(request) == Dialect.GEMINI;
        return gemini ? Dialect.GEMINI_ROOTS.getFirst() + path.substring(ROOT.length()) : path;
    }

    void handle(String requestId, HttpServerRequest request, String asked) {
        String path = inItsDialect(asked, request);
        String root = root(path).orElseThrow();
        boolean gemini = !root.equals(ROOT);
        Dialect dialect = gemini ? Dialect.GEMINI : FaultAnswer.dialect(request);
        try {
            if (!request.method().name().equals("GET")) {
                if (gemini && path.length() > root.length()) {
                    // A verb that is not served.
                    throw Fault.of(FaultCode.NOT_FOUND, "There is nothing at " + path + ".")
                            .asException();
                }
                request.response().putHeader("allow", "GET");
                throw Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use GET for " + path + ".")
                        .asException();
            }
            Snapshot snapshot = snapshots.current();
            KeyEntry key = authenticator.authenticate(request, snapshot, clock.instant());
            Organization organization = snapshot.organization(key.organizationId());
            List<Model> models = Policy.callable(key, organization);
            String name = path.substring(root.length());
            boolean one = !name.isEmpty();
            List<Model> shown = one ? List.of(one(models, name.substring(1))) : models;
            byte[] body =
                    switch (dialect) {
                        case GEMINI -> gemini(shown, one, request);
                        case ANTHROPIC -> anthropic(shown, one, request);
                        default -> openAi(shown, one, organization);
                    };
            FaultAnswer.requestId(request.response(), requestId, dialect);
            request.response().putHeader("content-type", "application/json");
            var unused = request.response().end(Buffer.buffer(body));
        } catch (FaultException e) {
            faults.send(request.response(), e.fault(), requestId, dialect);
        }
    }

    private static Model one(List<Model> models, String encoded) {
        String name = decoded(encoded);
        return models.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Policy.notFound(name).asException());
    }

    private static byte[] openAi(List<Model> models, boolean one, Organization organization) {
        List<OpenAiModels.Model> entries =
                models.stream()
                        .map(m ->
                                new OpenAiModels.Model(
                                        m.name(), Instant.EPOCH, organization.name()))
                        .toList();
        return one ? OpenAiModels.one(entries.getFirst()) : OpenAiModels.list(entries);
    }

    private static byte[] anthropic(List<Model> models, boolean one, HttpServerRequest request) {
        if (one) {
            return AnthropicModels.one(entry(models.getFirst()));
        }
        Page page = page(models, request, "limit", "after_id");
        return AnthropicModels.list(
                page.shown().stream().map(ModelRoutes::entry).toList(), page.more());
    }

    private static AnthropicModels.Model entry(Model model) {
        return new AnthropicModels.Model(model.name(), Instant.EPOCH);
    }

    private static byte[] gemini(List<Model> models, boolean one, HttpServerRequest request) {
        if (one) {
            return GeminiModels.one(models.getFirst().name());
        }
        Page page = page(models, request, "pageSize", "pageToken");
        return GeminiModels.list(page.shown().stream().map(Model::name).toList(), page.more());
    }

    /// Part of a list, and whether more follow.
    private record Page(List<Model> shown, boolean more) {}

    /// All of them where the request does not say how many.
    ///
    /// @param size of the query's parameters, the one that says how many
    /// @param after the one with the name of the last model of the page before
    private static Page page(
            List<Model> models, HttpServerRequest request, String size, String after) {
        int from = 0;
        String last = request.getParam(after, "");
        if (!last.isEmpty()) {
            List<String> names = models.stream().map(Model::name).toList();
            from = names.indexOf(last) + 1;
            if (from == 0) {
                throw Fault.invalid("`" + after + "` must be the name of a model.", after)
                        .asException();
            }
        }
        int to = models.size();
        if (request.getParam(size) != null) {
            to = Math.min(to, from + ListPage.limit(request::getParam, size, MOST, MOST));
        }
        return new Page(models.subList(from, to), to < models.size());
    }

    /// A name that cannot be decoded is nobody's, like any other unknown one.
    private static String decoded(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return encoded;
        }
    }
}
