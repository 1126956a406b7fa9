package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTextTest {

    @ParameterizedTest
    @CsvSource({
        "gemini-2.5-pro, gemini-2.5-pro",
        "tuned/m x, tuned/m%20x",
        "a+b:c, a%2Bb%3Ac",
        "\u00e9%, %C3%A9%25"
    })
    void goesThereAndBack(String name, String encoded) {
        assertThat(PathText.encoded(name)).isEqualTo(encoded);
        assertThat(PathText.decoded(encoded)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%", "a%4", "a%zz", "a+b"})
    void whatIsNotEncodedStays(String name) {
        assertThat(PathText.decoded(name)).isEqualTo(name);
    }
}
