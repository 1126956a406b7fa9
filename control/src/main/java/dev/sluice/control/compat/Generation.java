package dev.sluice.control.compat;

import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One call as OpenRouter shows it. Tokens are the provider's own: Sluice does not count them anew.
final class Generation {

    private static final int CLIENT_LEFT = 499;

    static final Shape SHAPE =
            Shape.object("RouterGenerationFigures")
                    .text("id", "its `x-request-id`")
                    .text("upstream_id", "the provider's own id of it, or null")
                    .text("model", "the public name, or null")
                    .text("provider_name", "the provider that answered, or null")
                    .text("api_type", "the endpoint family")
                    .time("created_at", "when it was admitted")
                    .flag("streamed", "whether it came in events")
                    .flag("cancelled", "whether the client left")
                    .number("total_cost", "US dollars charged")
                    .number("usage", "the same under its older name")
                    .number("upstream_inference_cost", "US dollars the provider is owed")
                    .number("cache_discount", "always null: it is in the prices")
                    .flag("is_byok", "always false")
                    .whole("latency", "milliseconds to the first byte, or null")
                    .whole("generation_time", "milliseconds from there to the end, or null")
                    .text("finish_reason", "or null")
                    .text("native_finish_reason", "the same")
                    .whole("tokens_prompt", "all input")
                    .whole("tokens_completion", "all output")
                    .whole("native_tokens_prompt", "the same")
                    .whole("native_tokens_completion", "the same")
                    .whole("native_tokens_reasoning", "of the output")
                    .whole("native_tokens_cached", "of the input")
                    .whole("num_media_prompt", "always null")
                    .whole("num_media_completion", "pictures that were made")
                    .whole("num_search_results", "searches that were made")
                    .nullable(
                            "upstream_id",
                            "model",
                            "provider_name",
                            "cache_discount",
                            "latency",
                            "generation_time",
                            "finish_reason",
                            "native_finish_reason",
                            "num_media_prompt");

    private Generation() {}

    static ObjectNode of(StoredCall call) {
        CallRecord.@Nullable Attempt last =
                call.attempts().isEmpty() ? null : call.attempts().getLast();
        ObjectNode data = Json.object().put("id", call.requestId());
        data.put("upstream_id", last == null ? null : last.providerRequestId());
        data.put("model", call.model());
        data.put("provider_name", last == null ? null : last.provider());
        data.put("api_type", call.endpoint());
        data.put("created_at", Json.time(call.admittedAt()));
        data.put("streamed", call.stream()).put("cancelled", call.statusCode() == CLIENT_LEFT);
        money(data, "total_cost", call.costUsd());
        money(data, "usage", call.costUsd());
        money(data, "upstream_inference_cost", call.providerUsd());
        data.putNull("cache_discount").put("is_byok", false);
        data.put("latency", call.firstByteMillis()).put("generation_time", generated(call));
        data.put("finish_reason", call.finishReason());
        data.put("native_finish_reason", call.finishReason());
        tokens(data, call.meters());
        return data;
    }

    private static void money(ObjectNode data, String name, BigDecimal amount) {
        data.set(name, Exact.number(amount));
    }

    private static @Nullable Long generated(StoredCall call) {
        Instant ended = call.endedAt();
        Long first = call.firstByteMillis();
        return ended == null || first == null
                ? null
                : Math.max(0, Duration.between(call.admittedAt(), ended).toMillis() - first);
    }

    private static void tokens(ObjectNode data, Usage usage) {
        data.put("tokens_prompt", usage.allInputTokens());
        data.put("tokens_completion", usage.allOutputTokens());
        data.put("native_tokens_prompt", usage.allInputTokens());
        data.put("native_tokens_completion", usage.allOutputTokens());
        data.put("native_tokens_reasoning", usage.count(MeterKind.REASONING));
        data.put("native_tokens_cached", usage.count(MeterKind.CACHE_READ));
        data.putNull("num_media_prompt");
        data.put("num_media_completion", usage.count(MeterKind.IMAGES));
        data.put("num_search_results", usage.count(MeterKind.SEARCHES));
    }
}
