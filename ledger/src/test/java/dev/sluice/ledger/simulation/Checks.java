package dev.sluice.ledger.simulation;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.ledger.booking.Booking.Standing;
import dev.sluice.ledger.booking.Posting;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.ledger.journal.RecoveredCall.Known;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What must hold at every grant, every booking and every step, counted beside the protocol.
final class Checks implements ModelStore.Observer {

    private final World world;
    private final Truth truth = new Truth();
    private final Map<String, Call> calls = new HashMap<>();

    /// By the life they are of.
    private final Map<Epoch, Map<String, Call>> unbooked = new HashMap<>();

    private final Set<Epoch> writtenOff = new HashSet<>();
    private final Set<String> vanished = new HashSet<>();

    /// What was published, and when.
    private final NavigableMap<Long, Long> limits = new TreeMap<>();

    private long inForce = 1;

    Checks(World world) {
        this.world = world;
    }

    void published(long revision, long limit) {
        limits.put(revision, limit);
    }

    /// The heart of it: at the moment a hold is granted, settled + open + this one is within the
    /// limit in force, in every window.
    void granted(Call call) {
        require(world.store.isOpen(call.epoch), null, () -> "granted by an epoch that is over");
        calls.put(call.requestId(), call);
        unbooked.computeIfAbsent(call.epoch, _ -> new LinkedHashMap<>())
                .put(call.requestId(), call);
        truth.count(call.requestId(), call.whole());
        for (Claim claim : call.request.claims()) {
            WindowKey key = WindowKey.of(claim);
            long limit = Pieces.floor(claim.rule().unit(), claim.rule().limit());
            isWithin(key, key.ruleId().equals(Requests.CHANGING) ? limitInForce() : limit);
        }
        WindowKey wallet = WindowKey.wallet(call.hold.organizationId());
        isWithin(wallet, world.balance);
    }

    private void isWithin(WindowKey key, long most) {
        long total = truth.total(key);
        require(
                total <= most || total - promisedTwice(key) <= most,
                key,
                () -> total + " used and held, of " + most);
    }

    /// What calls of lives that lost their power count for beyond what their slice has. The
    /// estimate of one of them may take what others held: these then get no more than the rest.
    private long promisedTwice(WindowKey key) {
        Map<Epoch, ModelStore.Slice> slices = world.store.balance(key).slices;
        long twice = 0;
        for (Map.Entry<Epoch, Map<String, Call>> life : unbooked.entrySet()) {
            long counted = 0;
            for (Call call : life.getValue().values()) {
                if (call.death == Call.Death.POWER_LOST) {
                    counted += truth.of(call.requestId()).getOrDefault(key, 0L);
                }
            }
            ModelStore.Slice slice = slices.get(life.getKey());
            twice += Math.max(0, counted - (slice == null ? 0 : slice.amount));
        }
        return twice;
    }

    /// Nothing is refused that fits.
    void refused(HoldRequest request, HoldResult.Refused refused) {
        world.reached.mark(
                refused.claim() == null ? "refused by the balance" : "refused by a window");
        require(
                refused.limit()
                                .compareTo(
                                        refused.used().add(refused.held()).add(refused.estimate()))
                        < 0,
                null,
                () -> "refused although it fits: " + request + refused);
    }

    /// Settled in memory.
    void ended(Call call) {
        if (!world.store.isOpen(call.epoch)) {
            truth.forget(call.requestId());
        } else if (!world.store.booked.contains(call.requestId())) {
            truth.count(call.requestId(), call.taken());
        }
    }

    /// What a life leaves when it ends: nothing, but calls that its journal did not have either.
    @Override
    public void ended(Epoch epoch, String reason) {
        boolean off = reason.equals(ModelStore.WRITTEN_OFF);
        if (off) {
            writtenOff.add(epoch);
        }
        Map<String, Call> left = unbooked.remove(epoch);
        if (left == null) {
            return;
        }
        for (Call call : left.values()) {
            // nobody pays what the calls of an epoch that was written off used
            truth.forget(call.requestId());
            if (!off) {
                world.reached.mark("recovered: nothing of it");
                call.isUnknown();
                vanished.add(call.requestId());
            }
        }
    }

    @Override
    public void booked(Standing standing, Shipment shipment, Posting posting) {
        Call call = calls.get(shipment.requestId());
        if (call == null) {
            throw new AssertionError("never granted: " + shipment);
        }
        Map<String, Call> rest = unbooked.get(call.epoch);
        if (rest != null) {
            rest.remove(shipment.requestId());
        }
        if (call.death != Call.Death.NONE) {
            world.reached.mark("recovered: " + shipment.known().name().toLowerCase(Locale.ROOT));
        }
        call.isTold(shipment);
        long asked =
                shipment.call().chargeLines().stream().mapToLong(l -> l.amount().picos()).sum();
        long charged = posting.settlement().charged().picos();
        long absorbed = posting.settlement().absorbed().picos();
        // a call nobody got a byte of costs the operator what the provider may ask for it
        long provider = posting.lost() ? posting.providerCost().picos() : 0;
        require(
                charged + absorbed == asked + provider,
                null,
                () -> "charged and absorbed of " + call);
        require(
                posting.lost() == (shipment.known() == Known.ABANDONED),
                null,
                () -> "lost: " + posting.lost() + " of " + call);
        switch (standing) {
            case OPEN -> {
                require(
                        isRight(charged, asked, shipment, call),
                        null,
                        () -> charged + " paid of " + call);
                truth.count(call.requestId(), call.amounts(charged));
                if (charged > call.held()) {
                    world.reached.mark("more than held, taken");
                    for (HeldWindow window : call.hold.windows()) {
                        isWithin(window.key(), Pieces.floor(window.key().unit(), window.limit()));
                    }
                }
            }
            case PUT_BACK -> throw new AssertionError("no books were put back");
            case OVER -> {
                world.reached.mark("booked after its epoch was over");
                // or it arrives late, of a life whose journal knew nothing of it
                require(
                        writtenOff.contains(call.epoch) || vanished.contains(call.requestId()),
                        null,
                        () -> "of an epoch that is not over: " + call);
                require(
                        charged == 0,
                        null,
                        () -> charged + " paid to an epoch that is over: " + call);
                truth.forget(call.requestId());
            }
        }
    }

    private boolean isRight(long charged, long asked, Shipment shipment, Call call) {
        long most = Math.min(asked, call.held());
        if (shipment.known() == Known.ESTIMATED) {
            if (asked > call.held()) {
                world.reached.mark("estimate cut to the hold");
            }
            if (charged < most) {
                world.reached.mark("estimate cut to what is left");
            }
            // others were given what the lost end of it had left, but by a loss of power only
            return charged == most || (charged < most && call.death == Call.Death.POWER_LOST);
        }
        if (charged < asked) {
            world.reached.mark("more than held, absorbed");
        }
        return charged == asked || (asked > call.held() && charged == most);
    }

    /// The highest limit published since the one that the slowest replica works under which may
    /// still grant anything: once all have the newest, that one.
    private long limitInForce() {
        keepInForce();
        return limits.tailMap(inForce, true).values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElseThrow();
    }

    /// What is in force stays so: who may not spend now has nothing to say later.
    void keepInForce() {
        long oldest = limits.lastKey();
        for (Replica replica : world.replicas) {
            if (world.store.maySpend(replica.life().epoch)) {
                oldest = Math.min(oldest, replica.limitRevision);
            }
        }
        inForce = Math.max(inForce, oldest);
        if (inForce == limits.lastKey()) {
            world.reached.mark("newest limit in force");
        }
    }

    /// What is used or held is counted by the store, whatever was lost on the way.
    private void isCounted(WindowKey key) {
        ModelStore.Balance row = world.store.balance(key);
        long counted =
                Pieces.floor(key.unit(), row.spent.add(row.escrowed))
                        + (key.isWallet() ? world.balance : 0);
        isWithin(key, counted);
    }

    /// A replica never believes to have more than is counted for it, and never uses more.
    void step(Replica replica) {
        isCounted(WindowKey.wallet(Requests.ORGANIZATION));
        if (!replica.isUp() || !world.store.isOpen(replica.life().epoch)) {
            return;
        }
        Escrow escrow = replica.life().escrow;
        require(
                escrow.openCalls() == replica.life().openCalls(),
                null,
                () -> escrow.openCalls() + " holds of " + replica.life().openCalls() + " calls");
        for (Map.Entry<WindowKey, ModelStore.Balance> entry : world.store.balances.entrySet()) {
            WindowKey key = entry.getKey();
            Escrow.Holding holding = escrow.holding(key);
            if (holding == null) {
                continue;
            }
            ModelStore.Slice slice = entry.getValue().slices.get(replica.life().epoch);
            long counted = slice == null ? 0 : slice.amount;
            require(
                    holding.free() == holding.amount() - holding.held() - holding.unshipped(),
                    key,
                    () -> holding + ": something is promised to nobody");
            boolean within =
                    holding.amount() <= counted
                            || holding.amount() - unconfirmed(replica, key) <= counted;
            require(
                    within && holding.held() - bookedHolds(replica, key) <= holding.amount(),
                    key,
                    () -> holding + " of " + counted + " counted for " + replica.life().epoch);
        }
    }

    /// What the store has booked without the replica having heard so.
    private long unconfirmed(Replica replica, WindowKey key) {
        long unconfirmed = 0;
        for (Call call : replica.life().shipping()) {
            if (world.store.booked.contains(call.requestId())) {
                unconfirmed += call.taken().getOrDefault(key, 0L);
            }
        }
        return unconfirmed;
    }

    /// What calls hold that the store has booked without the replica having heard so.
    private long bookedHolds(Replica replica, WindowKey key) {
        return replica.life().unwritten().stream()
                .filter(call -> world.store.booked.contains(call.requestId()))
                .mapToLong(call -> call.whole().getOrDefault(key, 0L))
                .sum();
    }

    /// Who answers a recall keeps nothing that no call needs.
    void returning(Replica replica, List<EscrowStore.Return> returns) {
        for (EscrowStore.Return back : returns) {
            Escrow.Holding holding = replica.life().escrow.holding(back.key());
            require(
                    back.answers() == 0 || (holding != null && holding.free() <= 0),
                    back.key(),
                    () -> holding + " kept in spite of a recall");
        }
    }

    /// After all came to rest the store's figures are the truth, to the last piece, and every call
    /// whose client got a byte is in the books.
    void atRest() {
        for (Map.Entry<WindowKey, ModelStore.Balance> entry : world.store.balances.entrySet()) {
            WindowKey key = entry.getKey();
            ModelStore.Balance row = entry.getValue();
            require(
                    row.escrowed.signum() == 0,
                    key,
                    () -> "escrowed " + row.escrowed + " by " + row.holders());
            long spent = Pieces.floor(key.unit(), row.spent) + (key.isWallet() ? world.balance : 0);
            require(
                    spent == truth.total(key),
                    key,
                    () -> spent + " booked, truth " + truth.total(key));
        }
        for (Call call : calls.values()) {
            require(
                    !call.hasAnswered()
                            || world.store.booked.contains(call.requestId())
                            || writtenOff.contains(call.epoch),
                    null,
                    () -> "answered and not booked: " + call);
        }
    }

    private void require(boolean holds, @Nullable WindowKey key, Supplier<String> what) {
        if (!holds) {
            throw new AssertionError(
                    what.get() + " of " + key + " after " + world.calls + " calls");
        }
    }
}
