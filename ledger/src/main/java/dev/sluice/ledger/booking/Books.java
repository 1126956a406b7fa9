package dev.sluice.ledger.booking;

import dev.sluice.domain.Money;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.SliceState;
import dev.sluice.ledger.window.WindowKey;
import java.util.List;
import java.util.Map;

/// Where calls that ended are put down, each once: what the books have already changes nothing.
/// Every call is one transaction; an exception means that nobody knows whether it happened.
public interface Books {

    /// Whether the books lack one of these calls. Those of organizations that are gone do not
    /// count.
    boolean lacksAny(List<CallRecord> calls);

    /// All in one transaction. Safe to run again, also after a commit whose answer was lost.
    Shipped ship(Epoch epoch, List<Shipment> shipments);

    /// Calls that the books may have had and lost, with a database that was put back: like
    /// [#ship], but of what slices there are nothing is taken.
    Shipped shipAgain(Epoch epoch, List<Shipment> shipments);

    /// What came of shipping.
    ///
    /// @param absorbed what the operator bears of these calls
    /// @param slices of the epoch, as they are now
    /// @param epochOver the epoch was written off: windows and balances were left alone
    record Shipped(Money absorbed, Map<WindowKey, SliceState> slices, boolean epochOver) {}
}
