package dev.sluice.ledger.simulation;

import dev.sluice.ledger.booking.Books;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.ledger.escrow.SliceState;
import dev.sluice.ledger.window.WindowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One replica's way to the store: loses requests, loses replies, and lets requests arrive long
/// after the replica gave up on them.
final class Network implements EscrowStore, Books {

    /// A request or its reply was lost: nobody knows whether it happened.
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        Lost(String what) {
            super(what, null, false, false);
        }
    }

    private final ModelStore store;
    private final Random random;
    private final Reached reached;
    private final List<Runnable> onTheirWay = new ArrayList<>();
    private final Runnable meanwhile;
    private final Consumer<List<Return>> sending;
    private int faultsPerThousand;

    /// @param meanwhile what the replica does while a reply is on its way
    /// @param sending sees what is given back
    Network(
            ModelStore store,
            Random random,
            Reached reached,
            Runnable meanwhile,
            Consumer<List<Return>> sending) {
        this.store = store;
        this.random = random;
        this.reached = reached;
        this.meanwhile = meanwhile;
        this.sending = sending;
    }

    void faultsPerThousand(int faults) {
        faultsPerThousand = faults;
    }

    /// Requests that were given up arrive, in any order.
    void deliverLate() {
        while (!onTheirWay.isEmpty()) {
            reached.mark("reorder");
            onTheirWay.remove(random.nextInt(onTheirWay.size())).run();
        }
    }

    private static void arrive(Supplier<?> request) {
        var unused = request.get();
    }

    private <T> T send(Supplier<T> request) {
        if (random.nextInt(1_000) >= faultsPerThousand) {
            return request.get();
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                reached.mark("lost request");
                throw new Lost("request");
            }
            case 1 -> {
                var unused = request.get();
                reached.mark("lost reply");
                throw new Lost("reply");
            }
            default -> {
                onTheirWay.add(() -> arrive(request));
                throw new Lost("late");
            }
        }
    }

    @Override
    public Epoch open(String replica, long above) {
        return send(() -> store.open(replica, above));
    }

    @Override
    public List<Epoch> earlier(Epoch current) {
        return send(() -> store.earlier(current));
    }

    @Override
    public boolean hasSlices(Epoch epoch) {
        return send(() -> store.hasSlices(epoch));
    }

    @Override
    public TakeReply take(TakeRequest request) {
        TakeReply reply = send(() -> store.take(request));
        if (random.nextInt(4) == 0) {
            meanwhile.run();
        }
        return reply;
    }

    @Override
    public Map<WindowKey, SliceState> giveBack(Epoch epoch, List<Return> returns) {
        sending.accept(returns);
        Map<WindowKey, SliceState> states = send(() -> store.giveBack(epoch, returns));
        if (random.nextInt(4) == 0) {
            meanwhile.run();
        }
        return states;
    }

    @Override
    public Renewal renew(Epoch epoch, Map<WindowKey, Long> held) {
        return send(() -> store.renew(epoch, held));
    }

    @Override
    public Map<WindowKey, Long> recalled(Epoch epoch) {
        return send(() -> store.recalled(epoch));
    }

    @Override
    public void end(Epoch epoch, String reason) {
        var unused =
                send(() -> {
                    store.end(epoch, reason);
                    return true;
                });
    }

    @Override
    public boolean lacksAny(List<CallRecord> calls) {
        return send(() -> store.lacksAny(calls));
    }

    @Override
    public Shipped ship(Epoch epoch, List<Shipment> shipments) {
        return send(() -> store.ship(epoch, shipments));
    }

    @Override
    public Shipped shipAgain(Epoch epoch, List<Shipment> shipments) {
        return send(() -> store.shipAgain(epoch, shipments));
    }
}
