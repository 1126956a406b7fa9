package dev.sluice.protocol.realtime;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageEstimate;
import java.util.OptionalLong;
import java.util.Set;

/// How much a provider has to read for a session's next response: at most, for what is held, and
/// about, for what is charged when it never says.
///
/// The conversation is the provider's, but all that gets into it passes here: a text token has at
/// least one byte, and sound at most [#MOST_AUDIO_TOKENS_PER_SECOND].
public final class ConversationSize {

    public static final String FAMILY = "realtime";

    /// What is made; what is heard is counted at half of it (OpenAI's figures, 2026-11).
    public static final int MOST_AUDIO_TOKENS_PER_SECOND = 20;

    private static final int AUDIO_TOKENS_PER_SECOND = 10;
    private static final long MILLIS = 1_000;

    /// Beside the content of an item or a response.
    private static final long FRAMING_TOKENS = 32;

    private long settingsBytes;
    private long mostTokens;
    private long toldTokens;
    private long bytesSince;
    private long soundMillisSince;

    /// The session was set anew: instructions and tools are read for every response.
    ///
    /// @param eventBytes of the event that says so
    public void set(long eventBytes) {
        settingsBytes = Math.max(settingsBytes, eventBytes);
    }

    /// Something was put into the conversation.
    public void added(long eventBytes) {
        mostTokens += eventBytes + FRAMING_TOKENS;
        bytesSince += eventBytes;
    }

    /// Somebody spoke.
    public void heard(long millis) {
        mostTokens += Math.ceilDiv(millis * MOST_AUDIO_TOKENS_PER_SECOND, MILLIS);
        soundMillisSince += millis;
    }

    /// A response ended, and is part of the conversation.
    ///
    /// @param usage of it, as it was settled
    public void answered(Usage usage) {
        mostTokens += usage.allOutputTokens() + FRAMING_TOKENS;
        toldTokens = Math.max(toldTokens, usage.allInputTokens()) + usage.allOutputTokens();
        bytesSince = 0;
        soundMillisSince = 0;
    }

    /// What there is to know of the next response before it is made.
    ///
    /// @param besides bytes of what only this response reads
    /// @param limit of its output that is held at first
    public CallFacts facts(
            String model, RealtimeSettings settings, long besides, OptionalLong limit) {
        return new CallFacts(
                model,
                FAMILY,
                settings.tools() ? Set.of(FAMILY, "tools") : Set.of(FAMILY),
                true,
                settingsBytes + mostTokens + besides,
                0,
                0,
                false,
                0,
                limit,
                1,
                null,
                settings.speaks() ? Set.of("text", "audio") : Set.of("text"),
                null,
                false);
    }

    /// What the next response is taken to read when its provider never says.
    public Usage estimate() {
        long text = toldTokens > 0 ? bytesSince : bytesSince + settingsBytes;
        return Usage.builder()
                .set(
                        MeterKind.INPUT,
                        toldTokens + Math.ceilDiv(text, UsageEstimate.BYTES_PER_TOKEN))
                .set(
                        MeterKind.AUDIO_INPUT,
                        Math.ceilDiv(soundMillisSince * AUDIO_TOKENS_PER_SECOND, MILLIS))
                .set(MeterKind.REQUESTS, 1)
                .build();
    }
}
