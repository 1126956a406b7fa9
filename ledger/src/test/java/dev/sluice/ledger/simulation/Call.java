package dev.sluice.ledger.simulation;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.journal.CallReceipts;
import dev.sluice.ledger.journal.Place;
import dev.sluice.ledger.journal.Receipt;
import dev.sluice.ledger.journal.RecoveredCall.Known;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call, what its client got of it, and what its journal was told and has. Knows nothing of
/// segments and reading: what is booked must be what some of these records say.
final class Call {

    /// How far the gateway is with it.
    enum Stage {
        HELD,
        ATTEMPTING,
        RELAYING,
        STREAMING,
        ENDED
    }

    /// What became of the process it ran in.
    enum Death {
        NONE,
        /// All that was written stays.
        KILLED,
        /// All that was flushed stays, and some of the rest.
        POWER_LOST
    }

    private enum Kind {
        ATTEMPT,
        RELAY,
        PROGRESS,
        END
    }

    /// A record of it.
    private static final class Note {
        final Kind kind;
        final long amount;
        boolean written;
        boolean flushed;

        Note(Kind kind, long amount) {
            this.kind = kind;
            this.amount = amount;
        }
    }

    final HoldRequest request;
    final Settlement.Open hold;
    final Epoch epoch;
    final CallReceipts receipts = new CallReceipts();
    Stage stage = Stage.HELD;
    Death death = Death.NONE;
    @Nullable Boolean mayAsk;
    @Nullable Boolean mayRelay;
    private boolean firstByte;
    private boolean lastByte;
    long charge;
    private final List<Note> notes = new ArrayList<>(4);

    Call(HoldRequest request, Settlement.Open hold, Epoch epoch) {
        this.request = request;
        this.hold = hold;
        this.epoch = epoch;
    }

    String requestId() {
        return hold.requestId();
    }

    long held() {
        return hold.amount().picos();
    }

    /// What is counted for it of each window while it runs.
    Map<WindowKey, Long> whole() {
        return amounts(held());
    }

    /// What is counted for it once it is settled at a price.
    Map<WindowKey, Long> amounts(long picos) {
        Map<WindowKey, Long> amounts = new LinkedHashMap<>();
        for (HeldWindow window : hold.windows()) {
            boolean money = window.key().unit() == QuotaUnit.USD;
            amounts.put(window.key(), money ? picos : window.pieces());
        }
        if (hold.walletHeld() != null) {
            amounts.put(WindowKey.wallet(hold.organizationId()), picos);
        }
        return amounts;
    }

    /// What settling it in memory takes of slices.
    Map<WindowKey, Long> taken() {
        return amounts(Math.min(charge, held()));
    }

    void gotFirstByte() {
        firstByte = true;
    }

    void gotLastByte() {
        firstByte = true;
        lastByte = true;
    }

    boolean hasAnswered() {
        return firstByte;
    }

    void died(boolean powerLost) {
        death = powerLost || death == Death.POWER_LOST ? Death.POWER_LOST : Death.KILLED;
    }

    Receipt ofAttempt(long ifRelayed, Receipt production) {
        return noted(Kind.ATTEMPT, ifRelayed, production);
    }

    Receipt ofRelay(Receipt production) {
        return noted(Kind.RELAY, 0, production);
    }

    Receipt ofProgress(long soFar) {
        return noted(Kind.PROGRESS, soFar, Receipt.NONE);
    }

    Receipt ofEnd(Receipt production) {
        return noted(Kind.END, charge, production);
    }

    private Receipt noted(Kind kind, long amount, Receipt production) {
        Note note = new Note(kind, amount);
        notes.add(note);
        return new Receipt() {
            @Override
            public void written(Place at) {
                note.written = true;
                production.written(at);
            }

            @Override
            public void flushed() {
                note.flushed = true;
                production.flushed();
            }

            @Override
            public void failed(String reason) {
                production.failed(reason);
            }
        };
    }

    /// Fails unless this is what may be known of the call, and what was charged for it.
    void isTold(Shipment shipment) {
        long told = shipment.call().chargeLines().stream().mapToLong(l -> l.amount().picos()).sum();
        Known known = shipment.known();
        boolean fromMemory = known == Known.EXACT && stage == Stage.ENDED;
        require(fromMemory ? told == charge : mayBe(known, told), known + " at " + told);
        require(known == Known.EXACT || shipment.call().estimated(), "not marked as estimated");
        if (death != Death.POWER_LOST) {
            require(!lastByte || known == Known.EXACT, known + " after its last byte");
            require(!firstByte || known != Known.ABANDONED, known + " after its first byte");
        }
    }

    /// Fails if the journal must have it.
    void isUnknown() {
        require(mayBe(null, 0), "vanished");
        require(!firstByte, "vanished after its first byte");
    }

    /// The records that are left are those up to some moment: at least all that are sure to be
    /// there, at most all that were written.
    private boolean mayBe(@Nullable Known known, long told) {
        if (death == Death.NONE) {
            return false;
        }
        Known left = null;
        long amount = 0;
        List<Note> written = notes.stream().filter(note -> note.written).toList();
        boolean any = known == null && noneIsSure(written, 0);
        for (int i = 0; i < written.size(); i++) {
            Note note = written.get(i);
            left =
                    switch (note.kind) {
                        case ATTEMPT -> Known.ABANDONED;
                        case RELAY, PROGRESS -> Known.ESTIMATED;
                        case END -> Known.EXACT;
                    };
            amount =
                    switch (note.kind) {
                        case ATTEMPT, PROGRESS, END -> note.amount;
                        case RELAY -> amount;
                    };
            long charged = left == Known.ABANDONED ? 0 : amount;
            any |= left == known && charged == told && noneIsSure(written, i + 1);
        }
        return any;
    }

    /// Whether none of the written records from a place on is sure to be there.
    private boolean noneIsSure(List<Note> written, int from) {
        for (Note note : written.subList(from, written.size())) {
            if (death == Death.KILLED || note.flushed) {
                return false;
            }
        }
        return true;
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what + " is booked of " + this);
        }
    }

    @Override
    public String toString() {
        StringBuilder records = new StringBuilder();
        for (Note note : notes) {
            records.append(note.kind)
                    .append(note.flushed ? " flushed " : note.written ? " written " : " lost ")
                    .append(note.amount)
                    .append(", ");
        }
        return "%s of %s, %s, %s%s, held %d, charge %d: %s"
                .formatted(
                        requestId(),
                        epoch,
                        stage,
                        death,
                        lastByte ? ", answered" : firstByte ? ", begun" : "",
                        held(),
                        charge,
                        records);
    }
}
