package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class Base64PiecesTest {

    private static Pieces cut(byte[] bytes, Random random) {
        List<Pieces> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int to = Math.min(bytes.length, at + random.nextInt(12));
            pieces.add(Pieces.of(Arrays.copyOfRange(bytes, at, to)));
            at = to;
        }
        return Pieces.joined(pieces);
    }

    @Test
    void howeverItIsCutItIsTheSame() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            Pieces encoded = new Base64Pieces(cut(bytes, random));
            assertThat(encoded.whole())
                    .as("seed " + seed)
                    .isEqualTo(Base64.getEncoder().encode(bytes));
            assertThat(encoded.length()).isEqualTo(encoded.whole().length);
        }
    }

    /// What a client says in other texts is not taken for the place.
    @Test
    void itStandsAtTheEndOfItsTextInADocument() {
        ObjectNode body = Trees.object().put("prompt", "\"url\":\"data:a;\"");
        body.putObject("image").put("url", "data:a;").put("after", "\"url\":\"data:a;\"");
        byte[] picture = "a picture".getBytes(StandardCharsets.UTF_8);
        Pieces document =
                JsonPieces.ending(body, "url", "data:a;", new Base64Pieces(Pieces.of(picture)));
        ObjectNode read = (ObjectNode) Trees.read(document.whole());
        assertThat(read.at("/image/url").asString())
                .isEqualTo("data:a;" + Base64.getEncoder().encodeToString(picture));
        assertThat(read.path("prompt")).isEqualTo(body.path("prompt"));
        assertThat(read.at("/image/after")).isEqualTo(body.at("/image/after"));
        assertThat(document.length()).isEqualTo(document.whole().length);
        assertThat(document.inMemory()).isTrue();
    }
}
