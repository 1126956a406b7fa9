package dev.sluice.control.compat;

import dev.sluice.catalog.PriceRow;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Decimals;
import dev.sluice.domain.MeterKind;
import dev.sluice.policy.Offer;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One model as OpenRouter lists it: prices are texts, in US dollars for one token, one call or one
/// piece, as this caller pays them.
final class OpenRouterModel {

    private static final String PRICING = "/api/pricing";

    /// Prices that are always there; `0` where nothing is charged.
    private static final Map<String, MeterKind> ALWAYS = new LinkedHashMap<>();

    /// Prices that are there where the model has them.
    private static final Map<String, MeterKind> SOMETIMES = new LinkedHashMap<>();

    static {
        ALWAYS.put("prompt", MeterKind.INPUT);
        ALWAYS.put("completion", MeterKind.OUTPUT);
        ALWAYS.put("request", MeterKind.REQUESTS);
        ALWAYS.put("image", MeterKind.IMAGES);
        ALWAYS.put("web_search", MeterKind.SEARCHES);
        ALWAYS.put("internal_reasoning", MeterKind.REASONING);
        SOMETIMES.put("image_token", MeterKind.IMAGE_INPUT);
        SOMETIMES.put("image_output", MeterKind.IMAGE_OUTPUT);
        SOMETIMES.put("audio", MeterKind.AUDIO_INPUT);
        SOMETIMES.put("audio_output", MeterKind.AUDIO_OUTPUT);
        SOMETIMES.put("input_cache_read", MeterKind.CACHE_READ);
        SOMETIMES.put("input_cache_write", MeterKind.CACHE_WRITE_5M);
        SOMETIMES.put("input_cache_write_1h", MeterKind.CACHE_WRITE_1H);
    }

    private static final Shape ARCHITECTURE =
            Shape.object("RouterModelArchitecture")
                    .text("modality", "input->output")
                    .texts("input_modalities", "what it reads")
                    .texts("output_modalities", "what it makes")
                    .text("tokenizer", "always `Other`: not known here")
                    .text("instruct_type", "always null")
                    .nullable("instruct_type");
    private static final Shape PROVIDER =
            Shape.object("RouterModelTopProvider")
                    .whole("context_length", "tokens, or null")
                    .whole("max_completion_tokens", "tokens, or null")
                    .flag("is_moderated", "always false: Sluice itself moderates nothing")
                    .nullable("context_length", "max_completion_tokens");

    private static final Shape LINKS =
            Shape.object("RouterModelLinks")
                    .text("details", "path of all its prices, as /api/pricing has them");

    static final Shape SHAPE =
            Shape.object("RouterModel")
                    .text("id", "the public name: what requests say in `model`")
                    .text("canonical_slug", "the same")
                    .text("name", "the same")
                    .whole("created", "always 0: not known here")
                    .text("description", "always empty")
                    .whole("context_length", "tokens, or null")
                    .nested("architecture", ARCHITECTURE, "what goes in and out")
                    .map("pricing", "US dollars for one of each, in plain digits", "string")
                    .nested("top_provider", PROVIDER, "the first target")
                    .texts("supported_parameters", "that the model is known to heed")
                    .any("per_request_limits", "always null")
                    .any("default_parameters", "always null: the provider's")
                    .any("supported_voices", "always null: not known here")
                    .nested("links", LINKS, "where more is said")
                    .text("hugging_face_id", "always null: not known here")
                    .text("knowledge_cutoff", "always null: not known here")
                    .text("expiration_date", "the provider's last day of it, or null")
                    .nullable("context_length", "expiration_date")
                    .nullable("hugging_face_id", "knowledge_cutoff");

    private OpenRouterModel() {}

    /// @param multiply the caller's price rule
    static ObjectNode of(Offer offer, BigDecimal multiply) {
        String name = offer.model().name();
        ObjectNode node = Json.object();
        node.put("id", name).put("canonical_slug", name).put("name", name);
        node.put("created", 0).put("description", "");
        Long context = context(offer);
        node.put("context_length", context);
        node.set("architecture", architecture(offer.row()));
        node.set("pricing", pricing(offer, multiply));
        node.putObject("top_provider")
                .put("context_length", context)
                .put("max_completion_tokens", longest(offer))
                .put("is_moderated", false);
        node.set("supported_parameters", Json.array(parameters(offer.row())));
        node.putNull("per_request_limits").putNull("default_parameters");
        node.putNull("supported_voices").putNull("hugging_face_id").putNull("knowledge_cutoff");
        PriceRow row = offer.row();
        node.putObject("links").put("details", details(row));
        node.put(
                "expiration_date",
                row == null ? null : row.retiresOn().map(Object::toString).orElse(null));
        return node;
    }

    private static String details(@Nullable PriceRow row) {
        return row == null
                ? PRICING
                : PRICING + "?model=" + URLEncoder.encode(row.model(), StandardCharsets.UTF_8);
    }

    private static @Nullable Long context(Offer offer) {
        Long own = offer.model().contextWindow();
        return own != null ? own : boxed(offer.bounds().contextWindow());
    }

    private static @Nullable Long longest(Offer offer) {
        Long ofRoute = offer.model().maxOutputTokens();
        return ofRoute != null ? ofRoute : boxed(offer.bounds().maxOutputTokens());
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static ObjectNode pricing(Offer offer, BigDecimal multiply) {
        ObjectNode pricing = Json.object();
        ALWAYS.forEach((name, meter) -> {
            BigDecimal price = each(offer, meter, multiply);
            pricing.put(name, price == null ? "0" : Decimals.canonical(price));
        });
        SOMETIMES.forEach((name, meter) -> {
            BigDecimal price = each(offer, meter, multiply);
            if (price != null) {
                pricing.put(name, Decimals.canonical(price));
            }
        });
        return pricing;
    }

    /// The base rate of one unit; long inputs and special tiers may cost otherwise.
    private static @Nullable BigDecimal each(Offer offer, MeterKind meter, BigDecimal multiply) {
        BigDecimal rate = offer.price().base().byMeter().get(meter);
        return rate == null
                ? null
                : rate.multiply(multiply).divide(BigDecimal.valueOf(meter.unitsPerPrice()));
    }

    private static ObjectNode architecture(@Nullable PriceRow row) {
        Set<String> in = new LinkedHashSet<>();
        String mode = row == null ? "chat" : row.mode();
        in.add(mode.equals("audio_transcription") ? "audio" : "text");
        List<String> abilities = row == null ? List.of() : row.capabilities();
        if (abilities.contains("vision") || mode.equals("image_edit")) {
            in.add("image");
        }
        if (abilities.contains("pdf_input")) {
            in.add("file");
        }
        if (abilities.contains("audio_input")) {
            in.add("audio");
        }
        if (abilities.contains("video_input")) {
            in.add("video");
        }
        List<String> out = new ArrayList<>();
        switch (mode) {
            case "image_generation", "image_edit" -> out.add("image");
            case "audio_speech" -> out.add("audio");
            case "video_generation" -> out.add("video");
            case "embedding" -> out.add("embeddings");
            default -> {
                out.add("text");
                if (abilities.contains("audio_output")) {
                    out.add("audio");
                }
            }
        }
        ObjectNode node = Json.object();
        node.put("modality", String.join("+", in) + "->" + String.join("+", out));
        node.set("input_modalities", Json.array(in));
        node.set("output_modalities", Json.array(out));
        return node.put("tokenizer", "Other").putNull("instruct_type");
    }

    private static List<String> parameters(@Nullable PriceRow row) {
        List<String> parameters = new ArrayList<>();
        if (row == null || row.mode().equals("chat") || row.mode().equals("responses")) {
            parameters.add("max_tokens");
        }
        List<String> abilities = row == null ? List.of() : row.capabilities();
        if (abilities.contains("tools")) {
            parameters.addAll(List.of("tools", "tool_choice"));
        }
        if (abilities.contains("parallel_tools")) {
            parameters.add("parallel_tool_calls");
        }
        if (abilities.contains("reasoning")) {
            parameters.add("reasoning_effort");
        }
        if (abilities.contains("structured_output")) {
            parameters.addAll(List.of("response_format", "structured_outputs"));
        }
        return parameters;
    }
}
