package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A take that leaves out what could be compared is refused, and what it lacks is named.
final class CassetteTest {

    private static final String HEAD =
            """
            origin: documented
            source: https://docs.acme.example/api
            date: 2026-11-29

            == text
            dialect: openai-chat
            model: acme-large
            > POST /v1/chat/completions
            < 200
            <<<
            {}
            >>>
            """;

    private static Cassette read(String expected) {
        return Cassette.read("acme", HEAD + "= " + expected.replace("; ", "\n= ") + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "text: a; finish: stop; usage: input_tokens=1; charge: 0.000001",
        "tool: f {}; finish: tool_calls; usage: input_tokens=1; charge: 0.000001",
        "vectors: 1x3; usage: input_tokens=1; charge: 0.000001",
        "fault: upstream_error; status: 502",
    })
    void whatIsWholeIsRead(String expected) {
        assertThat(read(expected).takes().getFirst().expected()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "usage: input_tokens=1; finish: stop; charge: 0.000001, has to expect something",
        "text: a; usage: input_tokens=1; charge: 0.000001, '= finish: …'",
        "text: a; finish: stop; charge: 0.000001, '= usage: …'",
        "vectors: 1x3; usage: input_tokens=1, '= charge: …'",
        "fault: upstream_error, '= status: …'",
    })
    void whatIsLeftOutIsNamed(String expected, String missing) {
        assertThatThrownBy(() -> read(expected))
                .isInstanceOf(ProviderFormatException.class)
                .hasMessageContaining(missing.replaceAll("^'|'$", ""));
    }
}
