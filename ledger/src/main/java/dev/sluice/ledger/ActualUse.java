package dev.sluice.ledger;

import dev.sluice.domain.Money;
import dev.sluice.domain.Usage;
import dev.sluice.ledger.booking.Posting;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.window.WindowKey;

/// What an ended call takes out of slices, window by window: what it used, at most what it held.
public record ActualUse(Money charge, Usage usage) implements Escrow.Used {

    public static ActualUse of(CallRecord call) {
        return new ActualUse(Posting.sum(call.chargeLines()), call.usage());
    }

    @Override
    public long of(WindowKey key, long held) {
        long used =
                switch (key.unit()) {
                    case USD -> charge.picos();
                    // counted when the call was admitted, whatever became of it
                    case REQUESTS -> held;
                    default -> key.unit().count(usage);
                };
        return Math.min(used, held);
    }
}
