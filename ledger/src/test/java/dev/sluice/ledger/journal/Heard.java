package dev.sluice.ledger.journal;

import dev.sluice.ledger.journal.JournalCore.Pending;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Records to append, and what their receipts heard: lines as `req_1 written`.
final class Heard {

    final List<String> lines = new CopyOnWriteArrayList<>();
    final Map<String, Place> places = new ConcurrentHashMap<>();
    private final RandomRecords random = new RandomRecords(11);

    /// Where a record is that was written.
    Place place(String id) {
        return Objects.requireNonNull(places.get(id), id);
    }

    JournalRecord.Final ended(String id) {
        return new JournalRecord.Final(null, random.call(id));
    }

    Receipt receipt(String id) {
        return new Receipt() {
            @Override
            public void written(Place at) {
                lines.add(id + " written");
                places.put(id, at);
            }

            @Override
            public void flushed() {
                lines.add(id + " flushed");
            }

            @Override
            public void failed(String reason) {
                lines.add(id + " failed");
            }
        };
    }

    Pending pending(String id) {
        ByteBuffer bytes = ByteBuffer.wrap(RecordCodec.encode(ended(id)));
        return new Pending(id, bytes, true, false, true, receipt(id));
    }

    /// Of so many bytes that say nothing.
    Pending sized(String id, int bytes, boolean dispensable, String name) {
        return new Pending(
                id, ByteBuffer.allocate(bytes), false, dispensable, false, receipt(name));
    }
}
