package dev.sluice.ledger.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Stub.
public final class Journal implements AutoCloseable {

    public void append(JournalRecord record, Receipt receipt) {
        Thread.startVirtualThread(() -> {
            receipt.written();
            receipt.flushed();
        });
    }

    public boolean tryReserve() {
        return true;
    }

    public void release() {}

    public void shipped(String requestId) {}

    public void sweep(Instant now) {}

    public @Nullable String failure() {
        return null;
    }

    @Override
    public void close() {}
}
