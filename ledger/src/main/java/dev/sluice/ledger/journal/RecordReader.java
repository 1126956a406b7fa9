package dev.sluice.ledger.journal;

import dev.sluice.catalog.CostLine;
import dev.sluice.domain.Attribution;
import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads what [RecordWriter] wrote. Arguments are evaluated from left to right, which is the order
/// of the fields.
final class RecordReader {

    private final ByteSource source;

    RecordReader(ByteSource source) {
        this.source = source;
    }

    Settlement.@Nullable Open hold() {
        if (!source.flag()) {
            return null;
        }
        return new Settlement.Open(
                source.text(),
                source.text(),
                new Money(source.signed()),
                source.signed(),
                source.optionalDecimal(),
                source.optionalDecimal(),
                list(this::window));
    }

    private HeldWindow window() {
        WindowKey key =
                new WindowKey(
                        source.text(),
                        source.text(),
                        source.text(),
                        WireNumbers.unit(source.oneByte()),
                        source.text(),
                        source.instant());
        return new HeldWindow(
                key,
                source.optionalInstant(),
                source.decimal(),
                source.flag(),
                source.decimal(),
                source.decimal());
    }

    CallRecord call() {
        return new CallRecord(
                source.text(),
                attribution(),
                source.text(),
                source.flag(),
                source.optionalText(),
                source.optionalText(),
                granted(),
                usage(),
                source.flag(),
                list(this::line),
                source.optionalText(),
                outcome(),
                timings(),
                list(this::attempt),
                list(this::texts));
    }

    private @Nullable Attribution attribution() {
        if (!source.flag()) {
            return null;
        }
        return new Attribution(
                source.text(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                texts());
    }

    private CallRecord.@Nullable Granted granted() {
        return source.flag()
                ? new CallRecord.Granted(source.signed(), new Money(source.signed()))
                : null;
    }

    private CallRecord.Outcome outcome() {
        return new CallRecord.Outcome(
                Math.toIntExact(source.signed()),
                source.optionalText(),
                source.optionalText(),
                source.optionalText(),
                source.optionalText());
    }

    private CallRecord.Timings timings() {
        return new CallRecord.Timings(
                source.instant(), source.instant(), source.optionalLong(), source.optionalLong());
    }

    private CallRecord.Attempt attempt() {
        return new CallRecord.Attempt(
                source.text(),
                source.text(),
                source.text(),
                source.text(),
                source.text(),
                Math.toIntExact(source.signed()),
                source.optionalText(),
                source.optionalText(),
                source.flag(),
                usage(),
                source.flag(),
                list(this::line),
                source.optionalText(),
                source.instant(),
                source.signed());
    }

    private Usage usage() {
        Usage.Builder usage = Usage.builder();
        for (int meter = source.oneByte(); meter != 0; meter = source.oneByte()) {
            usage.set(WireNumbers.meter(meter), source.unsigned());
        }
        return usage.build();
    }

    private CostLine line() {
        return new CostLine(
                WireNumbers.meter(source.oneByte()),
                source.signed(),
                source.decimal(),
                Math.toIntExact(source.signed()),
                source.decimal(),
                new Money(source.signed()));
    }

    private Map<String, String> texts() {
        int count = source.count();
        Map<String, String> texts = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            texts.put(source.text(), source.text());
        }
        return texts;
    }

    private <T> List<T> list(Supplier<T> read) {
        int count = source.count();
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(read.get());
        }
        return list;
    }
}
