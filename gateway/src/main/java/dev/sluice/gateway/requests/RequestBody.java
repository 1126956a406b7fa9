package dev.sluice.gateway.requests;

import dev.sluice.catalog.AuthScheme;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.http.MultipartReader;
import dev.sluice.gateway.http.SpooledForm;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.spool.SpooledFile;
import dev.sluice.gateway.upstream.UpstreamRequests;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.Reach;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Pieces;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.job.JobRequest;
import dev.sluice.protocol.media.RequestContent;
import dev.sluice.protocol.responses.KeptItems;
import dev.sluice.protocol.responses.ResponsesRequest;
import dev.sluice.protocol.translate.EmbeddingTranslation;
import dev.sluice.protocol.translate.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A decoded request together with what the stages after it ask of it.
public final class RequestBody {

    /// What an answer says was lost of its question is cut here.
    private static final int MOST_DROPPED_CHARACTERS = 1_024;

    private static final byte[] NOTHING = {};

    private final Endpoint endpoint;
    private final RequestContent content;
    private final Decoded decoded;
    private final @Nullable TargetDialects dialects;
    private final Results results;

    /// What has no dialects to be translated between, by what an upstream speaks; written by
    /// [#carriable] alone.
    private final Map<Set<String>, Decoded> told = new HashMap<>();

    /// The client's own words, also where `content` tells an earlier conversation with them; of
    /// what cannot be kept, nothing.
    private final byte[] own;

    private final ResponsesRequest.@Nullable Keeping keeping;
    private volatile @Nullable String digest;

    private RequestBody(Endpoint endpoint, RequestContent content, Decoded decoded) {
        this.endpoint = endpoint;
        this.content = content;
        this.decoded = decoded;
        Wire wire = endpoint.wire();
        this.dialects = wire == null ? null : new TargetDialects(wire, content.identity(), decoded);
        this.results = new Results(decoded.facts(), this::isAskedTier);
        this.keeping = decoded instanceof ResponsesRequest asked ? asked.keeping() : null;
        this.own = keeping == null ? NOTHING : content.identity();
    }

    private RequestBody(RequestBody part, byte[] whole, @Nullable String upstreamId) {
        this.endpoint = part.endpoint;
        this.content = new RequestContent.Json(whole);
        this.decoded = endpoint.decode(endpoint.path(), content);
        this.dialects = new TargetDialects(Wire.OPENAI_RESPONSES, whole, decoded);
        this.results = new Results(decoded.facts(), this::isAskedTier);
        this.own = part.own;
        this.keeping = part.keeping;
        if (upstreamId != null) {
            dialects.goesOnAt(upstreamId, part.decoded);
        }
    }

    /// The response that the conversation goes on from, or null.
    public @Nullable String previousResponseId() {
        return keeping == null ? null : keeping.previousId();
    }

    /// The same with what was said before it.
    ///
    /// @param items what was said before, oldest first
    /// @param upstreamId the account that keeps it, which is asked in the client's own words, or
    ///     null
    public RequestBody goingOn(List<JsonNode> items, @Nullable String upstreamId) {
        return new RequestBody(this, KeptItems.whole(own, items), upstreamId);
    }

    /// Whether the answer is to be kept.
    public boolean isKept() {
        return keeping != null && keeping.stores();
    }

    /// Whether this target keeps it too, under the same id.
    public boolean keepsThere(PlannedTarget target) {
        return dialects != null && dialects.isClients(dialects.wire(target.upstream()));
    }

    /// Whether this target was asked for the service tier that the client named: no translation
    /// carries it.
    private boolean isAskedTier(PlannedTarget target) {
        return dialects == null || dialects.isClients(dialects.wire(target.upstream()));
    }

    /// What the request itself says.
    public List<JsonNode> ownItems(String requestId) {
        return KeptItems.ofInput(own, requestId).valueStream().toList();
    }

    /// Reads the body; throws the fault of a bad one.
    ///
    /// @param contentType as the client named it, empty when it did not
    public static RequestBody decode(
            Endpoint endpoint, String path, String contentType, byte[] sent, Limits limits) {
        RequestContent content =
                MultipartReader.isForm(contentType)
                        ? MultipartReader.read(contentType, sent, limits)
                        : new RequestContent.Json(endpoint.addressed(path, sent));
        return new RequestBody(endpoint, content, endpoint.decode(path, content));
    }

    /// Reads a form on disk, which must not be closed before the call is over.
    public static RequestBody decode(
            Endpoint endpoint, String contentType, SpooledFile sent, Limits limits) {
        RequestContent content = SpooledForm.read(contentType, sent, limits);
        return new RequestBody(endpoint, content, endpoint.decode(endpoint.path(), content));
    }

    public CallFacts facts() {
        return decoded.facts();
    }

    /// As a request that begins a job.
    public JobRequest job() {
        return (JobRequest) decoded;
    }

    /// Whether [#carriable] takes a while.
    public boolean translates(CallPlan plan) {
        return dialects != null && dialects.translates(plan);
    }

    /// The plan without the targets that cannot be asked this; see [TargetDialects#carriable].
    public CallPlan carriable(
            CallPlan plan,
            boolean strict,
            long atSeconds,
            String requestId,
            Consumer<Map<String, String>> notes) {
        if (dialects == null) {
            // what one target cannot be asked, none of another dialect can
            for (PlannedTarget target : plan.targets()) {
                told.computeIfAbsent(
                        target.upstream().dialects(),
                        spoken -> EmbeddingTranslation.toward(decoded, spoken));
            }
            return plan;
        }
        if (isKept()) {
            dialects.answersAs(requestId.replace("req_", "resp_"), previousResponseId());
        }
        return dialects.carriable(plan, strict, atSeconds, notes);
    }

    private Decoded toward(PlannedTarget target) {
        return dialects == null
                ? Objects.requireNonNull(told.get(target.upstream().dialects()))
                : dialects.toward(target.upstream());
    }

    /// The head of the request to this target.
    ///
    /// @param sent the client's headers
    public RequestOptions headFor(MultiMap sent, PlannedTarget target) {
        Upstream upstream = target.upstream();
        boolean stream = facts().stream();
        if (dialects == null) {
            String path = toward(target).upstreamPath(target.upstreamModel());
            return UpstreamRequests.head(
                    upstream,
                    path.isEmpty()
                            ? uri(target, endpoint, endpoint.upstreamPath(), stream)
                            : target.upstream().reach().below(path),
                    Map.of(),
                    decoded.contentType(),
                    decoded.accept());
        }
        Wire wire = dialects.wire(upstream);
        Map<String, String> headers =
                wire.headers(dialects.isClients(wire) ? sent::getAll : _ -> List.of());
        return UpstreamRequests.head(
                upstream,
                uri(target, Endpoint.of(wire), wire.path(target.upstreamModel(), stream), stream),
                headers,
                decoded.contentType(),
                decoded.accept());
    }

    /// Where the provider has the endpoint, else where the dialect has it.
    private static String uri(
            PlannedTarget target, Endpoint endpoint, String ofDialect, boolean stream) {
        Reach reach = target.upstream().reach();
        Reach.Path path = reach.path(endpoint.dialect(), endpoint.family());
        return path == null ? reach.below(ofDialect) : path.of(target.upstreamModel(), stream);
    }

    /// What the client and this target did not hear of each other, for the answer's head; null when
    /// they heard all.
    ///
    /// @param ofAnswer what of the answer the client is not shown, as far as that is known
    public @Nullable String lost(PlannedTarget target, List<String> ofAnswer) {
        List<String> ofQuestion = toward(target).dropped();
        if (ofQuestion.isEmpty() && ofAnswer.isEmpty()) {
            return null;
        }
        List<String> lost = new ArrayList<>(ofQuestion);
        ofAnswer.forEach(path -> lost.add("answer." + path));
        String names = String.join(", ", lost).replaceAll("[^ -~]", "?");
        return names.substring(0, Math.min(names.length(), MOST_DROPPED_CHARACTERS));
    }

    /// The client's bytes with the edits this target and this call's hold ask for.
    public Buffer forTarget(CallPlan plan, HoldResult.Held held, PlannedTarget target) {
        boolean lowered = held.outputTokens() < plan.outputTokensMax();
        Decoded request = toward(target);
        boolean mustSay =
                lowered || plan.limitMustBeSent() || exceedsPlan(plan) || request.limitRequired();
        Reach reach = target.upstream().reach();
        byte[] body =
                request.upstreamBody(
                        target.upstreamModel(),
                        mustSay && plan.outputTokensMax() > 0
                                ? OptionalLong.of(limit(plan, held, target))
                                : OptionalLong.empty(),
                        reach.outputLimitField());
        if (dialects == null) {
            return Buffer.buffer(body);
        }
        String dialect = dialects.wire(target.upstream()).id();
        return Buffer.buffer(BodyQuirks.applied(body, reach.spoken(dialect)));
    }

    /// What is too large to be in memory, with the edits this target asks for; null for everything
    /// else. What is signed is signed as a whole.
    public @Nullable Pieces piecesFor(PlannedTarget target) {
        return dialects != null || target.upstream().reach().auth() instanceof AuthScheme.AwsSigV4
                ? null
                : toward(target).upstreamPieces(target.upstreamModel());
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

    public Answer readAnswer(PlannedTarget target, String contentType, byte[] body) {
        return toward(target).readAnswer(contentType, body);
    }

    public StreamReader newStreamReader(PlannedTarget target) {
        return toward(target).streamReader();
    }

    /// What a provider that has read the prompt and said nothing is taken to have used.
    public Usage inputEstimate() {
        return Usage.builder()
                .set(MeterKind.INPUT, UsageEstimate.inputTokens(facts()))
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    /// Whether the client wants to read in `usage` what the call costs.
    public boolean costRequested() {
        return decoded.costRequested();
    }

    /// Whether an answer is handed on as it comes; see [Decoded#relayed].
    public boolean relayed() {
        return decoded.relayed();
    }

    /// How answers to this request are turned into what is charged.
    public Results results() {
        return results;
    }

    /// The digest that tells two bodies under one Idempotency-Key apart. Takes a while for a large
    /// body: not for an event loop.
    public String sha256() {
        String known = digest;
        if (known != null) {
            return known;
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            content.identityPieces().forEach(sha256::update);
            String made = HexFormat.of().formatHex(sha256.digest());
            digest = made;
            return made;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
