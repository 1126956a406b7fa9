package dev.sluice.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "0.0000000000005, 0",
        "0.0000000000015, 2",
        "0.0000000000025, 2",
        "0.00000000000251, 3",
        "1, 1000000000000",
    })
    void halfEvenRoundsOnceToThePicounit(String amount, long picos) {
        assertThat(Money.halfEven(new BigDecimal(amount)).picos()).isEqualTo(picos);
    }

    @Test
    void holdsRoundUp() {
        assertThat(Money.up(new BigDecimal("0.0000000000001")).picos()).isEqualTo(1);
    }

    @Test
    void nothingWraps() {
        Money most = new Money(Long.MAX_VALUE);
        Money one = new Money(1);
        assertThatThrownBy(() -> most.plus(one)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Money(Long.MIN_VALUE).minus(one))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Money.up(new BigDecimal("9223373")))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void exactlyRefusesWhatItWouldHaveToRound() {
        assertThatThrownBy(() -> Money.exactly(new BigDecimal("0.0000000000001")))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource({"5000000000000, 5", "1, 0.000000000001", "0, 0", "-1500000000000, -1.5"})
    void isWrittenPlainly(long picos, String text) {
        assertThat(new Money(picos)).hasToString(text);
    }
}
