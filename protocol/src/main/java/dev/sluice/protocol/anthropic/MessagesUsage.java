package dev.sluice.protocol.anthropic;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.CountReader;
import dev.sluice.protocol.UsageReport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Splits `usage` into disjoint meters.
///
/// `input_tokens` excludes what was read from and written to caches; `output_tokens` includes
/// thinking. In a stream each `usage` is cumulative: a later count replaces an earlier one and is
/// never added to it. A later `usage` whose input side is empty says nothing about the input; one
/// that splits what an earlier one gave in a lump replaces the lump.
///
/// A count that is negative, no integer or above a billion, or a part larger than its whole, makes
/// the whole usage *missing*: it is not believed in part.
final class MessagesUsage {

    private static final long ABSENT = -1;

    private long input = ABSENT;
    private long cacheRead = ABSENT;
    private long cacheWrite = ABSENT;
    private long write5m = ABSENT;
    private long write1h = ABSENT;
    private long output = ABSENT;
    private long thinking = ABSENT;
    private long searches = ABSENT;
    private @Nullable String serviceTier;
    private final CountReader counts = new CountReader();

    /// Takes the value the parser is at and leaves the parser at its last token.
    void take(JsonParser p) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        MessagesUsage later = new MessagesUsage();
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            later.member(p, name);
        }
        replaceBy(later);
    }

    private void member(JsonParser p, String name) {
        JsonToken token = p.nextToken();
        switch (name) {
            case "input_tokens" -> input = count(p, name);
            case "cache_read_input_tokens" -> cacheRead = count(p, name);
            case "cache_creation_input_tokens" -> cacheWrite = count(p, name);
            case "output_tokens" -> output = count(p, name);
            case "cache_creation", "output_tokens_details", "server_tool_use" -> {
                if (token == JsonToken.START_OBJECT) {
                    details(p);
                }
            }
            case "service_tier" ->
                    serviceTier = token == JsonToken.VALUE_STRING ? p.getString() : null;
            default -> p.skipChildren();
        }
    }

    private void details(JsonParser p) {
        for (String name = p.nextName(); name != null; name = p.nextName()) {
            p.nextToken();
            switch (name) {
                case "ephemeral_5m_input_tokens" -> write5m = count(p, name);
                case "ephemeral_1h_input_tokens" -> write1h = count(p, name);
                case "thinking_tokens" -> thinking = count(p, name);
                case "web_search_requests" -> searches = count(p, name);
                default -> p.skipChildren();
            }
        }
    }

    private long count(JsonParser p, String name) {
        return counts.read(p, name, ABSENT);
    }

    private void replaceBy(MessagesUsage later) {
        counts.replaceBy(later.counts);
        if (later.input > 0 || later.cacheRead > 0 || later.cacheWrite > 0) {
            input = newer(later.input, input);
            cacheRead = newer(later.cacheRead, cacheRead);
            if (later.write5m != ABSENT || later.write1h != ABSENT) {
                write5m = later.write5m;
                write1h = later.write1h;
            } else if (later.cacheWrite != ABSENT && later.cacheWrite != cacheWrite) {
                write5m = ABSENT;
                write1h = ABSENT;
            }
            cacheWrite = newer(later.cacheWrite, cacheWrite);
        } else if (input == ABSENT) {
            input = later.input;
        }
        output = newer(later.output, output);
        thinking = newer(later.thinking, thinking);
        searches = newer(later.searches, searches);
        serviceTier = later.serviceTier != null ? later.serviceTier : serviceTier;
    }

    private static long newer(long later, long earlier) {
        return later == ABSENT ? earlier : later;
    }

    /// The tier that served the call where it has a price of its own, else null.
    @Nullable String serviceTier() {
        return "standard".equals(serviceTier) ? null : serviceTier;
    }

    int searches() {
        return (int) or0(searches);
    }

    /// What is known now.
    ///
    /// @param outputAtLeast tokens that were seen, for an answer whose own count is not final
    UsageReport report(long outputAtLeast) {
        String flaw = counts.flaw();
        if (flaw != null) {
            return new UsageReport.Missing(flaw);
        }
        if (input == ABSENT || output == ABSENT) {
            return new UsageReport.Missing("usage lacks input_tokens or output_tokens");
        }
        long hour = or0(write1h);
        long five = or0(write5m);
        long written = Math.max(or0(cacheWrite), cacheWrite == ABSENT ? hour + five : 0);
        if (hour + five > written) {
            return new UsageReport.Missing("the parts of cache_creation exceed it");
        }
        long out = Math.max(output, outputAtLeast);
        long thought = or0(thinking);
        if (thought > out) {
            return new UsageReport.Missing("thinking_tokens exceed output_tokens");
        }
        if (input + written + or0(cacheRead) + out == 0) {
            return new UsageReport.Missing("usage is all zero");
        }
        return new UsageReport.Reported(
                Usage.builder()
                        .set(MeterKind.REQUESTS, 1)
                        .set(MeterKind.INPUT, input)
                        .set(MeterKind.CACHE_READ, or0(cacheRead))
                        // what is not said to live an hour lives five minutes
                        .set(MeterKind.CACHE_WRITE_5M, written - hour)
                        .set(MeterKind.CACHE_WRITE_1H, hour)
                        .set(MeterKind.REASONING, thought)
                        .set(MeterKind.OUTPUT, out - thought)
                        .set(MeterKind.SEARCHES, or0(searches))
                        .build());
    }

    private static long or0(long count) {
        return Math.max(count, 0);
    }
}
