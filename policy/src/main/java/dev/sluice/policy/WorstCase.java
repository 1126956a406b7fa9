package dev.sluice.policy;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rating;
import dev.sluice.catalog.WorstRates;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MeterKind;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;

/// The proven upper bound of one call at one target: `base + perOutputToken × output limit`.
///
/// Why each figure is a bound (MONEY, Amounts): a text token has at least one byte; a prompt never
/// exceeds the context window; whatever Sluice cannot see is as large as the window; a tool the
/// provider runs may fill the window once per round.
///
/// @param inputTokens bound of all input tokens
/// @param outputTokens bound of all output tokens, over all choices
/// @param basePicos charge bound without output, in picodollars
/// @param perOutputPicos charge bound of one output token, in picodollars
/// @param limitMustBeSent true when only the limit sent upstream bounds the output
record WorstCase(
        long inputTokens,
        long outputTokens,
        long basePicos,
        long perOutputPicos,
        boolean limitMustBeSent) {

    /// Chat templates add a few tokens for each message; the JSON around a message has more bytes
    /// than that, so the allowance only has to cover the template's own frame.
    private static final long FRAMING_TOKENS = 64;

    /// Where tools are declared, a provider tells the model how to call them, in up to about 700
    /// tokens that are in no request (Anthropic's own figures, 2026-11).
    private static final long TOOL_FRAMING_TOKENS = 1_024;

    private static final String REALTIME = "realtime";

    private static final Set<MeterKind> HEARD =
            EnumSet.of(MeterKind.AUDIO_INPUT, MeterKind.IMAGE_INPUT);

    /// What cannot be bounded or priced.
    static final class Unbounded extends Exception {
        private static final long serialVersionUID = 1L;

        Unbounded(String message) {
            super(message, null, false, false);
        }
    }

    static WorstCase of(
            CallFacts facts, Model model, Price price, Bounds bounds, Rules rules, BigDecimal rule)
            throws Unbounded {
        OptionalLong window = window(model, bounds);
        if (!facts.media().isNone()) {
            // what a model is trained with is no prompt
            boolean reads = facts.media().most().count(MeterKind.TRAINING) == 0;
            long text = reads ? Math.addExact(facts.textBytes(), FRAMING_TOKENS) : 0;
            return new MediaBound(facts, bounds, window).at(price, text, rule);
        }
        long input = inputTokens(facts, window);
        OptionalLong known = knownOutputLimit(facts, model, bounds, window);
        boolean chat = !facts.family().equals("embeddings");
        long perChoice = chat ? known.orElse(rules.defaultOutputTokens()) : 0;
        long output = Math.multiplyExact(perChoice, (long) facts.choices());
        WorstRates rates =
                Rating.worstRates(price, asked(facts), input, possibleMeters(facts, price), rule);
        if (rates.unpriced().isPresent()) {
            throw new Unbounded(
                    "it has no price for " + rates.unpriced().get().wireName() + " of this call");
        }
        long base =
                Math.addExact(
                        Math.multiplyExact(input, rates.picosPerInputToken()), fees(facts, rates));
        return new WorstCase(
                input, output, base, rates.picosPerOutputToken(), chat && known.isEmpty());
    }

    private static OptionalLong window(Model model, Bounds bounds) {
        Long own = model.contextWindow();
        if (own != null) {
            return OptionalLong.of(own);
        }
        return bounds.maxInputTokens().isPresent()
                ? bounds.maxInputTokens()
                : bounds.contextWindow();
    }

    private static long inputTokens(CallFacts facts, OptionalLong window) throws Unbounded {
        boolean tools = facts.actions().contains("tools");
        long text = facts.textBytes() + FRAMING_TOKENS + (tools ? TOOL_FRAMING_TOKENS : 0);
        boolean seen = facts.images() == 0 && facts.otherMedia() == 0 && !facts.unseenInput();
        if (seen && facts.serverToolRounds() == 0) {
            return window.isPresent() ? Math.min(text, window.getAsLong()) : text;
        }
        if (window.isEmpty()) {
            throw new Unbounded(
                    "its context window is not known, and the request has parts that only the"
                            + " window bounds (media, references or tools the provider runs)");
        }
        return Math.multiplyExact(window.getAsLong(), (long) (1 + facts.serverToolRounds()));
    }

    private static OptionalLong knownOutputLimit(
            CallFacts facts, Model model, Bounds bounds, OptionalLong window) {
        OptionalLong limit = bounds.maxOutputTokens();
        if (limit.isEmpty()) {
            limit = window;
        }
        Long ofRoute = model.maxOutputTokens();
        if (ofRoute != null) {
            limit = least(limit, ofRoute);
        }
        if (facts.outputLimit().isPresent()) {
            limit = least(limit, facts.outputLimit().getAsLong());
        }
        return limit;
    }

    private static OptionalLong least(OptionalLong limit, long other) {
        return OptionalLong.of(limit.isPresent() ? Math.min(limit.getAsLong(), other) : other);
    }

    private static long fees(CallFacts facts, WorstRates rates) {
        long fees = rates.picosPerUnit(MeterKind.REQUESTS).orElse(0L);
        long perSearch = rates.picosPerUnit(MeterKind.SEARCHES).orElse(0L);
        return Math.addExact(fees, Math.multiplyExact(perSearch, (long) facts.serverToolRounds()));
    }

    private static PricingContext asked(CallFacts facts) {
        String tier = facts.serviceTier();
        return tier == null ? PricingContext.NONE : PricingContext.of(Dimension.SERVICE_TIER, tier);
    }

    private static Set<MeterKind> possibleMeters(CallFacts facts, Price price) {
        Set<MeterKind> meters = EnumSet.of(MeterKind.INPUT, MeterKind.CACHE_READ);
        meters.add(MeterKind.REQUESTS);
        if (facts.family().equals("embeddings")) {
            return meters;
        }
        meters.addAll(WorstRates.TEXT);
        if (facts.hourCache()) {
            meters.add(MeterKind.CACHE_WRITE_1H);
        }
        if (facts.serverToolRounds() > 0) {
            meters.add(MeterKind.SEARCHES);
        }
        if (facts.family().equals(REALTIME)) {
            // what was said and shown stays in the conversation; without a rate of its own it is
            // charged as text
            HEARD.stream().filter(price::prices).forEach(meters::add);
        }
        if (facts.outputModalities().contains("audio")) {
            meters.add(MeterKind.AUDIO_OUTPUT);
        }
        if (facts.outputModalities().contains("image")) {
            meters.add(MeterKind.IMAGE_OUTPUT);
        }
        return meters;
    }

    /// The figures of an installation that bounds rest on.
    ///
    /// @param defaultOutputTokens the output limit sent when nothing else bounds the output
    /// @param clampFloorTokens an output limit is never lowered below this or the client's own
    record Rules(long defaultOutputTokens, long clampFloorTokens) {}
}
