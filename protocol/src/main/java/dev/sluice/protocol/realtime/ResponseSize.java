package dev.sluice.protocol.realtime;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.UsageEstimate;

/// What a response comes to so far, by the pieces of it that passed.
public final class ResponseSize implements CallSize {

    private static final String TEXT = "text.delta";
    private static final String AUDIO = "audio.delta";
    private static final String TRANSCRIPT = "transcript.delta";
    private static final String ARGUMENTS = "arguments.delta";

    /// Four characters of base64 carry three bytes.
    private static final int BASE64_CHARACTERS = 4;

    private static final int BASE64_BYTES = 3;

    private final int bytesPerSecond;
    private long soundCharacters;
    private long textBytes;

    /// @param bytesPerSecond of the sound that is made
    public ResponseSize(int bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public boolean add(RealtimeEvent event) {
        String type = event.type();
        if (!type.startsWith("response.")) {
            return false;
        }
        // `response.output_audio.delta` of today is `response.audio.delta` of the beta
        if (type.endsWith(AUDIO)) {
            soundCharacters += event.payloadBytes();
            return true;
        }
        if (type.endsWith(TEXT) || type.endsWith(TRANSCRIPT) || type.endsWith(ARGUMENTS)) {
            textBytes += event.payloadBytes();
            return true;
        }
        return false;
    }

    private long soundTokens() {
        long bytes = soundCharacters / BASE64_CHARACTERS * BASE64_BYTES;
        return Math.ceilDiv(bytes * ConversationSize.MOST_AUDIO_TOKENS_PER_SECOND, bytesPerSecond);
    }

    private long textTokens() {
        return Math.ceilDiv(textBytes, UsageEstimate.BYTES_PER_TOKEN);
    }

    @Override
    public long tokens() {
        return soundTokens() + textTokens();
    }

    @Override
    public Usage usage() {
        return Usage.builder()
                .set(MeterKind.AUDIO_OUTPUT, soundTokens())
                .set(MeterKind.OUTPUT, textTokens())
                .build();
    }

    /// How long some base64 of sound lasts.
    public static long millis(long characters, int bytesPerSecond) {
        return Math.ceilDiv(
                characters * BASE64_BYTES * 1_000, (long) BASE64_CHARACTERS * bytesPerSecond);
    }
}
