package dev.sluice.simulator.openai;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.script.Directives;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `usage` object of chat completions and embeddings; null where it is to be absent.
final class UsageJson {

    private final Counts counts;

    UsageJson(Directives directives) {
        this.counts = new Counts(directives);
    }

    @Nullable JsonNode chat(TrueUsage usage) {
        return counts.told(() -> full(usage));
    }

    @Nullable JsonNode embeddings(long prompt) {
        return counts.told(() -> {
            ObjectNode usage = Json.object();
            usage.set("prompt_tokens", counts.of(prompt));
            usage.set("total_tokens", counts.of(prompt));
            return usage;
        });
    }

    private ObjectNode full(TrueUsage usage) {
        ObjectNode out = Json.object();
        out.set("prompt_tokens", counts.of(usage.prompt()));
        out.set("completion_tokens", counts.of(usage.completion()));
        out.set("total_tokens", counts.of(usage.total()));
        ObjectNode prompt = out.putObject("prompt_tokens_details");
        prompt.set("cached_tokens", counts.of(usage.cached()));
        if (usage.cacheWrite() > 0) {
            prompt.set("cache_write_tokens", counts.of(usage.cacheWrite()));
        }
        prompt.set("audio_tokens", counts.of(usage.audioInput()));
        ObjectNode completion = out.putObject("completion_tokens_details");
        completion.set("reasoning_tokens", counts.of(usage.reasoning()));
        completion.set("audio_tokens", counts.of(usage.audioOutput()));
        completion.put("accepted_prediction_tokens", 0);
        completion.put("rejected_prediction_tokens", 0);
        return out;
    }
}
