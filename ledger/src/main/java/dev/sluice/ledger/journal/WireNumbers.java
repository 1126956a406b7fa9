package dev.sluice.ledger.journal;

import dev.sluice.domain.MeterKind;
import dev.sluice.domain.QuotaUnit;

/// The numbers that stand for enum constants in the journal. Numbers are only ever added: a journal
/// may be read by a later version than wrote it, and the order of constants may change.
final class WireNumbers {

    private WireNumbers() {}

    static int of(MeterKind meter) {
        return switch (meter) {
            case INPUT -> 1;
            case CACHE_READ -> 2;
            case CACHE_WRITE_5M -> 3;
            case CACHE_WRITE_1H -> 4;
            case OUTPUT -> 5;
            case REASONING -> 6;
            case AUDIO_INPUT -> 7;
            case AUDIO_OUTPUT -> 8;
            case IMAGE_INPUT -> 9;
            case IMAGE_OUTPUT -> 10;
            case IMAGES -> 11;
            case VIDEO_MILLISECONDS -> 12;
            case VIDEO_JOBS -> 13;
            case AUDIO_MILLISECONDS -> 14;
            case CHARACTERS -> 15;
            case SEARCHES -> 16;
            case REQUESTS -> 17;
            case TRAINING -> 18;
        };
    }

    static MeterKind meter(int number) {
        for (MeterKind meter : MeterKind.values()) {
            if (of(meter) == number) {
                return meter;
            }
        }
        throw new IllegalStateException("unknown meter " + number);
    }

    static int of(QuotaUnit unit) {
        return switch (unit) {
            case USD -> 1;
            case REQUESTS -> 2;
            case INPUT_TOKENS -> 3;
            case OUTPUT_TOKENS -> 4;
            case TOTAL_TOKENS -> 5;
            case IMAGES -> 6;
            case AUDIO_SECONDS -> 7;
            case CHARACTERS -> 8;
            case SEARCHES -> 9;
            case VIDEO_SECONDS -> 10;
            case VIDEO_JOBS -> 11;
            case BATCH_ITEMS -> 12;
        };
    }

    static QuotaUnit unit(int number) {
        for (QuotaUnit unit : QuotaUnit.values()) {
            if (of(unit) == number) {
                return unit;
            }
        }
        throw new IllegalStateException("unknown unit " + number);
    }
}
