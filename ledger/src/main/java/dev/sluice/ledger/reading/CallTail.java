package dev.sluice.ledger.reading;

import dev.sluice.ledger.call.StoredCall;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows the calls of one organization as they end, each exactly once. Made for one reader; calls
/// block.
public final class CallTail {

    // Rows get their number before they are committed; a writer commits within a few batches.
    private static final int OVERLAP = 4_000;
    private static final int MOST_PER_READ = 5_000;

    private final Calls calls;
    private final @Nullable String organizationId;
    private final Calls.Filter filter;
    private final Set<Long> seen = new LinkedHashSet<>();
    private long last;

    /// Begins with what is written from now on.
    public CallTail(Calls calls, @Nullable String organizationId, Calls.Filter filter) {
        this.calls = calls;
        this.organizationId = organizationId;
        this.filter = filter;
        this.last = calls.lastSeq(organizationId);
        calls.since(organizationId, filter, last - OVERLAP, MOST_PER_READ)
                .forEach(call -> seen.add(call.seq()));
    }

    /// What ended since the last call of this method, in the order of writing.
    public List<StoredCall> next() {
        List<StoredCall> fresh = new ArrayList<>();
        for (StoredCall call : calls.since(organizationId, filter, last - OVERLAP, MOST_PER_READ)) {
            if (seen.add(call.seq())) {
                fresh.add(call);
            }
        }
        for (StoredCall call : fresh) {
            last = Math.max(last, call.seq());
        }
        seen.removeIf(seq -> seq <= last - OVERLAP);
        return fresh;
    }
}
