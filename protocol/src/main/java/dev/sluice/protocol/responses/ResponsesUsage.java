package dev.sluice.protocol.responses;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.json.Trees;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Splits the overlapping counts of `usage` into disjoint meters, and back.
///
/// On the wire `input_tokens` includes what a cache served or kept, `output_tokens` the reasoning.
/// A count that is negative, no integer, above a billion or larger than the whole it is part of
/// makes the whole usage *missing*: it is not believed in part.
final class ResponsesUsage {

    private static final long MAX = 1_000_000_000L;
    private static final long FLAWED = -1;

    private ResponsesUsage() {}

    /// Reads the `usage` of an answer.
    ///
    /// @param searches how often the answer shows that the provider searched
    static UsageReport read(JsonNode usage, int searches) {
        if (usage.isMissingNode() || usage.isNull()) {
            return UsageReport.NONE;
        }
        JsonNode inDetails = usage.path("input_tokens_details");
        long input = count(usage, "input_tokens");
        long output = count(usage, "output_tokens");
        long read = count(inDetails, "cached_tokens");
        long write = count(inDetails, "cache_write_tokens");
        long reasoning = count(usage.path("output_tokens_details"), "reasoning_tokens");
        if (!usage.has("input_tokens") || !usage.has("output_tokens")) {
            return new UsageReport.Missing("usage lacks input_tokens or output_tokens");
        }
        if (Math.min(Math.min(input, output), Math.min(read, Math.min(write, reasoning))) < 0) {
            return new UsageReport.Missing("a count of usage is no integer or out of bounds");
        }
        if (read + write > input || reasoning > output) {
            return new UsageReport.Missing("the details of usage exceed it");
        }
        if (input == 0 && output == 0) {
            return new UsageReport.Missing("usage is all zero");
        }
        return new UsageReport.Reported(
                Usage.builder()
                        .set(MeterKind.REQUESTS, 1)
                        .set(MeterKind.INPUT, input - read - write)
                        .set(MeterKind.CACHE_READ, read)
                        .set(MeterKind.CACHE_WRITE_5M, write)
                        .set(MeterKind.OUTPUT, output - reasoning)
                        .set(MeterKind.REASONING, reasoning)
                        .set(MeterKind.SEARCHES, searches)
                        .build());
    }

    private static long count(JsonNode parent, String name) {
        JsonNode count = Trees.present(parent, name);
        if (count == null) {
            return 0;
        }
        boolean fine = count.isIntegralNumber() && count.canConvertToLong();
        return fine && count.longValue() >= 0 && count.longValue() <= MAX
                ? count.longValue()
                : FLAWED;
    }

    static ObjectNode write(Usage usage) {
        long written =
                usage.count(MeterKind.CACHE_WRITE_5M) + usage.count(MeterKind.CACHE_WRITE_1H);
        ObjectNode counts = Trees.object().put("input_tokens", usage.allInputTokens());
        counts.putObject("input_tokens_details")
                .put("cached_tokens", usage.count(MeterKind.CACHE_READ))
                .put("cache_write_tokens", written);
        counts.put("output_tokens", usage.allOutputTokens());
        counts.putObject("output_tokens_details")
                .put("reasoning_tokens", usage.count(MeterKind.REASONING));
        return counts.put("total_tokens", usage.allTokens());
    }
}
