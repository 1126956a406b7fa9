package dev.sluice.gateway.telemetry;

import dev.sluice.ledger.call.CallRecord;

/// Hears of every call that ended: metrics, the call log. Must not block and must not throw.
public interface CallObserver {

    void ended(CallRecord call);
}
