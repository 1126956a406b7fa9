package dev.sluice.ledger.simulation;

import dev.sluice.ledger.booking.Booking;
import dev.sluice.ledger.booking.Booking.Standing;
import dev.sluice.ledger.booking.Books;
import dev.sluice.ledger.booking.Posting;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.ledger.escrow.Limit;
import dev.sluice.ledger.escrow.SliceState;
import dev.sluice.ledger.escrow.TakeDecision;
import dev.sluice.ledger.escrow.TakeDecision.Others;
import dev.sluice.ledger.window.Change;
import dev.sluice.ledger.window.HoldArithmetic;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The authority over money without a database: rows are objects, a transaction is a method call.
/// Decides by the same [TakeDecision] and [Booking] as the real one; the contract test holds the
/// rest together.
public final class ModelStore implements EscrowStore, Books {

    private static final long LIVE_NANOS = Duration.ofSeconds(30).toNanos();

    /// A window or account.
    public static final class Balance {
        public BigDecimal spent = BigDecimal.ZERO;
        public BigDecimal escrowed = BigDecimal.ZERO;
        @Nullable Limit limit;
        @Nullable Limit newest;
        public final Map<Epoch, Slice> slices = new LinkedHashMap<>();

        /// Who has how much of it.
        String holders() {
            Map<Epoch, Long> amounts = new LinkedHashMap<>(slices.size());
            slices.forEach((epoch, slice) -> amounts.put(epoch, slice.amount));
            amounts.values().removeIf(amount -> amount == 0);
            return amounts.toString();
        }
    }

    /// What an epoch has of it.
    public static final class Slice {
        public long amount;
        public long version;
        public boolean givable;
        public long recall;
        public long answered;
    }

    private static final class Life {
        boolean open = true;
        long seenNanos;
        long lastRequest;
    }

    static final String WRITTEN_OFF = "written off";

    /// Hears of every call that is booked, and of every epoch that ends, once.
    public interface Observer {
        void booked(Standing standing, Shipment shipment, Posting posting);

        default void ended(Epoch epoch, String reason) {}
    }

    private final LongSupplier nanoTime;
    private final Map<Epoch, Life> lives = new LinkedHashMap<>();
    public final Map<WindowKey, Balance> balances = new LinkedHashMap<>();
    public final Set<String> booked = new HashSet<>();
    private final Observer observer;

    public ModelStore(LongSupplier nanoTime, Observer observer) {
        this.nanoTime = nanoTime;
        this.observer = observer;
    }

    @Override
    public Epoch open(String replica, long above) {
        long next = above + 1;
        for (Epoch epoch : lives.keySet()) {
            next = epoch.replica().equals(replica) ? Math.max(next, epoch.number() + 1) : next;
        }
        Epoch opened = new Epoch(replica, next);
        Life life = new Life();
        life.seenNanos = nanoTime.getAsLong();
        lives.put(opened, life);
        return opened;
    }

    @Override
    public List<Epoch> earlier(Epoch current) {
        List<Epoch> earlier = new ArrayList<>();
        lives.forEach((epoch, life) -> {
            if (life.open
                    && epoch.replica().equals(current.replica())
                    && epoch.number() < current.number()) {
                earlier.add(epoch);
            }
        });
        return earlier;
    }

    @Override
    public boolean hasSlices(Epoch epoch) {
        return balances.values().stream()
                .map(balance -> balance.slices.get(epoch))
                .anyMatch(slice -> slice != null && slice.amount > 0);
    }

    public boolean isOpen(Epoch epoch) {
        return Objects.requireNonNull(lives.get(epoch)).open;
    }

    /// Whether the lease of an epoch may still run, as far as can be known here.
    boolean maySpend(Epoch epoch) {
        Life life = Objects.requireNonNull(lives.get(epoch));
        return life.open && nanoTime.getAsLong() - life.seenNanos <= Escrow.LEASE.toNanos();
    }

    private boolean seen(Epoch epoch) {
        Life life = Objects.requireNonNull(lives.get(epoch));
        if (life.open) {
            life.seenNanos = nanoTime.getAsLong();
        }
        return life.open;
    }

    @Override
    public TakeReply take(TakeRequest request) {
        if (!seen(request.epoch())) {
            return new TakeReply.EpochOver();
        }
        Life life = Objects.requireNonNull(lives.get(request.epoch()));
        if (request.number() <= life.lastRequest) {
            return new TakeReply.Late();
        }
        life.lastRequest = request.number();
        Map<WindowKey, TakeDecision.Row> rows = new LinkedHashMap<>();
        request.own()
                .forEach((key, own) -> {
                    Balance balance = balance(key);
                    if (balance.newest == null
                            || own.limit().revision() >= balance.newest.revision()) {
                        balance.newest = own.limit();
                    }
                    rows.put(
                            key,
                            new TakeDecision.Row(
                                    balance.spent,
                                    balance.escrowed,
                                    others(balance, request.epoch()),
                                    balance.limit));
                });
        TakeDecision decision = new TakeDecision(rows, request, live());
        List<Answer> answers = decision.decide();
        decision.toRemember().forEach((key, limit) -> balance(key).limit = limit);
        Map<WindowKey, SliceState> slices = new HashMap<>();
        rows.forEach((key, row) -> {
            Balance balance = balance(key);
            if (row.granted() > 0) {
                Slice slice = balance.slices.computeIfAbsent(request.epoch(), _ -> new Slice());
                slice.amount += row.granted();
                slice.version++;
                slice.givable = true;
                balance.escrowed = balance.escrowed.add(Pieces.decimal(key.unit(), row.granted()));
                requireWithin(key, balance);
            }
            if (row.recall()) {
                recall(balance, request.epoch());
            }
            Slice mine = balance.slices.get(request.epoch());
            if (mine != null) {
                slices.put(key, new SliceState(mine.amount, mine.version));
            }
        });
        return new TakeReply.Taken(answers, slices, decision.over());
    }

    /// Whatever the decision made of it: no slice grows beyond the newest limit anybody came with.
    private static void requireWithin(WindowKey key, Balance balance) {
        BigDecimal counted = balance.spent.add(balance.escrowed);
        if (counted.compareTo(Objects.requireNonNull(balance.newest).amount()) > 0) {
            throw new AssertionError(counted + " counted of " + key + ", limit " + balance.newest);
        }
    }

    private int live() {
        Set<String> replicas = new HashSet<>();
        lives.forEach((epoch, life) -> {
            if (life.open && nanoTime.getAsLong() - life.seenNanos <= LIVE_NANOS) {
                replicas.add(epoch.replica());
            }
        });
        return replicas.size();
    }

    private Others others(Balance balance, Epoch me) {
        boolean asked = false;
        boolean givable = false;
        for (var entry : balance.slices.entrySet()) {
            if (!entry.getKey().equals(me)
                    && isOpen(entry.getKey())
                    && entry.getValue().amount > 0) {
                asked |= entry.getValue().recall > entry.getValue().answered;
                givable |= entry.getValue().givable;
            }
        }
        return asked ? Others.ASKED : givable ? Others.HOLDING : Others.NOTHING_TO_GIVE;
    }

    private static void recall(Balance balance, Epoch me) {
        balance.slices.forEach((epoch, slice) -> {
            if (!epoch.equals(me)
                    && slice.givable
                    && slice.amount > 0
                    && slice.recall == slice.answered) {
                slice.recall++;
            }
        });
    }

    @Override
    public Map<WindowKey, SliceState> giveBack(Epoch epoch, List<Return> returns) {
        boolean open = seen(epoch);
        Map<WindowKey, SliceState> states = new HashMap<>();
        for (Return back : returns) {
            Balance balance = balance(back.key());
            Slice slice = balance.slices.get(epoch);
            if (slice == null) {
                continue;
            }
            if (open && slice.version == back.ifVersion()) {
                balance.escrowed =
                        balance.escrowed.subtract(
                                Pieces.decimal(back.key().unit(), slice.amount - back.amount()));
                slice.amount = back.amount();
                slice.version++;
                slice.givable = true;
            }
            if (back.answers() > 0) {
                slice.answered = Math.max(slice.answered, back.answers());
                slice.givable = false;
            }
            states.put(back.key(), new SliceState(slice.amount, slice.version));
        }
        return states;
    }

    @Override
    public Renewal renew(Epoch epoch, Map<WindowKey, Long> held) {
        return new Renewal(seen(epoch));
    }

    @Override
    public Map<WindowKey, Long> recalled(Epoch epoch) {
        Map<WindowKey, Long> recalled = new HashMap<>();
        balances.forEach((key, balance) -> {
            Slice slice = balance.slices.get(epoch);
            if (slice != null && slice.recall > slice.answered) {
                recalled.put(key, slice.recall);
            }
        });
        return recalled;
    }

    @Override
    public void end(Epoch epoch, String reason) {
        Life life = Objects.requireNonNull(lives.get(epoch));
        if (life.open) {
            life.open = false;
            balances.forEach((key, balance) -> {
                Slice slice = balance.slices.get(epoch);
                if (slice != null && slice.amount > 0) {
                    balance.escrowed =
                            balance.escrowed.subtract(Pieces.decimal(key.unit(), slice.amount));
                    slice.amount = 0;
                    slice.givable = true;
                    slice.version++;
                }
            });
            observer.ended(epoch, reason);
        }
    }

    /// Refused while the epoch may still spend.
    public boolean writeOff(Epoch epoch) {
        Life life = Objects.requireNonNull(lives.get(epoch));
        if (!life.open || maySpend(epoch)) {
            return false;
        }
        end(epoch, WRITTEN_OFF);
        return true;
    }

    @Override
    public boolean lacksAny(List<CallRecord> calls) {
        return calls.stream().anyMatch(call -> !booked.contains(call.requestId()));
    }

    @Override
    public Shipped ship(Epoch epoch, List<Shipment> shipments) {
        return ship(standing(epoch), epoch, shipments);
    }

    @Override
    public Shipped shipAgain(Epoch epoch, List<Shipment> shipments) {
        return ship(standing(epoch).again(), epoch, shipments);
    }

    private Standing standing(Epoch epoch) {
        Life life = lives.get(epoch);
        return life == null ? Standing.PUT_BACK : Standing.of(life.open, false);
    }

    private Shipped ship(Standing standing, Epoch epoch, List<Shipment> shipments) {
        Map<WindowKey, HoldArithmetic.Balance> rows = new LinkedHashMap<>();
        Map<WindowKey, Long> left = new HashMap<>();
        Map<WindowKey, BigDecimal> limits = new HashMap<>();
        for (WindowKey key : keys(shipments)) {
            Balance balance = balance(key);
            if (balance.limit != null && !key.isWallet()) {
                limits.put(key, balance.limit.amount());
            }
            rows.put(key, new HoldArithmetic.Balance(balance.spent, balance.escrowed));
            Slice slice = balance.slices.get(epoch);
            left.put(key, slice == null ? 0 : slice.amount);
        }
        Booking booking = new Booking(standing, rows, left, limits);
        for (Shipment shipment : shipments) {
            if (booked.add(shipment.requestId())) {
                observer.booked(standing, shipment, booking.add(shipment));
            }
        }
        if (standing != Standing.OPEN && !booking.taken().isEmpty()) {
            throw new AssertionError(standing + ", and of slices is taken " + booking.taken());
        }
        booking.changes().forEach(this::change);
        booking.taken().forEach((key, pieces) -> shrink(epoch, key, pieces));
        Map<WindowKey, SliceState> states = new HashMap<>();
        // also of what was booked before: its confirmation may have been lost
        rows.keySet()
                .forEach(key -> {
                    Slice slice = balance(key).slices.get(epoch);
                    if (slice != null) {
                        states.put(key, new SliceState(slice.amount, slice.version));
                    }
                    requireSum(key);
                });
        return new Shipped(booking.absorbed(), states, standing != Standing.OPEN);
    }

    private static Set<WindowKey> keys(List<Shipment> shipments) {
        Set<WindowKey> keys = new LinkedHashSet<>();
        for (Shipment shipment : shipments) {
            Settlement.Open hold = shipment.hold();
            if (hold != null) {
                hold.windows().forEach(window -> keys.add(window.key()));
                if (hold.walletHeld() != null) {
                    keys.add(WindowKey.wallet(hold.organizationId()));
                }
            }
        }
        return keys;
    }

    private void change(WindowKey key, Change change) {
        Balance balance = balance(key);
        balance.spent = balance.spent.add(change.spent);
        balance.escrowed = balance.escrowed.add(change.escrowed);
    }

    private void shrink(Epoch epoch, WindowKey key, long pieces) {
        Slice slice = balance(key).slices.get(epoch);
        if (slice == null || slice.amount < pieces) {
            throw new AssertionError(pieces + " taken of a slice of " + key + " of " + epoch);
        }
        slice.amount -= pieces;
        slice.version++;
        slice.givable = true;
    }

    /// Whatever was booked: what is escrowed is what slices have.
    private void requireSum(WindowKey key) {
        long sum = balance(key).slices.values().stream().mapToLong(slice -> slice.amount).sum();
        BigDecimal escrowed = balance(key).escrowed;
        if (escrowed.compareTo(Pieces.decimal(key.unit(), sum)) != 0) {
            throw new AssertionError(escrowed + " escrowed of " + key + ", slices have " + sum);
        }
    }

    public Balance balance(WindowKey key) {
        return balances.computeIfAbsent(key, _ -> new Balance());
    }
}
