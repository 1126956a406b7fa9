package dev.sluice.ledger.booking;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.Settlement;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one call adds to the roll-ups, by unit. The names are public API, apart from
/// [#ESTIMATE_USD] and [#FINAL_USD], which only the drift report reads.
public final class Measures {

    public static final String REQUESTS = "requests";
    static final String ERRORS = "errors";
    public static final String REFUSED = "refused";
    static final String USD = "usd";
    static final String PROVIDER_USD = "provider_usd";
    static final String ABSORBED_USD = "absorbed_usd";

    /// Worst case and final price of calls that were answered.
    public static final String ESTIMATE_USD = "estimate_usd";

    public static final String FINAL_USD = "final_usd";

    /// What calls that are no conversations add besides, by endpoint family: [#ofFamily]. Only
    /// views that tell families apart read it.
    public static final String FAMILY_PREFIX = "family:";

    /// Calls in which a provider searched, once each however often it did.
    public static final String SEARCHING = FAMILY_PREFIX + "searching:calls";

    /// Families whose calls are no conversations; what is none of theirs is of conversations.
    private static final Set<String> TOLD_APART =
            Set.of(
                    "embeddings",
                    "images",
                    "audio",
                    "moderations",
                    "rerank",
                    "videos",
                    "fine_tuning");

    /// Two endpoints share a family; what they are told apart by is what they use.
    private static final String AUDIO = "audio";

    /// Measures that are no units of a single call.
    public static final Set<String> NOT_UNITS_OF_A_CALL =
            Set.of(
                    REQUESTS,
                    ERRORS,
                    REFUSED,
                    USD,
                    PROVIDER_USD,
                    ABSORBED_USD,
                    ESTIMATE_USD,
                    FINAL_USD);

    /// What calls are told apart by family for.
    public static final List<String> FAMILY_TOKENS =
            List.of(
                    "input_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "output_tokens",
                    "audio_input_tokens",
                    "audio_output_tokens");

    /// The two halves of the family `audio`.
    public static final String SPEECHES = "audio_speeches";

    public static final String TRANSCRIPTIONS = "audio_transcriptions";

    private Measures() {}

    static Map<String, BigDecimal> ofSettled(
            CallRecord call, Settlement settlement, Money hold, Money providerCost) {
        Map<String, BigDecimal> measures = new LinkedHashMap<>();
        measures.put(REQUESTS, BigDecimal.ONE);
        add(measures, ERRORS, call.outcome().isError() ? 1 : 0);
        add(measures, "attempts", call.attempts().size());
        add(measures, "retries", Math.max(0, call.attempts().size() - 1));
        addMoney(measures, USD, settlement.charged());
        addMoney(measures, PROVIDER_USD, providerCost);
        addMoney(measures, ABSORBED_USD, settlement.absorbed());
        if (!call.outcome().isError()) {
            addMoney(measures, ESTIMATE_USD, hold);
            addMoney(measures, FINAL_USD, settlement.charged().plus(settlement.absorbed()));
        }
        addUsage(measures, call.usage());
        add(measures, SEARCHING, call.usage().count(MeterKind.SEARCHES) > 0 ? 1 : 0);
        addFamily(measures, call);
        return measures;
    }

    /// The name of a measure that calls of one endpoint family add; `of` is a public unit.
    public static String ofFamily(String family, String of) {
        return FAMILY_PREFIX + family + ":" + of;
    }

    private static void addFamily(Map<String, BigDecimal> measures, CallRecord call) {
        if (!TOLD_APART.contains(call.endpoint())) {
            return;
        }
        Usage usage = call.usage();
        String family = call.endpoint().equals(AUDIO) ? audio(usage) : call.endpoint();
        measures.put(ofFamily(family, REQUESTS), BigDecimal.ONE);
        for (String unit : FAMILY_TOKENS) {
            BigDecimal tokens = measures.get(unit);
            if (tokens != null) {
                measures.put(ofFamily(family, unit), tokens);
            }
        }
    }

    /// Speech is charged by what is said, a transcription by what is heard.
    public static String audio(Usage usage) {
        if (usage.count(MeterKind.CHARACTERS) > 0 || usage.count(MeterKind.AUDIO_OUTPUT) > 0) {
            return SPEECHES;
        }
        return usage.count(MeterKind.AUDIO_MILLISECONDS) > 0 || usage.allTokens() > 0
                ? TRANSCRIPTIONS
                : AUDIO;
    }

    private static void addUsage(Map<String, BigDecimal> measures, Usage usage) {
        add(measures, "input_tokens", usage.allInputTokens());
        add(measures, "cached_input_tokens", usage.count(MeterKind.CACHE_READ));
        add(
                measures,
                "cache_write_tokens",
                usage.count(MeterKind.CACHE_WRITE_5M) + usage.count(MeterKind.CACHE_WRITE_1H));
        add(measures, "output_tokens", usage.allOutputTokens());
        add(measures, "reasoning_tokens", usage.count(MeterKind.REASONING));
        add(measures, "total_tokens", usage.allTokens());
        add(
                measures,
                "audio_tokens",
                usage.count(MeterKind.AUDIO_INPUT) + usage.count(MeterKind.AUDIO_OUTPUT));
        add(measures, "audio_input_tokens", usage.count(MeterKind.AUDIO_INPUT));
        add(measures, "audio_output_tokens", usage.count(MeterKind.AUDIO_OUTPUT));
        addThousandths(measures, "audio_seconds", usage.count(MeterKind.AUDIO_MILLISECONDS));
        add(measures, "images", usage.count(MeterKind.IMAGES));
        add(measures, "video_jobs", usage.count(MeterKind.VIDEO_JOBS));
        addThousandths(measures, "video_seconds", usage.count(MeterKind.VIDEO_MILLISECONDS));
        add(measures, "characters", usage.count(MeterKind.CHARACTERS));
        add(measures, "searches", usage.count(MeterKind.SEARCHES));
        add(measures, "training_tokens", usage.count(MeterKind.TRAINING));
    }

    private static void add(Map<String, BigDecimal> measures, String unit, long quantity) {
        if (quantity != 0) {
            measures.put(unit, BigDecimal.valueOf(quantity));
        }
    }

    private static void addThousandths(
            Map<String, BigDecimal> measures, String unit, long thousandths) {
        if (thousandths != 0) {
            measures.put(unit, BigDecimal.valueOf(thousandths, 3));
        }
    }

    private static void addMoney(Map<String, BigDecimal> measures, String unit, Money amount) {
        if (!amount.isZero()) {
            measures.put(unit, amount.toDecimal());
        }
    }
}
