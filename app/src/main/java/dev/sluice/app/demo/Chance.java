package dev.sluice.app.demo;

import dev.sluice.app.demo.Cast.Span;
import dev.sluice.app.demo.Cast.Traffic;
import dev.sluice.app.demo.Draft.Fate;
import dev.sluice.domain.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Draws calls. The same seed and the same instants give the same calls, ids included.
final class Chance {

    private static final int ATTEMPTS = 3;
    private static final int USERS = 40;

    private final SplittableRandom random;
    private final Ids ids;
    private final Duration ahead;

    /// @param ahead how far the installation's clock is ahead of the one ids are made by
    Chance(long seed, Duration ahead) {
        this.random = new SplittableRandom(seed);
        this.ids = new Ids(() -> Instant.EPOCH, random);
        this.ahead = ahead;
    }

    /// @param trouble per mille of the calls that meet an upstream which fails
    Draft call(Traffic traffic, Instant at, int trouble) {
        boolean pictures = traffic.pictures().most() > 0;
        boolean stream = random.nextInt(100) < traffic.streamPercent();
        long input = pictures ? 40 : skewed(traffic.input());
        long output = skewed(traffic.output());
        Fate fate = fate(traffic, trouble, output);
        long first = 120 + skewed(new Span(60, 900)) + input / 25;
        return new Draft(
                id("req", at),
                at,
                traffic,
                fate,
                one(traffic.workflows()),
                one(traffic.productAreas()),
                one(traffic.customers()),
                traffic.customers().isEmpty() ? null : "user-" + random.nextInt(USERS),
                traffic.workflows().isEmpty() ? null : "act-" + random.nextInt(1_000_000),
                input,
                random.nextInt(100) < traffic.cachedPercent() ? input * 3 / 4 : 0,
                output,
                output * traffic.reasoningPercent() / 100,
                pictures ? within(traffic.pictures()) : 0,
                random.nextInt(5) == 0,
                stream,
                pictures ? 6_000 + random.nextInt(9_000) : output == 0 ? first / 4 : first,
                6_000 + random.nextInt(9_000),
                names("att", at),
                names("simreq", at));
    }

    private Fate fate(Traffic traffic, int trouble, long output) {
        int draw = random.nextInt(1_000);
        if (draw < trouble) {
            return draw % 9 == 0 ? Fate.TIMED_OUT : Fate.FAILED_OVER;
        }
        if (draw < trouble + trouble / 4) {
            return Fate.FAILED;
        }
        int rest = random.nextInt(1_000);
        if (rest < 6) {
            return Fate.REJECTED;
        }
        if (rest < 10) {
            return Fate.MISSPELT;
        }
        if (rest < 16) {
            return Fate.LEFT;
        }
        boolean long_ = output > 300 && !traffic.family().equals("embeddings");
        return rest < 40 && long_ ? Fate.TRUNCATED : Fate.ANSWERED;
    }

    /// The same traffic with one purpose, for one customer.
    Traffic narrowed(Traffic traffic) {
        return new Traffic(
                traffic.key(),
                traffic.model(),
                traffic.family(),
                traffic.callsPerDay(),
                traffic.input(),
                traffic.output(),
                traffic.pictures(),
                traffic.cachedPercent(),
                traffic.reasoningPercent(),
                traffic.streamPercent(),
                oneOf(traffic.workflows()),
                oneOf(traffic.productAreas()),
                oneOf(traffic.customers()),
                traffic.untilDaysAgo(),
                traffic.hours());
    }

    private List<String> oneOf(List<String> values) {
        return values.isEmpty() ? values : List.of(values.get(index(values.size())));
    }

    private List<String> names(String kind, Instant at) {
        return java.util.stream.IntStream.range(0, ATTEMPTS).mapToObj(_ -> id(kind, at)).toList();
    }

    private String id(String kind, Instant at) {
        return ids.at(kind, at.minus(ahead));
    }

    private @Nullable String one(List<String> values) {
        return values.isEmpty() ? null : values.get(index(values.size()));
    }

    /// The first of several is the most frequent.
    private int index(int size) {
        return Math.min(random.nextInt(size), random.nextInt(size));
    }

    int within(Span span) {
        return span.least() + random.nextInt(span.most() - span.least() + 1);
    }

    /// More often small than large.
    private long skewed(Span span) {
        int width = span.most() - span.least() + 1;
        return (long) span.least() + Math.min(random.nextInt(width), random.nextInt(width));
    }

    /// An instant of the given stretch.
    Instant during(Instant from, Duration stretch) {
        return from.plusMillis(random.nextLong(stretch.toMillis()));
    }

    /// A whole number near `mean`: a third more or less.
    int about(int mean) {
        int spread = Math.max(1, mean / 3);
        return Math.max(0, mean - spread + random.nextInt(2 * spread + 1));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
