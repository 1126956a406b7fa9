package dev.sluice.simulator.journal;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import java.util.Map;

/// What a call truly used, as a provider counts: tokens as totals that include their parts, and
/// what is counted otherwise.
///
/// `prompt` includes `cached`, `cacheWrite`, `audioInput` and `imageInput`; `completion` includes
/// `reasoning`, `audioOutput` and `imageOutput`. The parts of one total never exceed it.
///
/// @param cacheWriteHour those of `cacheWrite` that are kept for an hour
/// @param counts what is no token: pictures, milliseconds, characters, jobs
/// @param served what a price may depend on: `quality`, `size`, `resolution`
public record TrueUsage(
        long prompt,
        long cached,
        long cacheWrite,
        long cacheWriteHour,
        long audioInput,
        long imageInput,
        long completion,
        long reasoning,
        long audioOutput,
        long imageOutput,
        long searches,
        Usage counts,
        Map<String, String> served) {

    public static final TrueUsage NONE = ofPrompt(0);

    public TrueUsage {
        if (cached + cacheWrite + audioInput + imageInput > prompt
                || cacheWriteHour > cacheWrite
                || reasoning + audioOutput + imageOutput > completion) {
            throw new IllegalArgumentException("a part exceeds its total");
        }
        if (Math.min(Math.min(cached, cacheWrite), Math.min(audioInput, searches)) < 0
                || Math.min(cacheWriteHour, Math.min(reasoning, audioOutput)) < 0
                || Math.min(imageInput, imageOutput) < 0) {
            throw new IllegalArgumentException("negative count");
        }
        served = Map.copyOf(served);
    }

    /// A prompt of text and nothing else.
    public static TrueUsage ofPrompt(long tokens) {
        return ofInput(tokens, 0, 0);
    }

    /// A prompt with sound and pictures in it, and nothing else.
    public static TrueUsage ofInput(long tokens, long audio, long images) {
        return new TrueUsage(tokens, 0, 0, 0, audio, images, 0, 0, 0, 0, 0, Usage.NONE, Map.of());
    }

    /// A conversation's prompt and nothing else.
    public static TrueUsage ofConversation(
            long tokens, long cached, long written, long forHour, long audio, long searches) {
        return new TrueUsage(
                tokens,
                cached,
                written,
                forHour,
                audio,
                0,
                0,
                0,
                0,
                0,
                searches,
                Usage.NONE,
                Map.of());
    }

    /// The same prompt with another answer; without one it is what a call has used before the model
    /// says anything.
    public TrueUsage withCompletion(long completion, long reasoning, long audioOutput) {
        return answered(completion, reasoning, audioOutput, 0);
    }

    /// The same prompt with the tokens of pictures made for it.
    public TrueUsage withImages(long tokens) {
        return answered(tokens, 0, 0, tokens);
    }

    private TrueUsage answered(long completion, long reasoning, long audio, long images) {
        return new TrueUsage(
                prompt,
                cached,
                cacheWrite,
                cacheWriteHour,
                audioInput,
                imageInput,
                completion,
                reasoning,
                audio,
                images,
                searches,
                Usage.NONE,
                Map.of());
    }

    /// The same with what was counted beside the tokens, and what its price may depend on.
    public TrueUsage counting(Usage others, Map<String, String> kind) {
        return new TrueUsage(
                prompt,
                cached,
                cacheWrite,
                cacheWriteHour,
                audioInput,
                imageInput,
                completion,
                reasoning,
                audioOutput,
                imageOutput,
                searches,
                others,
                kind);
    }

    public long total() {
        return prompt + completion;
    }

    /// The same as disjoint meters: what has to be priced.
    public Usage disjoint() {
        return Usage.builder()
                .set(MeterKind.INPUT, prompt - cached - cacheWrite - audioInput - imageInput)
                .set(MeterKind.CACHE_READ, cached)
                .set(MeterKind.CACHE_WRITE_5M, cacheWrite - cacheWriteHour)
                .set(MeterKind.CACHE_WRITE_1H, cacheWriteHour)
                .set(MeterKind.AUDIO_INPUT, audioInput)
                .set(MeterKind.IMAGE_INPUT, imageInput)
                .set(MeterKind.OUTPUT, completion - reasoning - audioOutput - imageOutput)
                .set(MeterKind.REASONING, reasoning)
                .set(MeterKind.AUDIO_OUTPUT, audioOutput)
                .set(MeterKind.IMAGE_OUTPUT, imageOutput)
                .set(MeterKind.SEARCHES, searches)
                .build()
                .plus(counts);
    }
}
