package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ShortTextsTest {

    private static boolean add(ShortTexts texts, byte[] document, Random random) {
        boolean fits = true;
        for (int at = 0; at < document.length; ) {
            int to = Math.min(document.length, at + 1 + random.nextInt(9_000));
            fits &= texts.add(Arrays.copyOfRange(document, at, to));
            at = to;
        }
        return fits;
    }

    @Test
    void aLongTextIsCutAndTheRestStays() {
        String[] letters = {"a", "\u00e9", "\u20ac", "\\u00e9", "\\\\", "\\\"", "\\n"};
        for (int seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            while (text.length() < 300_000) {
                text.append(letters[random.nextInt(letters.length)]);
            }
            String document =
                    "{\"first\":\"kept \\\"so\\\"\",\"video\":\"%s\",\"done\":true,\"last\":[\"%s\"]}"
                            .formatted(text, text);
            ShortTexts texts = new ShortTexts(200 << 10);
            assertThat(add(texts, document.getBytes(StandardCharsets.UTF_8), random))
                    .as("seed " + seed)
                    .isTrue();
            JsonNode whole = JsonMapper.shared().readTree(document);
            JsonNode cut = JsonMapper.shared().readTree(texts.document());
            assertThat(cut.path("first")).isEqualTo(whole.path("first"));
            assertThat(cut.path("done").asBoolean()).isTrue();
            assertThat(whole.path("video").asString()).startsWith(cut.path("video").asString());
            assertThat(cut.path("video").asString()).isNotEmpty();
        }
    }

    @Test
    void aDocumentThatIsTooLargeIsTold() {
        byte[] many = ("[" + "\"a\",".repeat(300_000) + "1]").getBytes(StandardCharsets.UTF_8);
        assertThat(add(new ShortTexts(1 << 20), many, new Random(1))).isFalse();
    }
}
