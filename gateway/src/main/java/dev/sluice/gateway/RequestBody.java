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
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.anthropic.AnthropicMessages;
import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.openai.OpenAiChat;
import dev.sluice.protocol.openai.OpenAiEmbeddings;
import dev.sluice.protocol.responses.KeptItems;
import dev.sluice.protocol.responses.OpenAiResponses;
import dev.sluice.protocol.responses.ResponsesRequest;
import dev.sluice.protocol.translate.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A decoded request together with what the stages after it ask of it.
final class RequestBody {

    /// What an answer says was lost of its question is cut here.
    private static final int MOST_DROPPED_CHARACTERS = 1_024;

    private static final String EMBEDDINGS_PATH = "/embeddings";

    private final byte[] bytes;
    private final Decoded decoded;
    private final @Nullable TargetDialects dialects;

    /// The client's own words where `bytes` tell an earlier conversation with them; else as
    /// `bytes`.
    private final byte[] own;

    private final ResponsesRequest.@Nullable Keeping keeping;
    private volatile @Nullable String digest;

    private RequestBody(byte[] bytes, Decoded decoded, @Nullable Wire wire) {
        this.bytes = bytes;
        this.decoded = decoded;
        this.dialects = wire == null ? null : new TargetDialects(wire, bytes, decoded);
        this.own = bytes;
        this.keeping = decoded instanceof ResponsesRequest asked ? asked.keeping() : null;
    }

    private RequestBody(RequestBody part, byte[] whole, @Nullable String upstreamId) {
        this.bytes = whole;
        this.decoded = OpenAiResponses.decode(whole);
        this.dialects = new TargetDialects(Wire.OPENAI_RESPONSES, whole, decoded);
        this.own = part.own;
        this.keeping = part.keeping;
        if (upstreamId != null) {
            dialects.goesOnAt(upstreamId, part.decoded);
        }
    }

    /// The response that the conversation goes on from, or null.
    @Nullable String previousResponseId() {
        return keeping == null ? null : keeping.previousId();
    }

    /// The same with what was said before it.
    ///
    /// @param items what was said before, oldest first
    /// @param upstreamId the account that keeps it, which is asked in the client's own words, or
    ///     null
    RequestBody goingOn(List<JsonNode> items, @Nullable String upstreamId) {
        return new RequestBody(this, KeptItems.whole(own, items), upstreamId);
    }

    /// Whether the answer is to be kept.
    boolean isKept() {
        return keeping != null && keeping.stores();
    }

    /// Whether this target keeps it too, under the same id.
    boolean keepsThere(PlannedTarget target) {
        return dialects != null && dialects.isClients(dialects.wire(target.upstream()));
    }

    /// What the request itself says.
    List<JsonNode> ownItems(String requestId) {
        return KeptItems.ofInput(own, requestId).valueStream().toList();
    }

    /// Reads the body in one pass; throws the fault of a bad one.
    static RequestBody decode(Endpoint endpoint, String path, byte[] sent) {
        byte[] bytes = endpoint.addressed(path, sent);
        return new RequestBody(
                bytes,
                switch (endpoint) {
                    case CHAT -> OpenAiChat.decode(bytes);
                    case EMBEDDINGS -> OpenAiEmbeddings.decode(bytes);
                    case MESSAGES -> AnthropicMessages.decode(bytes);
                    case RESPONSES -> OpenAiResponses.decode(bytes);
                    case GEMINI -> GeminiContent.decode(bytes);
                },
                endpoint.wire());
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
            CallPlan plan,
            boolean strict,
            long atSeconds,
            String requestId,
            List<Map<String, String>> notes) {
        if (dialects == null) {
            return plan;
        }
        if (isKept()) {
            dialects.answersAs(requestId.replace("req_", "resp_"), previousResponseId());
        }
        return dialects.carriable(plan, strict, atSeconds, notes);
    }

    private Decoded toward(PlannedTarget target) {
        return dialects == null ? decoded : dialects.toward(target.upstream());
    }

    /// The head of the request to this target.
    RequestOptions headFor(Exchange exchange, PlannedTarget target) {
        Upstream upstream = target.upstream();
        boolean stream = facts().stream();
        if (dialects == null) {
            return UpstreamRequests.head(upstream, EMBEDDINGS_PATH, Map.of(), stream);
        }
        Wire wire = dialects.wire(upstream);
        Map<String, String> headers =
                wire.headers(
                        dialects.isClients(wire)
                                ? name -> exchange.request.headers().getAll(name)
                                : _ -> List.of());
        return UpstreamRequests.head(
                upstream, wire.path(target.upstreamModel(), stream), headers, stream);
    }

    /// What the client and this target did not hear of each other, for the answer's head; null when
    /// they heard all.
    ///
    /// @param ofAnswer what of the answer the client is not shown, as far as that is known
    @Nullable String lost(PlannedTarget target, List<String> ofAnswer) {
        List<String> lost = new ArrayList<>(toward(target).dropped());
        ofAnswer.forEach(path -> lost.add("answer." + path));
        String names = String.join(", ", lost).replaceAll("[^ -~]", "?");
        return names.isEmpty()
                ? null
                : names.substring(0, Math.min(names.length(), MOST_DROPPED_CHARACTERS));
    }

    /// The same in the request's record, which must not have been written yet.
    void noteLost(Exchange exchange, PlannedTarget target, List<String> ofAnswer) {
        String lost = lost(target, ofAnswer);
        if (lost != null) {
            exchange.decisions.add(
                    Map.of(
                            "upstream",
                            target.upstream().id(),
                            "model",
                            target.upstreamModel(),
                            "note",
                            "dropped: " + lost));
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

    Answer readAnswer(PlannedTarget target, byte[] body) {
        return toward(target).readAnswer(body);
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

    /// What a whole answer comes to, counted by Sluice where the provider did not say.
    Result resultOf(Answer answer) {
        Answer.Facts said = answer.facts();
        String finish = said.finishReasons().isEmpty() ? null : said.finishReasons().getFirst();
        return switch (said.usage()) {
            case UsageReport.Reported reported ->
                    new Result(
                            reported.usage(),
                            false,
                            finish,
                            said.serviceTier(),
                            said.model(),
                            said.responseId());
            case UsageReport.Missing _ ->
                    new Result(
                            UsageEstimate.of(facts(), said.contentBytes(), 0, said.searches()),
                            true,
                            finish,
                            said.serviceTier(),
                            said.model(),
                            said.responseId());
        };
    }

    /// What a stream comes to, whole or cut. What a provider reports on the way is what it had used
    /// by then: it may have gone on, so that only a whole stream's usage is no estimate.
    Result resultOf(StreamReport said) {
        return switch (said.usage()) {
            case UsageReport.Reported reported ->
                    new Result(
                            reported.usage(),
                            !said.complete(),
                            said.finishReason(),
                            said.serviceTier(),
                            said.model(),
                            said.responseId());
            case UsageReport.Missing _ ->
                    new Result(
                            UsageEstimate.of(
                                    facts(), said.contentBytes(), said.deltas(), said.searches()),
                            true,
                            said.finishReason(),
                            said.serviceTier(),
                            said.model(),
                            said.responseId());
        };
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
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            digest = made;
            return made;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
