package dev.sluice.ledger.simulation;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Money;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One replica: the production escrow and treasury, its open calls, and what of them is on disk.
final class Replica {

    /// What the disk says of a call, at most.
    enum OnDisk {
        NOTHING,
        ATTEMPT,
        RELAYED,
        FINAL
    }

    /// A call of this replica.
    static final class Call {
        final Settlement.Open hold;
        OnDisk onDisk = OnDisk.NOTHING;
        long used;

        Call(Settlement.Open hold) {
            this.hold = hold;
        }

        Map<WindowKey, Long> held() {
            return amounts(Long.MAX_VALUE);
        }

        /// As [dev.sluice.ledger.ActualUse]: what was used of every window, at most what was held.
        Map<WindowKey, Long> amounts(long used) {
            Map<WindowKey, Long> amounts = new LinkedHashMap<>();
            for (HeldWindow window : hold.windows()) {
                amounts.put(window.key(), Math.min(used, window.pieces()));
            }
            if (hold.walletHeld() != null) {
                amounts.put(
                        WindowKey.wallet(hold.organizationId()),
                        Math.min(used, Money.exactly(hold.walletHeld()).picos()));
            }
            return amounts;
        }
    }

    final String name;
    final World world;
    final Network network;
    final Map<String, Call> open = new LinkedHashMap<>();
    final Deque<Call> ended = new ArrayDeque<>();
    final List<Waiter> again = new ArrayList<>();
    Epoch epoch;
    Escrow escrow;
    Treasury treasury;
    long limitView;
    long limitRevision;
    boolean paused;

    Replica(String name, World world) {
        this.name = name;
        this.world = world;
        this.network =
                new Network(
                        world.store,
                        world.random,
                        world.reached,
                        () -> world.meanwhile(this),
                        returns -> world.returning(this, returns));
        this.epoch = network.open(name, 0);
        this.escrow = new Escrow(world.nanos);
        world.adoptLimit(this);
        this.treasury = new Treasury(network, escrow, epoch, world::wallClock, () -> world.nanos);
    }

    /// A waiting call of the simulation.
    final class Waiter extends Treasury.Waiting {
        private final HoldRequest request;
        private boolean answered;
        private boolean recalled;

        Waiter(HoldRequest request, List<Claim> claims) {
            super(request, claims, request.outputTokensMax());
            this.request = request;
        }

        @Override
        protected boolean waits() {
            return !answered;
        }

        @Override
        protected boolean held(Settlement.Open hold) {
            answered = true;
            if (world.random.nextInt(50) == 0) {
                world.reached.mark("granted to nobody");
                return false;
            }
            granted(request, hold);
            return true;
        }

        @Override
        protected void refused(HoldResult.Refused refused) {
            answered = true;
            world.refused(request, refused);
        }

        @Override
        protected void unavailable(String reason) {
            answered = true;
            world.reached.mark("unavailable");
        }

        @Override
        protected void again() {
            if (!recalled) {
                recalled = true;
                world.reached.mark("recall");
            }
            again.add(this);
        }
    }

    /// @param memoryOnly while an exchange is under way nothing else is asked of the store
    void call(HoldRequest request, List<Claim> claims, boolean memoryOnly) {
        Settlement.Open hold = treasury.tryHold(request, claims, request.outputTokensMax());
        if (hold != null) {
            world.reached.mark("granted from memory");
            granted(request, hold);
        } else if (!memoryOnly) {
            treasury.serve(List.of(new Waiter(request, claims)));
        }
    }

    private void granted(HoldRequest request, Settlement.Open hold) {
        Call call = new Call(hold);
        open.put(request.requestId(), call);
        world.granted(this, request, call);
    }

    /// Calls that wait for others are offered once more.
    void offerAgain() {
        List<Waiter> waiting = List.copyOf(again);
        again.clear();
        if (!waiting.isEmpty()) {
            treasury.serve(waiting);
        }
    }

    /// The call's next step: attempt, relay, end.
    void advance(Call call) {
        switch (call.onDisk) {
            case NOTHING -> call.onDisk = OnDisk.ATTEMPT;
            case ATTEMPT -> call.onDisk = OnDisk.RELAYED;
            case RELAYED -> end(call);
            case FINAL -> throw new IllegalStateException("ended before");
        }
    }

    private void end(Call call) {
        call.onDisk = OnDisk.FINAL;
        long used = world.use(call);
        call.used = used;
        open.remove(call.hold.requestId());
        escrow.settle(call.hold, (_, held) -> Math.min(used, held));
        if (world.random.nextInt(20) == 0) {
            // two threads may both find that a call ended, or that it never ran
            escrow.settle(call.hold, (_, held) -> Math.min(used, held));
            escrow.release(call.hold);
        }
        ended.add(call);
        world.ended(this, call);
    }

    void ship(int most) {
        List<Call> batch = new ArrayList<>();
        for (Call call : ended) {
            if (batch.size() < most) {
                batch.add(call);
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            escrow.adopt(network.ship(epoch, batch.stream().map(Replica::booking).toList()));
        } catch (Network.Lost _) {
            return;
        }
        for (Call call : batch) {
            ended.remove();
            long used = call.used;
            escrow.shipped(call.hold, (_, held) -> Math.min(used, held));
        }
    }

    static ModelStore.Booking booking(Call call) {
        return new ModelStore.Booking(call.hold.requestId(), call.held(), call.amounts(call.used));
    }

    void tick() {
        try {
            treasury.tick();
        } catch (Network.Lost _) {
            world.reached.mark("tick lost");
        }
    }

    void answerRecalls() {
        try {
            treasury.answerRecalls();
        } catch (Network.Lost _) {
            world.reached.mark("recall answer lost");
        }
    }

    /// The process ends at once; the disk stays. The next life reads it to its end, books what it
    /// says, and ends the life before.
    void crashAndRestart() {
        world.reached.mark("crash");
        List<Call> left = new ArrayList<>(ended);
        for (Call call : open.values()) {
            // what was used of a call that nobody settled is an estimate, at most its hold
            call.used = call.onDisk == OnDisk.RELAYED ? world.use(call) : 0;
            if (call.onDisk == OnDisk.NOTHING) {
                world.vanished(call);
            } else {
                left.add(call);
                world.ended(this, call);
            }
        }
        Epoch dead = epoch;
        epoch = network.open(name, 0);
        escrow = new Escrow(world.nanos);
        world.adoptLimit(this);
        treasury = new Treasury(network, escrow, epoch, world::wallClock, () -> world.nanos);
        open.clear();
        ended.clear();
        again.clear();
        paused = false;
        // recovery tries until it is through: nothing is admitted before
        world.store.ship(dead, left.stream().map(Replica::booking).toList());
        network.end(Objects.requireNonNull(dead), "recovered");
    }
}
