package dev.sluice.control.http;

import dev.sluice.store.Sql;
import java.util.concurrent.atomic.AtomicBoolean;

/// The claim of one running call on its `Idempotency-Key`. Finishing it inside the transaction of
/// the change makes both stand or fall together.
public final class IdempotencyClaim {

    private final IdempotencyStore store;
    private final IdempotencyStore.Name name;
    private final AtomicBoolean finished = new AtomicBoolean();

    IdempotencyClaim(IdempotencyStore store, IdempotencyStore.Name name) {
        this.store = store;
        this.name = name;
    }

    /// Keeps the answer for 24 hours; one that shows a secret is kept by the object's id alone.
    public void finish(Sql sql, ManagementResponse response) {
        store.finish(sql, name, response);
        finished.set(true);
    }

    boolean isFinished() {
        return finished.get();
    }

    /// The transaction that finished it was rolled back, or the call was refused.
    void release(Sql sql) {
        store.delete(sql, name);
    }
}
