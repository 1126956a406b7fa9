package dev.sluice.app;

import dev.sluice.app.probes.ProbeLimits;
import dev.sluice.app.probes.ScheduledProbes;
import dev.sluice.catalog.PriceBook;
import dev.sluice.control.ControlPlane;
import dev.sluice.control.availability.Findings;
import dev.sluice.control.availability.ProbeCalendarStore;
import dev.sluice.domain.Ids;
import dev.sluice.gateway.batches.Batches;
import dev.sluice.ledger.EscrowLedger;
import dev.sluice.ledger.reading.Calls;
import dev.sluice.policy.Policy;
import dev.sluice.store.Database;
import java.security.SecureRandom;
import java.time.InstantSource;

/// Puts the probes of this replica together.
final class Probing {

    private Probing() {}

    /// Begins to probe what is due; the listener has to be there.
    ///
    /// @param own how this process calls its own listener
    static ScheduledProbes start(
            Database database,
            EscrowLedger ledger,
            ControlPlane control,
            Policy policy,
            Batches own,
            Ids ids,
            InstantSource clock,
            Config config) {
        Calls calls = new Calls(database, ledger);
        return new ScheduledProbes(
                        new ScheduledProbes.Parts(
                                new ProbeCalendarStore(database, clock),
                                control.snapshots(),
                                policy,
                                new Findings(
                                        database,
                                        calls,
                                        control.snapshots(),
                                        PriceBook.shipped(),
                                        config.providers(),
                                        ids),
                                calls,
                                own.passes(),
                                own.calls(),
                                new SecureRandom(),
                                clock,
                                config.probes(),
                                ProbeLimits.DEFAULT,
                                ids.next("life")))
                .start();
    }
}
