package dev.sluice.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {

    @ParameterizedTest
    @CsvSource({"5.00, 5", "0.000, 0", "1E+3, 1000", "1E-12, 0.000000000001", "-2.50, -2.5"})
    void canonicalHasNoExponentAndNoTrailingZeros(String number, String text) {
        assertThat(Decimals.canonical(new BigDecimal(number))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1e3",
                "1E3",
                ".5",
                "5.",
                "+5",
                "1,000",
                "NaN",
                "0x10",
                "1 ",
                "٣",
                "0.1234567890123",
                "123456789012345678901234567"
            })
    void whatIsNotAPlainDecimalIsRefused(String text) {
        assertThatThrownBy(() -> Decimals.parse(text)).isInstanceOf(NumberFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-12.5", "0.000000000001", "99999999999999999999999999"})
    void plainDecimalsAreRead(String text) {
        assertThat(Decimals.parse(text).toPlainString()).isEqualTo(text);
    }
}
