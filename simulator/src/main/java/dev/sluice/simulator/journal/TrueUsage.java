package dev.sluice.simulator.journal;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;

/// What a call truly used, in tokens, as a provider counts: totals that include their parts.
///
/// `prompt` includes `cached`, `cacheWrite` and `audioInput`; `completion` includes `reasoning`,
/// `audioOutput` and `imageOutput`. The parts of one total never exceed it.
///
/// @param cacheWriteHour those of `cacheWrite` that are kept for an hour
public record TrueUsage(
        long prompt,
        long cached,
        long cacheWrite,
        long cacheWriteHour,
        long audioInput,
        long completion,
        long reasoning,
        long audioOutput,
        long imageOutput,
        long searches) {

    public static final TrueUsage NONE = ofPrompt(0);

    public TrueUsage {
        if (cached + cacheWrite + audioInput > prompt
                || cacheWriteHour > cacheWrite
                || reasoning + audioOutput + imageOutput > completion) {
            throw new IllegalArgumentException("a part exceeds its total");
        }
        if (Math.min(Math.min(cached, cacheWrite), Math.min(audioInput, searches)) < 0
                || Math.min(cacheWriteHour, Math.min(reasoning, audioOutput)) < 0
                || imageOutput < 0) {
            throw new IllegalArgumentException("negative count");
        }
    }

    /// A prompt and nothing else.
    public static TrueUsage ofPrompt(long tokens) {
        return new TrueUsage(tokens, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// Input only: what a call has used before the model says anything.
    public TrueUsage withCompletion(long completion, long reasoning, long audioOutput) {
        return new TrueUsage(
                prompt,
                cached,
                cacheWrite,
                cacheWriteHour,
                audioInput,
                completion,
                reasoning,
                audioOutput,
                0,
                searches);
    }

    /// A prompt and the tokens of images made for it.
    public static TrueUsage ofImages(long prompt, long tokens) {
        return new TrueUsage(prompt, 0, 0, 0, 0, tokens, 0, 0, tokens, 0);
    }

    public long total() {
        return prompt + completion;
    }

    /// The same as disjoint meters: what has to be priced.
    public Usage disjoint() {
        return Usage.builder()
                .set(MeterKind.INPUT, prompt - cached - cacheWrite - audioInput)
                .set(MeterKind.CACHE_READ, cached)
                .set(MeterKind.CACHE_WRITE_5M, cacheWrite - cacheWriteHour)
                .set(MeterKind.CACHE_WRITE_1H, cacheWriteHour)
                .set(MeterKind.AUDIO_INPUT, audioInput)
                .set(MeterKind.OUTPUT, completion - reasoning - audioOutput - imageOutput)
                .set(MeterKind.REASONING, reasoning)
                .set(MeterKind.AUDIO_OUTPUT, audioOutput)
                .set(MeterKind.IMAGE_OUTPUT, imageOutput)
                .set(MeterKind.SEARCHES, searches)
                .build();
    }
}
