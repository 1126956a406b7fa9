package dev.sluice.protocol.realtime;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.ReportedCounts;
import dev.sluice.protocol.ReportedCounts.Incredible;
import dev.sluice.protocol.UsageReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.JsonNode;

/// Splits what a realtime session reports into disjoint meters: of a response its text and sound,
/// both ways, and of a transcription its tokens or its length.
///
/// On the wire the input includes what a cache served, which has text, sound and pictures of its
/// own; the output includes reasoning inside its text. A report that contradicts itself is not
/// believed in part.
public final class RealtimeUsage {

    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1_000_000);

    private final JsonNode usage;

    private RealtimeUsage(JsonNode usage) {
        this.usage = usage;
    }

    /// Reads the `usage` of a response that ended, or of a transcription.
    public static UsageReport read(JsonNode usage) {
        if (!usage.isObject()) {
            return UsageReport.NONE;
        }
        try {
            return new UsageReport.Reported(
                    usage.has("seconds")
                            ? duration(usage.path("seconds"))
                            : new RealtimeUsage(usage).tokens());
        } catch (Incredible flaw) {
            return new UsageReport.Missing(flaw.why());
        }
    }

    private static Usage duration(JsonNode seconds) throws Incredible {
        if (!seconds.isNumber()
                || seconds.decimalValue().signum() < 0
                || seconds.decimalValue().compareTo(MOST_SECONDS) > 0) {
            throw new Incredible("seconds is out of bounds");
        }
        long milliseconds =
                seconds.decimalValue()
                        .movePointRight(3)
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact();
        return Usage.builder()
                .set(MeterKind.AUDIO_MILLISECONDS, milliseconds)
                .set(MeterKind.REQUESTS, 1)
                .build();
    }

    private Usage tokens() throws Incredible {
        long in = ReportedCounts.of(usage, "input_tokens");
        long out = ReportedCounts.of(usage, "output_tokens");
        if (in == 0 && out == 0) {
            throw new Incredible("usage is all zero");
        }
        Usage.Builder split = Usage.builder().set(MeterKind.REQUESTS, 1);
        input(split, in);
        output(split, out);
        return split.build();
    }

    private void input(Usage.Builder split, long in) throws Incredible {
        JsonNode details = usage.path("input_token_details");
        JsonNode ofCache = details.path("cached_tokens_details");
        long cached = ReportedCounts.of(details, "cached_tokens");
        long audio = ReportedCounts.of(details, "audio_tokens");
        long image = ReportedCounts.of(details, "image_tokens");
        if (cached > in || audio + image > in) {
            throw new Incredible("the details of input_tokens exceed it");
        }
        long cachedAudio = ReportedCounts.of(ofCache, "audio_tokens");
        long cachedImage = ReportedCounts.of(ofCache, "image_tokens");
        if (cachedAudio > audio || cachedImage > image || cachedAudio + cachedImage > cached) {
            throw new Incredible("the details of cached_tokens exceed it");
        }
        long freshAudio = audio - cachedAudio;
        long freshImage = image - cachedImage;
        // Without details of its own, what the cache served may have been sound or pictures.
        long overlap = Math.max(0, cached + freshAudio + freshImage - in);
        long lessImage = Math.min(overlap, freshImage);
        freshImage -= lessImage;
        freshAudio -= overlap - lessImage;
        split.set(MeterKind.CACHE_READ, cached)
                .set(MeterKind.AUDIO_INPUT, freshAudio)
                .set(MeterKind.IMAGE_INPUT, freshImage)
                .set(MeterKind.INPUT, in - cached - freshAudio - freshImage);
    }

    private void output(Usage.Builder split, long out) throws Incredible {
        JsonNode details = usage.path("output_token_details");
        long audio = ReportedCounts.of(details, "audio_tokens");
        long thought = ReportedCounts.of(details, "reasoning_tokens");
        if (audio + thought > out) {
            throw new Incredible("the details of output_tokens exceed it");
        }
        split.set(MeterKind.AUDIO_OUTPUT, audio)
                .set(MeterKind.REASONING, thought)
                .set(MeterKind.OUTPUT, out - audio - thought);
    }
}
