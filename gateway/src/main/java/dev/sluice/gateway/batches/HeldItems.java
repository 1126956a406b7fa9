package dev.sluice.gateway.batches;

import dev.sluice.domain.Attribution;
import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.callers.CallHeaders;
import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.gateway.http.Refusals;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.jobs.Job;
import dev.sluice.ledger.jobs.JobBooks;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.protocol.batch.BatchInput;
import dev.sluice.protocol.batch.NewBatch;
import io.vertx.core.MultiMap;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// Holds the items of a batch under the quotas that count them, in the books of jobs: a batch
/// outlives the process that took it. What of them was not run is given back once the batch has
/// ended, by whoever looks at it then. Calls block.
final class HeldItems {

    private static final String FAMILY = "batches";

    /// A batch is made right after its items are held; one that is not there by then never was.
    private static final Duration MAKING = Duration.ofMinutes(1);

    private final JobBooks books;
    private final SnapshotSource snapshots;
    private final PostgresFileStore files;
    private final InstantSource clock;
    private final BatchLimits limits;

    HeldItems(
            JobBooks books,
            SnapshotSource snapshots,
            PostgresFileStore files,
            InstantSource clock,
            BatchLimits limits) {
        this.books = books;
        this.snapshots = snapshots;
        this.files = files;
        this.clock = clock;
        this.limits = limits;
    }

    /// Holds what the batch is going to have; nothing where no quota counts it, or where its file
    /// has mistakes: such a batch runs no item.
    ///
    /// @param said of the batch's calls, by lower-case name of the header
    /// @return whether anything is held; then [#decided] is to be called
    /// @throws dev.sluice.domain.FaultException where there is no room
    boolean hold(
            KeyEntry key,
            String requestId,
            Map<String, String> said,
            String batchId,
            NewBatch wanted) {
        Snapshot snapshot = snapshots.current();
        Organization organization = snapshot.organization(key.organizationId());
        if (organization.rules().stream().noneMatch(r -> r.unit() == QuotaUnit.BATCH_ITEMS)) {
            return false;
        }
        BatchInput input =
                BatchInput.of(
                        files.content(wanted.inputFileId()),
                        wanted.endpoint(),
                        limits.batchLines(),
                        limits.batchErrors());
        if (!input.errors().isEmpty()) {
            return false;
        }
        Instant now = clock.instant();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        said.forEach(headers::set);
        Attribution attribution = CallHeaders.read(headers, key, null).attribution();
        List<Claim> claims =
                Policy.itemClaims(organization, attribution, input.model(), input.lines(), now);
        if (claims.isEmpty()) {
            return false;
        }
        HoldRequest request =
                new HoldRequest(requestId, key.organizationId(), claims, null, 0, 0, now);
        Job.Draft draft =
                new Job.Draft(
                        batchId,
                        key.id(),
                        input.model(),
                        begun(requestId, attribution, input.model(), now),
                        Map.of(),
                        "{}",
                        BigDecimal.ONE,
                        now.plus(MAKING));
        HoldResult result = books.begin(request, snapshot.version(), _ -> draft);
        return switch (result) {
            case HoldResult.Held _ -> true;
            case HoldResult.Refused refused ->
                    throw Refusals.of(refused, clock.instant()).asException();
            case HoldResult.Unavailable unavailable -> throw Refusals.of(unavailable).asException();
        };
    }

    /// The batch was made, or will not be: from now on it says itself what it holds.
    void decided(String batchId) {
        books.looked(batchId, null, clock.instant());
    }

    private static CallRecord begun(
            String requestId, Attribution attribution, String model, Instant now) {
        return new CallRecord(
                requestId,
                attribution,
                FAMILY,
                false,
                model,
                null,
                new CallRecord.Granted(0, Money.ZERO),
                Usage.NONE,
                false,
                List.of(),
                null,
                new CallRecord.Outcome(500, CallRecord.GATEWAY_RESTARTED, null, null, null),
                new CallRecord.Timings(now, now, null, null),
                List.of(),
                List.of());
    }
}
