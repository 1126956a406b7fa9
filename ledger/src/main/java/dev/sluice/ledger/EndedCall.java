package dev.sluice.ledger;

import dev.sluice.domain.CrashPoint;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.journal.CallReceipts;
import dev.sluice.ledger.journal.Place;

/// A call whose last record is on its way into the journal, and from there to the books.
///
/// @param settled runs once its last record is written: the rest of its hold is free. Where it
///     never will be, the hold stays whole until the books have the call
/// @param closed runs once its last record is written, or never will be
/// @param spilled runs when memory keeps only the place of its last record
/// @param durable runs when its client may get the last byte
record EndedCall(
        OpenCall call,
        Shipment shipment,
        Shipper shipper,
        Runnable settled,
        Runnable closed,
        Runnable spilled,
        Runnable durable)
        implements CallReceipts.Ending {

    @Override
    public void written(Place at) {
        CrashPoint.SETTLE_AFTER_JOURNAL.reached();
        settled.run();
        closed.run();
        if (!shipper.add(shipment, at)) {
            spilled.run();
        }
    }

    @Override
    public void mayAnswer() {
        durable.run();
    }

    @Override
    public void mayAnswerOnceBooked() {
        call.whenBooked(durable);
    }

    @Override
    public void failed() {
        closed.run();
        mayAnswerOnceBooked();
        // the books can still have it
        shipper.addUnwritten(shipment);
    }
}
