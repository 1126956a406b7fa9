package dev.sluice.domain;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a call is about that is not a conversation in text: what its price may depend on, and the
/// most it may use.
///
/// @param asked what prices may depend on, as the request names it: `quality`, `size`,
///     `resolution`; what it leaves open is absent
/// @param pricedBy meters that carry the charge, as alternatives: a price that has a rate for every
///     meter of one of them can charge the call; one that has none of them cannot
/// @param most the most of each meter that counts no tokens
/// @param imagesIn pictures that are given
/// @param imagesOut pictures that are made; each has at most the model's tokens per image
/// @param outputTokens the most output tokens beside those of pictures
public record MediaFacts(
        Map<String, String> asked,
        List<Set<MeterKind>> pricedBy,
        Usage most,
        int imagesIn,
        int imagesOut,
        long outputTokens) {

    /// A conversation, or vectors of texts.
    public static final MediaFacts NONE = new MediaFacts(Map.of(), List.of(), Usage.NONE, 0, 0, 0);

    public MediaFacts {
        asked = Map.copyOf(asked);
        pricedBy = pricedBy.stream().map(Set::copyOf).toList();
    }

    public boolean isNone() {
        return pricedBy.isEmpty();
    }
}
