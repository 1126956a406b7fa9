package dev.sluice.control.availability;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.Providers;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.call.StoredCall;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.policy.Upstream;
import dev.sluice.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keeps what probes found out. A probe is a call that the gateway has in its own log: which
/// upstream answered, with which model and status, is read there and not taken from whoever reports
/// it.
public final class Findings {

    static final String SIMULATED = "simulated";
    private static final String AVAILABLE = "available";
    private static final String FAILURE = "unknown_failure";
    private static final int MOST_NOTE = 300;

    /// How a check came out.
    public enum Verdict {
        PASSED(AVAILABLE),
        UNSUPPORTED("official_unsupported"),
        FAILED(FAILURE);

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        /// As reports write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What one call found out.
    ///
    /// @param test which check it was: `text`, `stream`, …
    /// @param byOperator whether the server asked by itself: then nobody was charged, and it cost
    ///     what the provider is owed
    public record Check(
            String requestId,
            String test,
            String family,
            Verdict verdict,
            @Nullable String note,
            boolean byOperator) {}

    /// What became of them.
    ///
    /// @param kept how many were new
    /// @param unknown ids of calls that the log has no answered attempt of
    public record Kept(long kept, List<String> unknown) {}

    private final Database database;
    private final Calls calls;
    private final SnapshotSource snapshots;
    private final PriceBook book;
    private final Providers providers;
    private final Ids ids;
    private final ProbeStore store = new ProbeStore();

    public Findings(
            Database database,
            Calls calls,
            SnapshotSource snapshots,
            PriceBook book,
            Providers providers,
            Ids ids) {
        this.database = database;
        this.calls = calls;
        this.snapshots = snapshots;
        this.book = book;
        this.providers = providers;
        this.ids = ids;
    }

    /// Keeps those that the log knows.
    public Kept keep(String organizationId, List<Check> checks) {
        List<String> unknown = new ArrayList<>();
        List<Probe> probes = new ArrayList<>();
        for (Check check : checks) {
            calls.get(organizationId, check.requestId())
                    .flatMap(stored -> probe(stored, check))
                    .ifPresentOrElse(probes::add, () -> unknown.add(check.requestId()));
        }
        long kept =
                database.inTransaction(sql ->
                        probes.stream()
                                .filter(probe -> store.insert(sql, organizationId, probe))
                                .count());
        return new Kept(kept, unknown);
    }

    /// Empty for a call that no upstream was asked for, or that still runs.
    private Optional<Probe> probe(StoredCall stored, Check check) {
        String model = stored.model();
        if (stored.attempts().isEmpty() || stored.statusCode() == 0 || model == null) {
            return Optional.empty();
        }
        CallRecord.Attempt attempt = stored.attempts().getLast();
        boolean answered = stored.statusCode() < 400;
        String found = check.verdict.label;
        // what the log says was refused cannot have worked
        String label = found.equals(AVAILABLE) && !answered ? FAILURE : found;
        String note = check.note;
        return Optional.of(
                new Probe(
                        ids.next("prb"),
                        stored.requestId(),
                        check.test,
                        model,
                        check.family,
                        attempt.upstream(),
                        attempt.provider(),
                        attempt.model(),
                        atOwnAddress(attempt),
                        label.equals(AVAILABLE) && isSimulated(attempt) ? SIMULATED : label,
                        note == null ? null : note.substring(0, Math.min(note.length(), MOST_NOTE)),
                        stored.statusCode(),
                        check.byOperator ? stored.providerUsd() : stored.costUsd(),
                        stored.admittedAt()));
    }

    private boolean atOwnAddress(CallRecord.Attempt attempt) {
        Upstream upstream = snapshots.current().upstreams().get(attempt.upstreamId());
        return upstream != null
                && providers
                        .find(upstream.provider())
                        .filter(entry ->
                                entry.isOwnAddress(
                                        upstream.baseUrl().toString(), upstream.region(), Map.of()))
                        .isPresent();
    }

    /// The price book says which rows no provider sells.
    private boolean isSimulated(CallRecord.Attempt attempt) {
        return providers
                .find(attempt.provider())
                .filter(entry ->
                        entry.priceProviders().stream()
                                .flatMap(book::rows)
                                .anyMatch(row -> row.source().equals(SIMULATED)))
                .isPresent();
    }
}
