package dev.sluice.gateway.calls;

import dev.sluice.domain.Headroom;
import dev.sluice.domain.QuotaUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The true headroom of a call's short windows in the headers of the OpenAI dialect: of each of
/// `requests` and `tokens` the tightest window.
final class RateHeaders {

    private static final Map<QuotaUnit, String> NAMES =
            Map.of(QuotaUnit.REQUESTS, "requests", QuotaUnit.TOTAL_TOKENS, "tokens");

    private RateHeaders() {}

    static Map<String, String> of(List<Headroom> windows, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        NAMES.forEach((unit, name) -> {
            Headroom tightest = tightest(windows, unit);
            if (tightest != null) {
                headers.put("x-ratelimit-limit-" + name, whole(tightest.limit()));
                headers.put("x-ratelimit-remaining-" + name, whole(tightest.remaining()));
                if (tightest.resetsAt() != null) {
                    headers.put(
                            "x-ratelimit-reset-" + name,
                            duration(Duration.between(now, tightest.resetsAt())));
                }
            }
        });
        return headers;
    }

    /// The same in the headers of the Anthropic dialect, whose times are instants.
    static Map<String, String> anthropic(List<Headroom> windows) {
        Map<String, String> headers = new LinkedHashMap<>();
        NAMES.forEach((unit, name) -> {
            Headroom tightest = tightest(windows, unit);
            if (tightest != null) {
                String prefix = "anthropic-ratelimit-" + name;
                headers.put(prefix + "-limit", whole(tightest.limit()));
                headers.put(prefix + "-remaining", whole(tightest.remaining()));
                if (tightest.resetsAt() != null) {
                    headers.put(
                            prefix + "-reset",
                            tightest.resetsAt().truncatedTo(ChronoUnit.SECONDS).toString());
                }
            }
        });
        return headers;
    }

    private static @Nullable Headroom tightest(List<Headroom> windows, QuotaUnit unit) {
        Headroom tightest = null;
        for (Headroom window : windows) {
            if (window.unit() == unit
                    && (tightest == null
                            || window.remaining().compareTo(tightest.remaining()) < 0)) {
                tightest = window;
            }
        }
        return tightest;
    }

    private static String whole(java.math.BigDecimal pieces) {
        return pieces.toBigInteger().toString();
    }

    /// `120ms`, `7s`, `6m0s`.
    private static String duration(Duration wait) {
        Duration left = wait.isNegative() ? Duration.ZERO : wait;
        if (left.compareTo(Duration.ofSeconds(1)) < 0) {
            return left.toMillis() + "ms";
        }
        long seconds = Math.ceilDiv(left.toMillis(), 1_000L);
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
