package dev.sluice.ledger.jobs;

import dev.sluice.catalog.Price;
import dev.sluice.catalog.PriceJson;
import dev.sluice.ledger.booking.LedgerJson;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.journal.JournalRecord;
import dev.sluice.ledger.journal.RecordCodec;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.store.Row;
import dev.sluice.store.Sql;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The table `video_job`, inside a transaction.
public final class JobRows {

    static final String OPEN = "state IN ('submitting', 'unknown', 'submitted')";

    private JobRows() {}

    static byte[] record(Settlement.Open hold, CallRecord call) {
        return RecordCodec.encode(new JournalRecord.Attempted(hold, call));
    }

    static String price(Price price) {
        return PriceJson.write(price).toString();
    }

    static Job job(Row row) {
        JournalRecord.Attempted written =
                (JournalRecord.Attempted) RecordCodec.decode(row.bytes("call"));
        return new Job(
                row.text("id"),
                row.text("organization_id"),
                row.text("key_id"),
                row.text("request_id"),
                Job.State.ofWireName(row.text("state")),
                row.text("model"),
                written.hold(),
                written.ifRelayed(),
                LedgerJson.readTexts(row.text("asked")),
                row.text("shown"),
                place(row),
                row.textOrNull("provider_job_id"),
                row.decimal("multiply"),
                row.instant("created_at"),
                row.instantOrNull("ended_at"));
    }

    private static Job.@Nullable Place place(Row row) {
        String upstream = row.textOrNull("upstream_id");
        return upstream == null
                ? null
                : new Job.Place(
                        row.text("wire"),
                        upstream,
                        row.text("upstream_model"),
                        PriceJson.parse(JsonMapper.shared().readTree(row.text("price")), "price"));
    }

    static Optional<Job> lock(Sql sql, String id) {
        return sql.optional("SELECT * FROM video_job WHERE id = ? FOR UPDATE", JobRows::job, id);
    }

    public static List<Job> open(Sql sql, String organizationId) {
        return sql.list(
                "SELECT * FROM video_job WHERE organization_id = ? AND " + OPEN,
                JobRows::job,
                organizationId);
    }

    public static Optional<Job> openByRequest(Sql sql, String organizationId, String requestId) {
        return sql.optional(
                "SELECT * FROM video_job WHERE request_id = ? AND organization_id = ? AND " + OPEN,
                JobRows::job,
                requestId,
                organizationId);
    }

    /// A job as a call that is running.
    public static StoredCall running(Job job) {
        CallRecord call = job.call();
        CallRecord.Attempt last = call.attempts().isEmpty() ? null : call.attempts().getLast();
        return StoredCall.running(
                job.requestId(),
                call.attribution(),
                call.timings().admittedAt(),
                call.endpoint(),
                false,
                job.model(),
                last,
                job.hold().amount().toDecimal(),
                job.hold().outputTokens(),
                call.decisions(),
                call.timings().heldMillis(),
                call.timings().firstByteMillis());
    }
}
