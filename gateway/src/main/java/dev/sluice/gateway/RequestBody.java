package dev.sluice.gateway;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.media.RequestContent;
import dev.sluice.protocol.translate.EmbeddingTranslation;
import dev.sluice.protocol.translate.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A decoded request together with what the stages after it ask of it.
final class RequestBody {

    /// What an answer says was lost of its question is cut here.
    private static final int MOST_DROPPED_CHARACTERS = 1_024;

    private final Endpoint endpoint;
    private final RequestContent content;
    private final Decoded decoded;
    private final @Nullable TargetDialects dialects;
    private final Results results;
    private volatile @Nullable String digest;

    private RequestBody(Endpoint endpoint, RequestContent content, Decoded decoded) {
        this.endpoint = endpoint;
        this.content = content;
        this.decoded = decoded;
        Wire wire = endpoint.wire();
        this.dialects = wire == null ? null : new TargetDialects(wire, content.identity(), decoded);
        this.results = new Results(decoded.facts());
    }

    /// Reads the body; throws the fault of a bad one.
    ///
    /// @param contentType as the client named it, empty when it did not
    static RequestBody decode(
            Endpoint endpoint, String path, String contentType, byte[] sent, Limits limits) {
        RequestContent content =
                MultipartReader.isForm(contentType)
                        ? MultipartReader.read(contentType, sent, limits)
                        : new RequestContent.Json(endpoint.addressed(path, sent));
        return new RequestBody(endpoint, content, endpoint.decode(path, content));
    }

    CallFacts facts() {
        return decoded.facts();
    }

    /// Whether [#carriable] takes a while.
    boolean translates(CallPlan plan) {
        return dialects != null && dialects.translates(plan);
    }

    /// The plan without the targets that cannot be asked this; see [TargetDialects#carriable].
    CallPlan carriable(
            CallPlan plan, boolean strict, long atSeconds, List<Map<String, String>> notes) {
        if (dialects != null) {
            return dialects.carriable(plan, strict, atSeconds, notes);
        }
        // what one target cannot be asked, none of another dialect can
        plan.targets().forEach(this::toward);
        return plan;
    }

    private Decoded toward(PlannedTarget target) {
        return dialects == null
                ? EmbeddingTranslation.toward(decoded, target.upstream().dialects())
                : dialects.toward(target.upstream());
    }

    /// The head of the request to this target.
    RequestOptions headFor(Exchange exchange, PlannedTarget target) {
        Upstream upstream = target.upstream();
        boolean stream = facts().stream();
        if (dialects == null) {
            String path = toward(target).upstreamPath(target.upstreamModel());
            return UpstreamRequests.head(
                    upstream,
                    path.isEmpty() ? endpoint.upstreamPath() : path,
                    Map.of(),
                    decoded.contentType(),
                    decoded.accept());
        }
        Wire wire = dialects.wire(upstream);
        Map<String, String> headers =
                wire.headers(
                        dialects.isClients(wire)
                                ? name -> exchange.request.headers().getAll(name)
                                : _ -> List.of());
        return UpstreamRequests.head(
                upstream,
                wire.path(target.upstreamModel(), stream),
                headers,
                decoded.contentType(),
                decoded.accept());
    }

    /// Tells the client what of its request this target did not hear.
    void tellDropped(Exchange exchange, PlannedTarget target) {
        List<String> dropped = toward(target).dropped();
        if (!dropped.isEmpty()) {
            String names = String.join(", ", dropped).replaceAll("[^ -~]", "?");
            exchange.response.putHeader(
                    "x-sluice-dropped",
                    names.substring(0, Math.min(names.length(), MOST_DROPPED_CHARACTERS)));
        }
    }

    /// The client's bytes with the edits this target and this call's hold ask for.
    Buffer forTarget(Exchange exchange, PlannedTarget target) {
        CallPlan plan = Objects.requireNonNull(exchange.plan);
        HoldResult.Held held = Objects.requireNonNull(exchange.held);
        boolean lowered = held.outputTokens() < plan.outputTokensMax();
        Decoded request = toward(target);
        boolean mustSay =
                lowered || plan.limitMustBeSent() || exceedsPlan(plan) || request.limitRequired();
        return Buffer.buffer(
                request.upstreamBody(
                        target.upstreamModel(),
                        mustSay && plan.outputTokensMax() > 0
                                ? OptionalLong.of(limit(plan, held, target))
                                : OptionalLong.empty(),
                        UpstreamRequests.outputLimitField(target.upstream())));
    }

    /// The dearest target's limit is held; this one may be able to give less.
    private static long limit(CallPlan plan, HoldResult.Held held, PlannedTarget target) {
        long perChoice = held.outputTokens() / plan.choices();
        return Math.min(perChoice, target.bounds().maxOutputTokens().orElse(perChoice));
    }

    /// A route may allow less output than the client asked for, or than the model can give.
    private boolean exceedsPlan(CallPlan plan) {
        long perChoice = plan.outputTokensMax() / plan.choices();
        boolean clientAsksMore =
                facts().outputLimit().isPresent() && facts().outputLimit().getAsLong() > perChoice;
        Long ofRoute = plan.model().maxOutputTokens();
        return clientAsksMore || (ofRoute != null && facts().outputLimit().isEmpty());
    }

    Answer readAnswer(PlannedTarget target, String contentType, byte[] body) {
        return toward(target).readAnswer(contentType, body);
    }

    StreamReader newStreamReader(PlannedTarget target) {
        return toward(target).streamReader();
    }

    /// What a provider that has read the prompt and said nothing is taken to have used.
    Usage inputEstimate() {
        return Usage.builder()
                .set(MeterKind.INPUT, UsageEstimate.inputTokens(facts()))
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    /// Whether an answer is handed on as it comes; see [Decoded#relayed].
    boolean relayed() {
        return decoded.relayed();
    }

    /// How answers to this request are turned into what is charged.
    Results results() {
        return results;
    }

    /// The digest that tells two bodies under one Idempotency-Key apart. Takes a while for a large
    /// body: not for an event loop.
    String sha256() {
        String known = digest;
        if (known != null) {
            return known;
        }
        try {
            String made =
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(content.identity()));
            digest = made;
            return made;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
