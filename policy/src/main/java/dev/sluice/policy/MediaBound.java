package dev.sluice.policy;

import dev.sluice.catalog.Bounds;
import dev.sluice.catalog.Dimension;
import dev.sluice.catalog.Price;
import dev.sluice.catalog.PricingContext;
import dev.sluice.catalog.Rating;
import dev.sluice.catalog.WorstRates;
import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MediaFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// The bound of a call that is no conversation. Nothing of it can be lowered to fit: a picture is
/// made whole or not at all.
///
/// Tokens count only at a price that has a rate for them: a model that is paid by the picture or by
/// the minute does not charge what it reads. Why each figure is a bound: a text token has at least
/// one byte; a picture that is made has at most the tokens of the largest the source knows of the
/// model; a picture that is given is read at most twice as finely as it could be made.
final class MediaBound {

    private static final int FINENESS = 2;

    private final CallFacts facts;
    private final MediaFacts media;
    private final Bounds bounds;
    private final OptionalLong window;

    MediaBound(CallFacts facts, Bounds bounds, OptionalLong window) {
        this.facts = facts;
        this.media = facts.media();
        this.bounds = bounds;
        this.window = window;
    }

    WorstCase at(Price price, long textTokens, BigDecimal rule) throws WorstCase.Unbounded {
        boolean byTokens = readsTokens(price);
        long input = byTokens ? inputTokens(textTokens) : textTokens;
        WorstRates rates = Rating.worstRates(price, asked(), input, possible(), rule);
        requirePrice(price);
        long output = rates.picosPerOutputToken() == 0 ? 0 : outputTokens();
        long base =
                Math.addExact(
                        Math.multiplyExact(input, rates.picosPerInputToken()),
                        Math.multiplyExact(output, rates.picosPerOutputToken()));
        for (Map.Entry<MeterKind, Long> most : mostOf().toMap().entrySet()) {
            long picos = rates.picosPerUnit(most.getKey()).orElse(0L);
            base = Math.addExact(base, Math.multiplyExact(most.getValue(), picos));
        }
        return new WorstCase(input, output, base, 0, false);
    }

    private Usage mostOf() {
        return media.most().plus(Usage.of(MeterKind.REQUESTS, 1));
    }

    private PricingContext asked() {
        PricingContext known = PricingContext.NONE;
        for (Map.Entry<String, String> asked : media.asked().entrySet()) {
            Dimension dimension = Dimension.ofKey(asked.getKey()).orElseThrow();
            known = known.with(dimension, asked.getValue());
        }
        return known;
    }

    private Set<MeterKind> possible() {
        Set<MeterKind> possible = EnumSet.of(MeterKind.REQUESTS, MeterKind.CACHE_READ);
        media.pricedBy().forEach(possible::addAll);
        possible.addAll(media.most().toMap().keySet());
        if (media.imagesIn() > 0) {
            possible.add(MeterKind.IMAGE_INPUT);
        }
        if (media.imagesOut() > 0) {
            possible.add(MeterKind.OUTPUT);
        }
        return possible;
    }

    private boolean readsTokens(Price price) {
        return price.prices(MeterKind.INPUT)
                || price.prices(MeterKind.IMAGE_INPUT)
                || price.prices(MeterKind.AUDIO_INPUT);
    }

    private void requirePrice(Price price) throws WorstCase.Unbounded {
        if (media.pricedBy().stream().noneMatch(all -> all.stream().allMatch(price::prices))) {
            throw new WorstCase.Unbounded(
                    "it has no price for "
                            + media.pricedBy().stream()
                                    .map(MediaBound::names)
                                    .collect(Collectors.joining(", nor for "))
                            + " of this call");
        }
    }

    private static String names(Set<MeterKind> meters) {
        return meters.stream()
                .sorted()
                .map(MeterKind::wireName)
                .collect(Collectors.joining(" and "));
    }

    private long inputTokens(long textTokens) throws WorstCase.Unbounded {
        if (window.isPresent()) {
            boolean seen = media.imagesIn() == 0 && facts.otherMedia() == 0;
            return seen ? Math.min(textTokens, window.getAsLong()) : window.getAsLong();
        }
        if (facts.otherMedia() > 0) {
            throw new WorstCase.Unbounded("its context window is not known");
        }
        if (media.imagesIn() == 0) {
            return textTokens;
        }
        long perImage =
                bounds.maxTokensPerImage()
                        .orElseThrow(() ->
                                new WorstCase.Unbounded(
                                        "neither its context window nor the tokens of an image"
                                                + " are known"));
        return Math.addExact(
                textTokens, Math.multiplyExact((long) media.imagesIn() * FINENESS, perImage));
    }

    private long outputTokens() throws WorstCase.Unbounded {
        if (media.imagesOut() == 0) {
            return Math.min(
                    media.outputTokens(), bounds.maxOutputTokens().orElse(media.outputTokens()));
        }
        OptionalLong perImage =
                bounds.maxTokensPerImage().isPresent()
                        ? bounds.maxTokensPerImage()
                        : bounds.maxOutputTokens();
        if (perImage.isEmpty()) {
            throw new WorstCase.Unbounded("the tokens of an image are not known");
        }
        return Math.addExact(
                media.outputTokens(),
                Math.multiplyExact(perImage.getAsLong(), (long) media.imagesOut()));
    }
}
