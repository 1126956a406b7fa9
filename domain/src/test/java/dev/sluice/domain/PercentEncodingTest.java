package dev.sluice.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentEncodingTest {

    @ParameterizedTest
    @CsvSource({
        "plain-0.1_a~Z9, -._~, plain-0.1_a~Z9",
        "a/b c, -._~/, a/b%20c",
        "a/b c, -._~, a%2Fb%20c",
        "model@002:7, -._~/@, model@002%3A7",
        "ümläut€, -._~, %C3%BCml%C3%A4ut%E2%82%AC",
        "%2F, -._~, %252F"
    })
    void whatIsNotPlainStandsInHexadecimalDigits(String text, String plain, String encoded) {
        assertThat(PercentEncoding.encoded(text, plain)).isEqualTo(encoded);
    }
}
