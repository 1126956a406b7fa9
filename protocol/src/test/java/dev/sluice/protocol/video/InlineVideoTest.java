package dev.sluice.protocol.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.domain.FaultException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InlineVideoTest {

    private static final String BEFORE =
            "{\"name\":\"\\\"bytesBase64Encoded\\\":\\\"AAAA\",\"done\":true,\"response\":{\"videos\":"
                    + "[{\"mimeType\":\"video/mp4\",\"bytesBase64Encoded\" : \"";

    private static byte[] pushed(InlineVideo video, byte[] answer, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < answer.length; ) {
            int to = Math.min(answer.length, at + 1 + random.nextInt(20));
            out.writeBytes(video.push(Arrays.copyOfRange(answer, at, to)));
            at = to;
        }
        return out.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void howeverTheAnswerIsCutTheFirstVideoIsWhole() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            byte[] film = new byte[random.nextInt(200)];
            random.nextBytes(film);
            String text = Base64.getEncoder().encodeToString(film);
            if (seed % 2 == 0) {
                text = text.replace("=", "\\u003d").replace("/", "\\/").replace("+", "\\u002B");
            }
            InlineVideo video = new InlineVideo();
            byte[] answer = utf8(BEFORE + text + "\"},{\"bytesBase64Encoded\":\"AAAA\"}]}}");
            assertThat(pushed(video, answer, random)).as("seed " + seed).isEqualTo(film);
            assertThat(video.isComplete()).isTrue();
        }
    }

    @Test
    void oneThatIsNotThereOrCutIsNotComplete() {
        Random random = new Random(1);
        for (String answer :
                new String[] {
                    "",
                    "{\"done\":true,\"error\":{\"code\":3}}",
                    "{\"bytesBase64Encoded\":null,\"a\":\"AAAA\"}",
                    BEFORE + "AAAA",
                    BEFORE + "AAA\"}]}}"
                }) {
            InlineVideo video = new InlineVideo();
            pushed(video, utf8(answer), random);
            assertThat(video.isComplete()).as(answer).isFalse();
        }
    }

    @Test
    void whatIsNoBase64IsAFault() {
        assertThatThrownBy(() -> new InlineVideo().push(utf8(BEFORE + "A\u00e9A!\"}")))
                .isInstanceOf(FaultException.class);
    }
}
