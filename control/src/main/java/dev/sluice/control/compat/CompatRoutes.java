package dev.sluice.control.compat;

import dev.sluice.control.access.Authenticator;
import dev.sluice.control.http.Router;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.reading.LedgerEntries;
import dev.sluice.ledger.reading.QuotaStates;
import dev.sluice.ledger.reading.UsageReport;
import dev.sluice.policy.SnapshotSource;

/// All views of other products' shapes but the public price list, wired.
public final class CompatRoutes {

    private CompatRoutes() {}

    /// What the views are made of.
    public record Sources(
            Authenticator authenticator,
            SnapshotSource snapshots,
            UsageReport report,
            QuotaStates states,
            LedgerEntries entries,
            Wallets wallets,
            Calls calls) {}

    public static void register(Router router, Sources sources) {
        Door door = new Door(sources.authenticator, sources.snapshots);
        Spending spending = new Spending(sources.report, sources.states);
        new OpenAiRoutes(sources.report).register(router);
        new OpenRouterRoutes(door, sources.snapshots, spending, sources.entries, sources.calls)
                .register(router);
        new BillingRoutes(door, spending, sources.wallets).register(router);
    }
}
