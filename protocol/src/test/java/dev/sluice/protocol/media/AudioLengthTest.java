package dev.sluice.protocol.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The formats' own frames, written by hand from their specifications.
class AudioLengthTest {

    /// From the beginning, wherever it was written last.
    private static byte[] bytes(ByteBuffer written) {
        byte[] all = new byte[written.capacity()];
        written.get(0, all);
        return all;
    }

    private static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    private static ByteBuffer put(ByteBuffer into, int at, String ascii) {
        return into.put(at, ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] wav(int rate, int block, int declared, int there) {
        ByteBuffer wav = room(54 + there).order(ByteOrder.LITTLE_ENDIAN);
        put(put(wav, 0, "RIFF"), 8, "WAVE");
        put(wav, 12, "LIST").putInt(16, 2);
        put(wav, 22, "fmt ").putInt(26, 16).putInt(34, rate).putShort(42, (short) block);
        return bytes(put(wav, 46, "data").putInt(50, declared));
    }

    @ParameterizedTest
    @CsvSource({
        "8000, 1, 8000, 8000, 1000",
        "44100, 4, 176401, 176401, 1001",
        // more is declared than is there, or nothing, because it was not known
        "8000, 1, 90000, 4000, 500",
        "8000, 1, 0, 4000, 500",
        "8000, 1, -1, 4000, 500"
    })
    void aWavIsAsLongAsItsSamples(int rate, int block, int declared, int there, long expected) {
        assertThat(AudioLength.milliseconds(wav(rate, block, declared, there))).hasValue(expected);
    }

    @Test
    void aFlacCountsItsSamples() {
        ByteBuffer flac = room(42);
        put(flac, 0, "fLaC").putLong(18, 44_100L << 44 | 88_200);
        assertThat(AudioLength.milliseconds(bytes(flac))).hasValue(2_000);
    }

    @Test
    void anOggEndsWithItsLastSample() {
        ByteBuffer ogg = room(200).order(ByteOrder.LITTLE_ENDIAN);
        put(ogg, 0, "OggS").put(26, (byte) 1);
        put(ogg, 28, "OpusHead");
        put(ogg, 120, "OggS").putLong(126, 48_000L * 90);
        assertThat(AudioLength.milliseconds(bytes(ogg))).hasValue(90_000);
    }

    @Test
    void anMp4SaysItInItsMovieHeader() {
        ByteBuffer mp4 = room(24 + 8 + 40);
        put(mp4.putInt(0, 24), 4, "ftyp");
        put(mp4.putInt(24, 48), 28, "moov");
        put(mp4.putInt(32, 40), 36, "mvhd").putInt(52, 600).putInt(56, 1_801);
        assertThat(AudioLength.milliseconds(bytes(mp4))).hasValue(3_002);
    }

    /// Frames of 128 kbit/s at 44.1 kHz are 417 bytes and 1,152 samples long.
    private static byte[] mp3(int frames, int garbage) {
        ByteBuffer mp3 = room(10 + 20 + frames * 417 + garbage);
        put(mp3, 0, "ID3").put(9, (byte) 20);
        for (int i = 0; i < frames; i++) {
            mp3.putInt(30 + i * 417, 0xfffb9000);
        }
        return bytes(mp3);
    }

    @Test
    void anMp3IsTheSumOfItsFrames() {
        assertThat(AudioLength.milliseconds(mp3(100, 128)).orElseThrow()).isBetween(2_612L, 2_614L);
        assertThat(AudioLength.milliseconds(mp3(2, 0))).isEmpty();
        assertThat(AudioLength.milliseconds(mp3(10, 1 << 17))).isEmpty();
    }

    @Test
    void whatIsCutOrUnknownHasABoundAlone() {
        byte[] known = wav(8_000, 1, 8_000, 8_000);
        for (int length = 0; length < 60; length++) {
            AudioLength.milliseconds(Arrays.copyOf(known, length));
            AudioLength.milliseconds(Arrays.copyOf(mp3(3, 0), length));
        }
        byte[] unknown = new byte[7_500];
        assertThat(AudioLength.milliseconds(unknown)).isEmpty();
        assertThat(AudioLength.mostMilliseconds(unknown)).isEqualTo(10_000);
        assertThat(AudioLength.likelyMilliseconds(unknown)).isEqualTo(469);
    }
}
