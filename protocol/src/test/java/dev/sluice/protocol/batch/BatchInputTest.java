package dev.sluice.protocol.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an input file says, and how its mistakes are told.
class BatchInputTest {

    private static final String ENDPOINT = "/v1/embeddings";

    private static BatchInput input(String text) {
        return BatchInput.of(text.getBytes(StandardCharsets.UTF_8), ENDPOINT, 3, 4);
    }

    private static String line(String customId, String body) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":%s}"
                .formatted(customId, ENDPOINT, body);
    }

    private static String line(String customId) {
        return line(customId, "{\"model\":\"m\",\"input\":\"x\"}");
    }

    private static List<String> mistakes(String text) {
        return input(text).errors().stream()
                .map(e -> e.line() + " " + e.code() + " " + e.param())
                .toList();
    }

    @Test
    void linesAreNumberedAsTheyStandInTheFile() {
        BatchInput input = input("\uFEFF" + line("a") + "\r\n\n  \n" + line("b") + "\n");
        assertThat(input.errors()).isEmpty();
        assertThat(input.lines()).isEqualTo(2);
        assertThat(input.model()).isEqualTo("m");
        assertThat(input.number(1)).isEqualTo(4);
        BatchLine second = BatchLine.of(input.line(1));
        assertThat(second.customId()).isEqualTo("b");
        assertThat(new String(second.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"model\":\"m\",\"input\":\"x\"}");
    }

    @Test
    void numbersKeepEveryDigit() {
        BatchInput input =
                input(
                        line(
                                "a",
                                "{\"model\":\"m\",\"temperature\":0.10,\"seed\":9007199254740993}"));
        assertThat(new String(BatchLine.of(input.line(0)).body(), StandardCharsets.UTF_8))
                .contains("0.10")
                .contains("9007199254740993");
    }

    @Test
    void eachMistakeHasItsLine() {
        assertThat(mistakes(line("a") + "\n[]\n")).containsExactly("2 invalid_json_line null");
        assertThat(mistakes(line("a") + "\n" + line("a")))
                .containsExactly("2 duplicate_custom_id custom_id");
        assertThat(mistakes(line(""))).containsExactly("1 invalid_custom_id custom_id");
        assertThat(mistakes(line("a").replace("custom_id", "id")))
                .containsExactly("1 missing_required_parameter custom_id");
        assertThat(mistakes(line("a", "7"))).containsExactly("1 invalid_body body");
        assertThat(mistakes(line("a", "{\"input\":\"x\"}")))
                .containsExactly("1 missing_required_parameter body.model");
        assertThat(mistakes(line("a", "{\"model\":\"m\",\"stream\":true}")))
                .containsExactly("1 unsupported_parameter body.stream");
        assertThat(mistakes(line("a", "{\"model\":\"m\",\"stream\":false}"))).isEmpty();
        assertThat(mistakes(line("a", "{\"model\":\"m\",\"model\":\"n\"}")))
                .containsExactly("1 invalid_json_line null");
        assertThat(mistakes(line("a") + "\n" + line("b", "{\"model\":\"n\"}")))
                .containsExactly("2 mismatched_model body.model");
        assertThat(mistakes("")).containsExactly("null empty_file null");
    }

    @Test
    void thereIsAnEndOfLinesAndOfMistakes() {
        String four = String.join("\n", line("a"), line("b"), line("c"), line("d"));
        assertThat(mistakes(four)).containsExactly("4 too_many_lines null");
        assertThat(mistakes("1\n2\n3\n")).hasSize(3);
        assertThat(BatchInput.of("1\n2\n3\n".getBytes(StandardCharsets.UTF_8), ENDPOINT, 9, 2))
                .satisfies(input -> assertThat(input.errors()).hasSize(2));
    }

    @Test
    void aMistakeQuotesNothingOfTheFile() {
        assertThat(input("{\"custom_id\": canary}").errors().getFirst().message())
                .startsWith("The line is not valid JSON")
                .doesNotContain("canary");
    }
}
