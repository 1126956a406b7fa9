package dev.sluice.ledger.simulation;

import dev.sluice.ledger.Recovery;
import dev.sluice.ledger.journal.ModelDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// One replica, life after life over one disk, each begun by the production recovery.
final class Replica {

    final String name;
    private final World world;
    final Network network;

    /// Calls of a life that is over and was not yet recovered.
    private final List<Call> dying = new ArrayList<>();

    private ModelDisk disk = new ModelDisk();
    private Life life;
    private boolean up = true;
    boolean diskFails;
    long limitView;
    long limitRevision;
    boolean paused;
    private boolean gaveBack;

    Replica(String name, World world) {
        this.name = name;
        this.world = world;
        this.network =
                new Network(
                        world.store,
                        world.random,
                        world.reached,
                        () -> world.meanwhile(this),
                        returns -> {
                            world.checks.returning(this, returns);
                            gaveBack = true;
                        });
        this.life = begin();
        world.adoptLimit(this);
    }

    private Life begin() {
        Recovery recovery =
                new Recovery(
                        network,
                        network,
                        world::wallClock,
                        () -> world.nanos,
                        1 + world.random.nextInt(20));
        try {
            return new Life(this, world, recovery.run(disk, name), disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Tries to come back: reads what earlier lives left, and has it booked.
    void start() {
        try {
            life = begin();
        } catch (Network.Lost _) {
            world.reached.mark("recovery interrupted");
            return;
        }
        world.adoptLimit(this);
        up = true;
        dying.clear();
    }

    /// The process ends at once, or the whole machine does. It may do so again while it starts.
    void crash(boolean powerLost) {
        world.reached.mark(powerLost ? "power loss" : "kill");
        if (up) {
            dying.addAll(life.unconfirmed());
        }
        up = false;
        paused = false;
        dying.forEach(call -> call.died(powerLost));
        if (powerLost) {
            if (disk.hasUnforced()) {
                world.reached.mark("records lost with the power");
            }
            disk = disk.afterPowerLoss(world.random);
        }
        // whoever starts it again has seen to its disk
        disk.room(Long.MAX_VALUE);
        disk.onForce(null);
        diskFails = false;
    }

    /// Whether something went back since this was asked last, with records that are not on the
    /// medium yet.
    boolean hasGivenBack() {
        boolean since = gaveBack;
        gaveBack = false;
        return since && disk.hasUnforced();
    }

    boolean isUp() {
        return up;
    }

    /// The latest, which may be over.
    Life life() {
        return life;
    }

    /// From now on nothing more can be allocated, or again everything.
    void fillDisk(boolean full) {
        disk.room(full ? 0 : Long.MAX_VALUE);
    }

    /// The next force fails, and only that one says so.
    void failForce() {
        diskFails = true;
        AtomicBoolean told = new AtomicBoolean();
        disk.onForce(() -> {
            if (!told.getAndSet(true)) {
                throw new IOException("injected");
            }
        });
    }

    /// All its calls end, and all that is left to tell is told. The network works.
    void comeToRest() {
        paused = false;
        network.faultsPerThousand(0);
        network.deliverLate();
        fillDisk(false);
        if (!up) {
            start();
        }
        life.comeToRest();
    }
}
