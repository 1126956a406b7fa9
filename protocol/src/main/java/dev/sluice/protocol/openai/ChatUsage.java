package dev.sluice.protocol.openai;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.CountReader;
import dev.sluice.protocol.UsageReport;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Splits the overlapping counts of `usage` into disjoint meters.
///
/// On the wire `prompt_tokens` includes cached, cache-write, audio and image tokens, and
/// `completion_tokens` includes reasoning and audio. Some providers report reasoning beside the
/// completion; the total then shows it: `prompt + completion + reasoning = total`.
///
/// A count that is negative, no integer, above a billion (no call has so many tokens, and prices
/// times counts have to fit), larger than the whole it is part of, or a total that fits neither
/// reading makes the whole usage *missing*: it is not believed in part.
final class ChatUsage {

    private static final long ABSENT = -1;
    private static final JsonFactory JSON = new JsonFactory();

    private long prompt = ABSENT;
    private long completion = ABSENT;
    private long total = ABSENT;
    private long cached = ABSENT;
    private long cacheHits = ABSENT;
    private long cacheWrites = ABSENT;
    private long audioIn = ABSENT;
    private long imageIn = ABSENT;
    private long reasoning = ABSENT;
    private long audioOut = ABSENT;
    private long imageOut = ABSENT;
    private final CountReader counts = new CountReader();

    private ChatUsage() {}

    /// Reads one `usage` value of a chat answer.
    public static UsageReport decode(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            p.nextToken();
            return read(p, true);
        } catch (JacksonException e) {
            return new UsageReport.Missing("usage is not JSON");
        }
    }

    /// Reads the value the parser is at and leaves the parser at its last token.
    ///
    /// @param hasCompletion false for embeddings, whose usage has no output side
    static UsageReport read(JsonParser p, boolean hasCompletion) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return p.currentToken() == JsonToken.VALUE_NULL
                    ? UsageReport.NONE
                    : new UsageReport.Missing("usage is not an object");
        }
        ChatUsage usage = new ChatUsage();
        usage.members(p);
        return usage.split(hasCompletion);
    }

    private void members(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            JsonToken token = p.nextToken();
            switch (name) {
                case "prompt_tokens" -> prompt = count(p, name);
                case "completion_tokens" -> completion = count(p, name);
                case "total_tokens" -> total = count(p, name);
                // Beside the details, or in their place.
                case "prompt_cache_hit_tokens", "cached_tokens" ->
                        cacheHits = Math.max(cacheHits, count(p, name));
                case "prompt_tokens_details" -> {
                    if (token == JsonToken.START_OBJECT) {
                        promptDetails(p);
                    }
                }
                case "completion_tokens_details" -> {
                    if (token == JsonToken.START_OBJECT) {
                        completionDetails(p);
                    }
                }
                default -> p.skipChildren();
            }
        }
    }

    private void promptDetails(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "cached_tokens" -> cached = count(p, name);
                case "cache_write_tokens" -> cacheWrites = count(p, name);
                case "audio_tokens" -> audioIn = count(p, name);
                case "image_tokens" -> imageIn = count(p, name);
                default -> p.skipChildren();
            }
        }
    }

    private void completionDetails(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "reasoning_tokens" -> reasoning = count(p, name);
                case "audio_tokens" -> audioOut = count(p, name);
                case "image_tokens" -> imageOut = count(p, name);
                default -> p.skipChildren();
            }
        }
    }

    private long count(JsonParser p, String name) {
        return counts.read(p, name, ABSENT);
    }

    private UsageReport split(boolean hasCompletion) {
        String flaw = counts.flaw();
        if (flaw != null) {
            return new UsageReport.Missing(flaw);
        }
        if (!hasCompletion && prompt == ABSENT) {
            // Some embedding servers report the total alone; it is all input.
            prompt = total;
        }
        if (prompt == ABSENT || (hasCompletion && completion == ABSENT)) {
            return new UsageReport.Missing(INCOMPLETE);
        }
        long out = hasCompletion ? Math.max(completion, 0) : 0;
        if (prompt == 0 && out == 0) {
            return new UsageReport.Missing(ZERO);
        }
        Usage.Builder usage = Usage.builder().set(MeterKind.REQUESTS, 1);
        String why = input(usage);
        if (why == null && hasCompletion) {
            why = output(usage, out);
        }
        return why == null ? new UsageReport.Reported(usage.build()) : new UsageReport.Missing(why);
    }

    static final String INCOMPLETE = "usage lacks prompt_tokens or completion_tokens";
    static final String ZERO = "usage is all zero";

    private @Nullable String input(Usage.Builder usage) {
        long read = or0(cached == ABSENT ? cacheHits : cached);
        long write = or0(cacheWrites);
        long audio = or0(audioIn);
        long image = or0(imageIn);
        if (read + write > prompt || audio + image > prompt) {
            return "the details of prompt_tokens exceed it";
        }
        // Cached tokens may be audio or image tokens too: what overlaps is charged as cached.
        long overlap = Math.max(0, read + write + audio + image - prompt);
        long lessImage = Math.min(overlap, image);
        image -= lessImage;
        audio -= overlap - lessImage;
        usage.set(MeterKind.CACHE_READ, read)
                .set(MeterKind.CACHE_WRITE_5M, write)
                .set(MeterKind.AUDIO_INPUT, audio)
                .set(MeterKind.IMAGE_INPUT, image)
                .set(MeterKind.INPUT, prompt - read - write - audio - image);
        return null;
    }

    private @Nullable String output(Usage.Builder usage, long out) {
        long thought = or0(reasoning);
        long audio = or0(audioOut);
        long image = or0(imageOut);
        boolean beside = false;
        if (total > 0 && total != prompt + out) {
            if (thought == 0 || total != prompt + out + thought) {
                return "total_tokens is not the sum of its parts";
            }
            beside = true;
        }
        long inside = audio + image + (beside ? 0 : thought);
        if (inside > out) {
            return "the details of completion_tokens exceed it";
        }
        usage.set(MeterKind.REASONING, thought)
                .set(MeterKind.AUDIO_OUTPUT, audio)
                .set(MeterKind.IMAGE_OUTPUT, image)
                .set(MeterKind.OUTPUT, out - inside);
        return null;
    }

    private static long or0(long count) {
        return Math.max(count, 0);
    }
}
