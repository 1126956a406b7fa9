package dev.sluice.control;

import dev.sluice.control.routing.OwnListener;
import dev.sluice.control.routing.RoutingRoutes;
import dev.sluice.control.routing.UpstreamTestRoutes;
import dev.sluice.ledger.reading.TargetHealth;
import dev.sluice.store.Database;
import java.util.function.LongSupplier;

/// Everything the management plane says about where calls go, wired.
public final class RoutingPlane {

    private RoutingPlane() {}

    /// Adds the routes; nothing runs before the first call.
    ///
    /// @param listener how a test reaches a model: as a client
    /// @param nanos a monotonic clock
    public static void register(
            ControlPlane control, Database database, OwnListener listener, LongSupplier nanos) {
        new RoutingRoutes(control.snapshots(), new TargetHealth(database))
                .register(control.router());
        new UpstreamTestRoutes(
                        database,
                        control.resources().upstreams(),
                        control.mintedKeys(),
                        control.snapshots(),
                        listener,
                        nanos)
                .register(control.router());
    }
}
