package dev.sluice.gateway;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.policy.CallPlan;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.openai.OpenAiChat;
import dev.sluice.protocol.openai.OpenAiEmbeddings;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A decoded request together with what the stages after it ask of it.
final class RequestBody {

    private final byte[] bytes;
    private final Decoded decoded;
    private volatile @Nullable String digest;

    private RequestBody(byte[] bytes, Decoded decoded) {
        this.bytes = bytes;
        this.decoded = decoded;
    }

    /// Reads the body in one pass; throws the fault of a bad one.
    static RequestBody decode(Endpoint endpoint, byte[] bytes) {
        return new RequestBody(
                bytes,
                switch (endpoint) {
                    case CHAT -> OpenAiChat.decode(bytes);
                    case EMBEDDINGS -> OpenAiEmbeddings.decode(bytes);
                });
    }

    CallFacts facts() {
        return decoded.facts();
    }

    /// The client's bytes with the edits this target and this call's hold ask for.
    Buffer forTarget(Exchange exchange, PlannedTarget target) {
        CallPlan plan = Objects.requireNonNull(exchange.plan);
        HoldResult.Held held = Objects.requireNonNull(exchange.held);
        boolean lowered = held.outputTokens() < plan.outputTokensMax();
        boolean mustSay = lowered || plan.limitMustBeSent() || exceedsPlan(plan);
        return Buffer.buffer(
                decoded.upstreamBody(
                        target.upstreamModel(),
                        mustSay && plan.outputTokensMax() > 0
                                ? OptionalLong.of(held.outputTokens() / plan.choices())
                                : OptionalLong.empty(),
                        UpstreamRequests.outputLimitField(target.upstream())));
    }

    /// A route may allow less output than the client asked for, or than the model can give.
    private boolean exceedsPlan(CallPlan plan) {
        long perChoice = plan.outputTokensMax() / plan.choices();
        boolean clientAsksMore =
                facts().outputLimit().isPresent() && facts().outputLimit().getAsLong() > perChoice;
        Long ofRoute = plan.model().maxOutputTokens();
        return clientAsksMore || (ofRoute != null && facts().outputLimit().isEmpty());
    }

    Answer readAnswer(byte[] body) {
        return decoded.readAnswer(body);
    }

    StreamReader newStreamReader() {
        return decoded.streamReader();
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
