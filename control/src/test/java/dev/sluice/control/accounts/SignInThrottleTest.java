package dev.sluice.control.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.access.SignInLimits;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Guessing passwords is slow, however many replicas and connections are used for it.
class SignInThrottleTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final SignInLimits LIMITS = limits(3, 5);

    private static SignInLimits limits(int perAccount, int perAddress) {
        SignInLimits usual = SignInLimits.DEFAULT;
        return new SignInLimits(
                usual.sessionIdle(),
                usual.sessionLife(),
                perAccount,
                perAddress,
                Duration.ofMinutes(15),
                usual.passwordHashes(),
                usual.passwordHashWait(),
                usual.passwordLeast(),
                usual.passwordMost(),
                usual.invitationLife());
    }

    @Test
    void anAccountIsGuardedWhereverTheGuessesComeFrom() {
        try (TestDatabase test = TestDatabase.create()) {
            SignInThrottle throttle = new SignInThrottle(test.database(), LIMITS);
            for (int i = 0; i < 3; i++) {
                throttle.begin("ana@example.com", "10.0.0." + i, NOON);
            }
            Instant later = NOON.plusSeconds(60);
            assertThatThrownBy(() -> throttle.begin("ana@example.com", "10.0.0.9", later))
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            e -> {
                                assertThat(e.fault().code())
                                        .isEqualTo(FaultCode.RATE_LIMIT_EXCEEDED);
                                assertThat(e.fault().retryAfter())
                                        .isEqualTo(Duration.ofMinutes(14));
                                assertThat(e.fault().details())
                                        .containsEntry("limit", "signInsPerAccount");
                            });
            throttle.begin("bo@example.com", "10.0.0.9", later);
            // the window ends, whatever was tried meanwhile
            throttle.begin("ana@example.com", "10.0.0.9", NOON.plus(Duration.ofMinutes(15)));
        }
    }

    @Test
    void anAddressIsGuardedWhateverItGuesses() {
        try (TestDatabase test = TestDatabase.create()) {
            SignInThrottle throttle = new SignInThrottle(test.database(), LIMITS);
            for (int i = 0; i < 5; i++) {
                throttle.begin("p" + i + "@example.com", "10.0.0.1", NOON);
            }
            assertThatThrownBy(() -> throttle.begin("p9@example.com", "10.0.0.1", NOON))
                    .hasMessageContaining("Too many");
            throttle.begin("p9@example.com", "10.0.0.2", NOON);
        }
    }

    @Test
    void whoGetsInIsNotCounted() {
        try (TestDatabase test = TestDatabase.create()) {
            SignInThrottle throttle = new SignInThrottle(test.database(), LIMITS);
            for (int i = 0; i < 20; i++) {
                throttle.begin("ana@example.com", "10.0.0.1", NOON);
                throttle.passed("ana@example.com", "10.0.0.1", NOON);
            }
        }
    }

    @Test
    void manyAtOnceGetNoMoreThanOneAfterTheOther() throws Exception {
        try (TestDatabase test = TestDatabase.create()) {
            SignInThrottle throttle = new SignInThrottle(test.database(), limits(3, 100));
            AtomicInteger through = new AtomicInteger();
            try (var threads = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 24; i++) {
                    threads.execute(() -> {
                        try {
                            throttle.begin("ana@example.com", "10.0.0.1", NOON);
                            through.incrementAndGet();
                        } catch (FaultException _) {
                            // refused, as most of them must be
                        }
                    });
                }
            }
            assertThat(through).hasValue(3);
        }
    }
}
