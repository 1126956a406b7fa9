package dev.sluice.gateway;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Model;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.openai.OpenAiModels;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// `GET /v1/models` and `/v1/models/{id}`: what this key may call, and nothing else (SPEC A9).
final class ModelRoutes {

    private static final String PREFIX = "/v1/models/";

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

    void handle(String requestId, HttpServerRequest request, String path) {
        try {
            if (!request.method().name().equals("GET")) {
                request.response().putHeader("allow", "GET");
                throw Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use GET for " + path + ".")
                        .asException();
            }
            Snapshot snapshot = snapshots.current();
            KeyEntry key = authenticator.authenticate(request, snapshot, clock.instant());
            Organization organization = snapshot.organization(key.organizationId());
            List<Model> models = Policy.callable(key, organization);
            byte[] body =
                    path.startsWith(PREFIX)
                            ? one(models, path.substring(PREFIX.length()), organization)
                            : OpenAiModels.list(
                                    models.stream().map(m -> entry(m, organization)).toList());
            request.response().putHeader("x-request-id", requestId);
            request.response().putHeader("content-type", "application/json");
            var unused = request.response().end(Buffer.buffer(body));
        } catch (FaultException e) {
            faults.send(request.response(), e.fault(), requestId, path);
        }
    }

    private static byte[] one(List<Model> models, String encoded, Organization organization) {
        String name = decoded(encoded);
        return models.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .map(model -> OpenAiModels.one(entry(model, organization)))
                .orElseThrow(() -> Policy.notFound(name).asException());
    }

    /// A name that cannot be decoded is nobody's, like any other unknown one.
    private static String decoded(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return encoded;
        }
    }

    private static OpenAiModels.Model entry(Model model, Organization organization) {
        return new OpenAiModels.Model(model.name(), Instant.EPOCH, organization.name());
    }
}
