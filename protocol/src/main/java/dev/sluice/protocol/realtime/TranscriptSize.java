package dev.sluice.protocol.realtime;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.MediaFacts;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.media.Transcriptions;
import java.util.OptionalLong;
import java.util.Set;

/// How much is written down of what was said: at most, for what is held, and about, for what is
/// charged when the provider never says.
public final class TranscriptSize implements CallSize {

    private static final String DELTA = "conversation.item.input_audio_transcription.delta";
    private static final int SECOND = 1_000;

    /// What providers count of sound.
    private static final int TOKENS_PER_SECOND = 10;

    private long milliseconds;
    private long textBytes;

    /// What there is to know of what is said before it is.
    ///
    /// @param model the public name
    /// @param promptBytes of what else is read for it
    /// @param milliseconds of sound, at most
    public static CallFacts facts(String model, long promptBytes, long milliseconds) {
        long seconds = Math.ceilDiv(milliseconds, SECOND);
        MediaFacts media = Transcriptions.media(seconds);
        // that sound comes to tokens is known of it, which other media leave to the window
        long tokens = seconds * ConversationSize.MOST_AUDIO_TOKENS_PER_SECOND;
        return new CallFacts(
                model,
                ConversationSize.FAMILY,
                Set.of(ConversationSize.FAMILY),
                true,
                promptBytes + tokens,
                0,
                0,
                false,
                0,
                OptionalLong.empty(),
                1,
                null,
                Set.of("text"),
                null,
                false,
                media);
    }

    /// So long was what is written down.
    public void heard(long more) {
        milliseconds += more;
    }

    @Override
    public boolean add(RealtimeEvent event) {
        if (!event.type().equals(DELTA)) {
            return false;
        }
        textBytes += event.payloadBytes();
        return true;
    }

    @Override
    public long tokens() {
        return Math.ceilDiv(textBytes, UsageEstimate.BYTES_PER_TOKEN);
    }

    /// How long it was, which providers that count tokens do not say.
    public Usage length() {
        return Usage.of(MeterKind.AUDIO_MILLISECONDS, milliseconds);
    }

    @Override
    public Usage usage() {
        return Usage.builder()
                .set(MeterKind.AUDIO_MILLISECONDS, milliseconds)
                .set(MeterKind.AUDIO_INPUT, Math.ceilDiv(milliseconds * TOKENS_PER_SECOND, SECOND))
                .set(MeterKind.OUTPUT, tokens())
                .build();
    }
}
