package dev.sluice.protocol.media;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.ReportedCounts;
import dev.sluice.protocol.ReportedCounts.Incredible;
import dev.sluice.protocol.UsageReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads usage as the endpoints for pictures and sound report it: tokens by kind, or a duration.
final class MediaUsage {

    private static final BigDecimal MOST_NUMBER = BigDecimal.valueOf(10_000_000);

    private MediaUsage() {}

    /// Reads one report.
    ///
    /// @param output what output tokens are where the report does not tell them apart
    /// @param besides what was counted beside it
    static UsageReport read(@Nullable JsonNode usage, MeterKind output, Usage besides) {
        if (usage == null || !usage.isObject()) {
            return UsageReport.NONE;
        }
        JsonNode seconds = usage.get("seconds");
        if (seconds != null) {
            return duration(seconds, besides);
        }
        try {
            return tokens(usage, output, besides);
        } catch (Incredible flaw) {
            return new UsageReport.Missing(flaw.why());
        }
    }

    /// A number as a provider writes it, such as a duration in seconds, in begun thousandths; empty
    /// when it is none above zero.
    static OptionalLong thousandths(@Nullable JsonNode number) {
        if (number == null || !number.isNumber()) {
            return OptionalLong.empty();
        }
        BigDecimal value = number.decimalValue();
        if (value.signum() <= 0 || value.compareTo(MOST_NUMBER) > 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                value.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact());
    }

    private static UsageReport duration(JsonNode seconds, Usage besides) {
        OptionalLong milliseconds = thousandths(seconds);
        if (milliseconds.isEmpty()) {
            return new UsageReport.Missing("seconds is out of bounds");
        }
        return new UsageReport.Reported(
                besides.plus(Usage.of(MeterKind.AUDIO_MILLISECONDS, milliseconds.getAsLong())));
    }

    private static UsageReport tokens(JsonNode usage, MeterKind output, Usage besides)
            throws Incredible {
        long in = ReportedCounts.of(usage, "input_tokens");
        long out = ReportedCounts.of(usage, "output_tokens");
        if (in == 0 && out == 0) {
            throw new Incredible("usage is all zero");
        }
        JsonNode inDetails = details(usage, "input");
        long audioIn = ReportedCounts.of(inDetails, "audio_tokens");
        long imageIn = ReportedCounts.of(inDetails, "image_tokens");
        long cached = ReportedCounts.of(inDetails, "cached_tokens");
        if (audioIn + imageIn > in || cached > in) {
            throw new Incredible("the details of input_tokens exceed it");
        }
        // Cached tokens may be of a picture: what overlaps is charged as cached.
        long overlap = Math.max(0, cached + audioIn + imageIn - in);
        long lessImage = Math.min(overlap, imageIn);
        imageIn -= lessImage;
        audioIn -= overlap - lessImage;
        JsonNode outDetails = details(usage, "output");
        long textOut = ReportedCounts.of(outDetails, "text_tokens");
        if (textOut > out) {
            throw new Incredible("the details of output_tokens exceed it");
        }
        long rest = output == MeterKind.OUTPUT ? 0 : out - textOut;
        Usage.Builder tokens =
                Usage.builder()
                        .set(MeterKind.INPUT, in - cached - audioIn - imageIn)
                        .set(MeterKind.CACHE_READ, cached)
                        .set(MeterKind.AUDIO_INPUT, audioIn)
                        .set(MeterKind.IMAGE_INPUT, imageIn)
                        .set(output, rest)
                        .set(MeterKind.OUTPUT, out - rest);
        return new UsageReport.Reported(besides.plus(tokens.build()));
    }

    /// Pictures spell it `input_tokens_details`, sound `input_token_details`.
    private static JsonNode details(JsonNode usage, String side) {
        JsonNode details = usage.path(side + "_tokens_details");
        return details.isObject() ? details : usage.path(side + "_token_details");
    }
}
