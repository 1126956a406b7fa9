package dev.sluice.control;

import dev.sluice.catalog.PriceBook;
import dev.sluice.catalog.Providers;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.availability.AvailabilityRoutes;
import dev.sluice.control.availability.Findings;
import dev.sluice.control.availability.ProbeStore;
import dev.sluice.control.billing.BalanceRoutes;
import dev.sluice.control.billing.EscrowRoutes;
import dev.sluice.control.billing.LedgerRoutes;
import dev.sluice.control.billing.MovementRoutes;
import dev.sluice.control.compat.CompatRoutes;
import dev.sluice.control.config.Changes;
import dev.sluice.control.explain.Estimator;
import dev.sluice.control.explain.ExplainRoutes;
import dev.sluice.control.explain.Explainer;
import dev.sluice.control.explain.FactsDecoder;
import dev.sluice.control.explain.KeyStore;
import dev.sluice.control.explain.PastDrift;
import dev.sluice.control.http.Router;
import dev.sluice.control.pricing.CatalogueRoutes;
import dev.sluice.control.pricing.CompareRoutes;
import dev.sluice.control.pricing.EndpointFamilies;
import dev.sluice.control.pricing.PriceBooks;
import dev.sluice.control.pricing.PricingRoutes;
import dev.sluice.control.pricing.PublicPricing;
import dev.sluice.control.usage.LatencyRoutes;
import dev.sluice.control.usage.MoverRoutes;
import dev.sluice.control.usage.Pace;
import dev.sluice.control.usage.QuotaStateRoutes;
import dev.sluice.control.usage.RequestRoutes;
import dev.sluice.control.usage.UsageRoutes;
import dev.sluice.domain.Ids;
import dev.sluice.ledger.DryRun;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.escrow.EscrowReport;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.reading.BurnRate;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.ledger.reading.EstimateDrift;
import dev.sluice.ledger.reading.Latencies;
import dev.sluice.ledger.reading.LedgerEntries;
import dev.sluice.ledger.reading.QuotaStates;
import dev.sluice.ledger.reading.UsageReport;
import dev.sluice.ledger.verification.LedgerProofs;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.policy.Policy;
import dev.sluice.policy.SnapshotSource;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Everything the management plane says about money, usage and prices, wired.
public final class MoneyRoutes {

    private MoneyRoutes() {}

    /// What the process tells these routes.
    ///
    /// @param families what the data plane serves
    /// @param decoder reads a model call's body as the data plane does
    /// @param pace ends live tails when the process stops
    public record Surroundings(
            EndpointFamilies families,
            FactsDecoder decoder,
            Pace pace,
            Policy policy,
            SnapshotSource snapshots,
            PriceBook book) {}

    /// What is read and written: the books of the installation, and how they tell time.
    public record Books(
            Database database,
            EscrowLedger ledger,
            InstantSource clock,
            Ids ids,
            RandomGenerator random) {}

    /// Adds the routes; nothing runs before the first call.
    public static void register(ControlPlane control, Books kept, Surroundings around) {
        Router router = control.router();
        Authenticator authenticator = control.authenticator();
        Changes changes = control.changes();
        Database database = kept.database;
        EscrowLedger ledger = kept.ledger;
        InstantSource clock = kept.clock;
        Ids ids = kept.ids;
        RandomGenerator random = kept.random;
        Wallets wallets = new Wallets(database, clock, ids);
        LedgerEntries entries = new LedgerEntries(database);
        EstimateDrift drift = new EstimateDrift(database);
        UsageReport report = new UsageReport(database);
        new BalanceRoutes(database, wallets, new BurnRate(report)).register(router);
        new MovementRoutes(wallets, entries, changes).register(router);
        new LedgerRoutes(
                        entries,
                        new LedgerProofs(database, new LedgerVerifier(database), clock),
                        authenticator)
                .register(router);
        new EscrowRoutes(
                        new EscrowReport(database),
                        new PostgresEscrowStore(database, clock),
                        changes)
                .register(router);
        Calls calls = new Calls(database, ledger);
        new RequestRoutes(database, calls, around.pace, authenticator).register(router);
        Providers providers = Providers.shipped();
        Findings findings =
                new Findings(database, calls, around.snapshots, around.book, providers, ids);
        new AvailabilityRoutes(database, findings).register(router);
        new UsageRoutes(database, report, drift).register(router);
        new MoverRoutes(database, report).register(router);
        new LatencyRoutes(new Latencies(database)).register(router);
        QuotaStates states = new QuotaStates(database, ledger, clock);
        new QuotaStateRoutes(around.snapshots, states).register(router);
        DryRun dryRun = new DryRun(database, ledger);
        KeyStore keys = new KeyStore(database, clock);
        new ExplainRoutes(
                        around.snapshots,
                        around.decoder,
                        keys,
                        new Estimator(
                                around.policy, dryRun, new PastDrift(drift, clock), clock, random),
                        new Explainer(
                                around.policy,
                                dryRun,
                                keys,
                                around.families.served().keySet(),
                                clock,
                                random))
                .register(router);
        CompatRoutes.register(
                router,
                new CompatRoutes.Sources(
                        authenticator, around.snapshots, report, states, entries, wallets, calls));
        PriceBooks books = new PriceBooks(database, around.book, changes, ids, clock);
        ProbeStore probes = new ProbeStore();
        Supplier<Map<String, ProbeStore.Label>> labels = () -> probes.labels(database, providers);
        new CompareRoutes(books::installed).register(router);
        new CatalogueRoutes(books::installed, around.families, labels).register(router);
        new PricingRoutes(
                        new PublicPricing(books::installed, around.families, clock, labels), books)
                .register(router);
    }
}
