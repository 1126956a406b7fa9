package dev.sluice.simulator.gemini;

import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.plan.Counts;
import dev.sluice.simulator.plan.PromptCount;
import dev.sluice.simulator.script.Directives;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Usage as this dialect tells it: thoughts and what a search read stand beside the totals of
/// answer and prompt, not inside them.
record UsageMetadata(PromptCount prompt, Directives directives) {

    /// Null where it is to be absent.
    @Nullable JsonNode of(TrueUsage usage) {
        Counts counts = new Counts(directives);
        return counts.told(() -> told(counts, usage));
    }

    private ObjectNode told(Counts counts, TrueUsage usage) {
        long found = usage.searches() * PromptCount.SEARCH;
        long said = usage.completion() - usage.reasoning();
        ObjectNode out = Json.object();
        out.set("promptTokenCount", counts.of(usage.prompt() - found));
        if (usage.cached() > 0) {
            out.set("cachedContentTokenCount", counts.of(usage.cached()));
            modality(out.putArray("cacheTokensDetails"), "TEXT", counts.of(usage.cached()));
        }
        if (said > 0) {
            out.set("candidatesTokenCount", counts.of(said));
            modality(out.putArray("candidatesTokensDetails"), "TEXT", counts.of(said));
        }
        if (usage.reasoning() > 0) {
            out.set("thoughtsTokenCount", counts.of(usage.reasoning()));
        }
        if (found > 0) {
            out.set("toolUsePromptTokenCount", counts.of(found));
            modality(out.putArray("toolUsePromptTokensDetails"), "TEXT", counts.of(found));
        }
        out.set("totalTokenCount", counts.of(usage.total()));
        details(out.putArray("promptTokensDetails"), counts);
        return out;
    }

    /// The prompt by what it is made of.
    void details(ArrayNode into, Counts counts) {
        modality(into, "TEXT", counts.of(prompt.text()));
        if (prompt.images() > 0) {
            modality(into, "IMAGE", counts.of(prompt.images()));
        }
        if (prompt.files() > 0) {
            modality(into, "DOCUMENT", counts.of(prompt.files()));
        }
        if (prompt.audio() > 0) {
            modality(into, "AUDIO", counts.of(prompt.audio()));
        }
    }

    private static void modality(ArrayNode into, String name, JsonNode tokens) {
        into.addObject().put("modality", name).set("tokenCount", tokens);
    }
}
