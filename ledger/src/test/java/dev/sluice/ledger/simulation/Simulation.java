package dev.sluice.ledger.simulation;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Worlds of one to four replicas, one after another, until so many calls were made.
public final class Simulation {

    // held, or the level is forgotten with the logger
    private static final List<Logger> TALKATIVE =
            List.of(
                    Logger.getLogger("dev.sluice.ledger.escrow.Treasury"),
                    Logger.getLogger("dev.sluice.ledger.Recovery"));

    private static final long CALLS_PER_WORLD = 20_000;

    private Simulation() {}

    /// Runs until `calls` are done.
    ///
    /// @return the rare states that were met
    /// @throws AssertionError when the protocol is broken; says with which seed it happens at once
    public static Reached run(long seed, long calls) {
        TALKATIVE.forEach(logger -> logger.setLevel(Level.OFF));
        Reached met = new Reached();
        long done = 0;
        for (long i = 0; done < calls; i++) {
            World world = new World(seed + i, 1 + (int) ((seed + i) & 3));
            try {
                world.run(Math.min(CALLS_PER_WORLD, calls - done));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dsluice.seed=%d after %d calls: %s, met %s"
                                .formatted(seed + i, done + world.calls, e, world.reached),
                        e);
            }
            done += world.calls;
            world.reached.addTo(met);
        }
        return met;
    }
}
