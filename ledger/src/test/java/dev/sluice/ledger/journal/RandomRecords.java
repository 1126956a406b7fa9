package dev.sluice.ledger.journal;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.MeterKind;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records of every shape: nulls, empty and foreign texts, the least and the largest numbers.
final class RandomRecords {

    private static final List<String> TEXTS =
            List.of("", "a", "req_01jd", "größe", "日本", "\uD83D\uDE00", "\0", "x".repeat(300));

    private final SplittableRandom random;

    RandomRecords(long seed) {
        random = new SplittableRandom(seed);
    }

    JournalRecord next() {
        return switch (random.nextInt(4)) {
            case 0 -> new JournalRecord.Attempted(hold(), call(text()));
            case 1 -> new JournalRecord.Relayed(text());
            case 2 -> new JournalRecord.Progress(call(text()));
            default -> new JournalRecord.Final(maybe(this::hold), call(text()));
        };
    }

    Settlement.Open hold() {
        return new Settlement.Open(
                text(),
                text(),
                new Money(number()),
                number(),
                maybe(this::decimal),
                maybe(this::decimal),
                list(this::window));
    }

    CallRecord call(String requestId) {
        return new CallRecord(
                requestId,
                maybe(this::attribution),
                text(),
                random.nextBoolean(),
                maybe(this::text),
                maybe(this::text),
                maybe(() -> new CallRecord.Granted(number(), new Money(number()))),
                usage(),
                random.nextBoolean(),
                list(this::line),
                maybe(this::text),
                new CallRecord.Outcome(
                        (int) number(),
                        maybe(this::text),
                        maybe(this::text),
                        maybe(this::text),
                        maybe(this::text)),
                new CallRecord.Timings(
                        instant(), instant(), maybe(this::number), maybe(this::number)),
                list(this::attempt),
                list(this::texts));
    }

    private HeldWindow window() {
        QuotaUnit[] units = QuotaUnit.values();
        return new HeldWindow(
                new WindowKey(
                        text(),
                        text(),
                        text(),
                        units[random.nextInt(units.length)],
                        text(),
                        instant()),
                maybe(this::instant),
                decimal(),
                random.nextBoolean(),
                decimal(),
                decimal());
    }

    private Attribution attribution() {
        return new Attribution(
                text(),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                maybe(this::text),
                texts());
    }

    private CallRecord.Attempt attempt() {
        return new CallRecord.Attempt(
                text(),
                text(),
                text(),
                text(),
                text(),
                (int) number(),
                maybe(this::text),
                maybe(this::text),
                random.nextBoolean(),
                usage(),
                random.nextBoolean(),
                list(this::line),
                maybe(this::text),
                instant(),
                number());
    }

    private CostLine line() {
        return new CostLine(
                meter(), number(), decimal(), (int) number(), decimal(), new Money(number()));
    }

    private Usage usage() {
        Usage.Builder usage = Usage.builder();
        for (int i = random.nextInt(4); i > 0; i--) {
            usage.set(meter(), number() & Long.MAX_VALUE);
        }
        return usage.build();
    }

    private MeterKind meter() {
        MeterKind[] meters = MeterKind.values();
        return meters[random.nextInt(meters.length)];
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            texts.put(text(), text());
        }
        return texts;
    }

    private BigDecimal decimal() {
        if (random.nextInt(4) == 0) {
            byte[] big = new byte[1 + random.nextInt(20)];
            random.nextBytes(big);
            return new BigDecimal(new BigInteger(big), random.nextInt(-5, 30));
        }
        return BigDecimal.valueOf(number(), random.nextInt(-3, 15));
    }

    private Instant instant() {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.MIN;
            case 1 -> Instant.MAX;
            default -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        };
    }

    private long number() {
        return switch (random.nextInt(6)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 0;
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> list(Supplier<T> value) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            list.add(value.get());
        }
        return list;
    }
}
