package dev.sluice.control.compat;

import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.booking.Measures;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One call as OpenRouter shows it. Tokens are the provider's own: Sluice does not count them anew.
final class Generation {

    private static final int CLIENT_LEFT = 499;

    /// What is not kept or has no like here.
    private static final List<String> ABSENT =
            List.of(
                    "http_referer",
                    "user_agent",
                    "external_user",
                    "session_id",
                    "router",
                    "preset_id",
                    "web_search_engine",
                    "workspace_id",
                    "app_id",
                    "moderation_latency",
                    "num_media_prompt",
                    "num_input_audio_prompt",
                    "num_fetches",
                    "cache_discount");

    private static final Shape ANSWER =
            Shape.object("RouterProviderResponse")
                    .text("id", "the provider's own id of it; left out where it has none")
                    .text("provider_name", "who was asked")
                    .whole("status", "HTTP; null where nothing came")
                    .whole("latency", "milliseconds")
                    .flag("is_byok", "always false")
                    .optional("id")
                    .nullable("status");

    static final Shape SHAPE =
            Shape.object("RouterGenerationFigures")
                    .text("id", "its `x-request-id`")
                    .text("upstream_id", "the provider's own id of it, or null")
                    .text("request_id", "the same as `id`")
                    .text("model", "the public name; empty where none was said")
                    .text("provider_name", "the provider that answered, or null")
                    .text("api_type", "completions, embeddings, image, tts, stt, video, … or null")
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
                    .whole("native_tokens_completion_images", "of the output")
                    .whole("num_media_prompt", "always null")
                    .whole("num_input_audio_prompt", "always null")
                    .whole("num_fetches", "always null")
                    .whole("num_media_completion", "pictures that were made")
                    .whole("num_search_results", "searches that were made")
                    .text("service_tier", "that the provider named, or null")
                    .text("origin", "always empty: not kept")
                    .text("data_region", "always `global`: the model's targets decide")
                    .text("http_referer", "always null: not kept")
                    .text("user_agent", "always null: not kept")
                    .text("external_user", "always null: not kept")
                    .text("session_id", "always null")
                    .text("router", "always null")
                    .text("preset_id", "always null")
                    .text("web_search_engine", "always null")
                    .text("workspace_id", "always null")
                    .whole("app_id", "always null")
                    .whole("moderation_latency", "always null: Sluice moderates nothing")
                    .listOf("provider_responses", ANSWER, "attempts, in their order")
                    .nullable(ABSENT.toArray(String[]::new))
                    .nullable(
                            "api_type",
                            "service_tier",
                            "upstream_id",
                            "provider_name",
                            "latency",
                            "generation_time",
                            "finish_reason",
                            "native_finish_reason");

    private Generation() {}

    static ObjectNode of(StoredCall call) {
        CallRecord.@Nullable Attempt last =
                call.attempts().isEmpty() ? null : call.attempts().getLast();
        ObjectNode data = Json.object().put("id", call.requestId());
        data.put("request_id", call.requestId());
        data.put("upstream_id", last == null ? null : last.providerRequestId());
        String model = call.model();
        data.put("model", model == null ? "" : model).put("origin", "");
        data.put("provider_name", last == null ? null : last.provider());
        data.put("api_type", type(call)).put("service_tier", call.serviceTier());
        data.put("created_at", Json.time(call.admittedAt()));
        data.put("streamed", call.stream()).put("cancelled", call.statusCode() == CLIENT_LEFT);
        money(data, "total_cost", call.costUsd());
        money(data, "usage", call.costUsd());
        money(data, "upstream_inference_cost", call.providerUsd());
        data.put("is_byok", false).put("data_region", "global");
        ABSENT.forEach(data::putNull);
        data.put("latency", call.firstByteMillis()).put("generation_time", generated(call));
        data.put("finish_reason", call.finishReason());
        data.put("native_finish_reason", call.finishReason());
        tokens(data, call.meters());
        ArrayNode answers = data.putArray("provider_responses");
        call.attempts().forEach(attempt -> answers.add(answer(attempt)));
        return data;
    }

    /// As that shape names families; null where it knows none like it.
    private static @Nullable String type(StoredCall call) {
        return switch (call.endpoint()) {
            case "chat", "completions", "responses", "messages", "gemini" -> "completions";
            case "embeddings", "rerank" -> call.endpoint();
            case "images" -> "image";
            case "videos" -> "video";
            case "audio" ->
                    switch (Measures.audio(call.meters())) {
                        case Measures.SPEECHES -> "tts";
                        case Measures.TRANSCRIPTIONS -> "stt";
                        default -> null;
                    };
            default -> null;
        };
    }

    private static ObjectNode answer(CallRecord.Attempt attempt) {
        ObjectNode node = Json.object();
        if (attempt.providerRequestId() != null) {
            node.put("id", attempt.providerRequestId());
        }
        node.put("provider_name", attempt.provider());
        node.put("status", attempt.status() == 0 ? null : attempt.status());
        return node.put("latency", attempt.durationMillis()).put("is_byok", false);
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
        data.put("native_tokens_completion_images", usage.count(MeterKind.IMAGE_OUTPUT));
        data.put("num_media_completion", usage.count(MeterKind.IMAGES));
        data.put("num_search_results", usage.count(MeterKind.SEARCHES));
    }
}
