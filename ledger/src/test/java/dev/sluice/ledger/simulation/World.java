package dev.sluice.ledger.simulation;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Scope;
import dev.sluice.domain.Window;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.EscrowStore;
import dev.sluice.ledger.window.Pieces;
import dev.sluice.ledger.window.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Replicas, time and what may go wrong, one step after another from one seed.
final class World {

    private static final Instant START = Instant.parse("2026-05-04T10:07:00Z");
    private static final String ORGANIZATION = "org_1";
    private static final long DOLLAR = 1_000_000_000_000L;

    final Random random;

    /// What the account has: little, or more than windows let through.
    private final long balance;

    final Reached reached = new Reached();
    final ModelStore store;
    final Truth truth = new Truth();
    final Set<String> answered = new HashSet<>();
    final List<Replica> replicas = new ArrayList<>();
    private final List<Replica> lost = new ArrayList<>();
    long nanos = 1_000_000_000L;
    long limit = 20 * DOLLAR;
    private long revision = 1;
    private long inForce = revision;

    /// What was published, and when.
    private final NavigableMap<Long, Long> limits = new TreeMap<>(Map.of(revision, limit));

    private Duration wallOffset = Duration.ZERO;
    long calls;
    private long names;
    private long lastMinute;

    World(long seed, int replicaCount) {
        random = new Random(seed);
        balance = (((seed >> 2) & 1) == 0 ? 12 : 10_000) * DOLLAR;
        store = new ModelStore(() -> nanos);
        wallet().spent = Pieces.decimal(QuotaUnit.USD, -balance);
        for (int i = 0; i < replicaCount; i++) {
            replicas.add(new Replica("r" + ++names, this));
        }
    }

    private ModelStore.Balance wallet() {
        return store.balance(WindowKey.wallet(ORGANIZATION));
    }

    /// The clock that decides windows: PostgreSQL's, which may be set.
    Instant wallClock() {
        return START.plusNanos(nanos).plus(wallOffset);
    }

    void run(long wanted) {
        while (calls < wanted) {
            step();
        }
        settle();
    }

    private void step() {
        nanos += random.nextLong(2_000_000);
        Replica replica = replicas.get(random.nextInt(replicas.size()));
        if (!store.isOpen(replica.epoch) && random.nextInt(200) == 0) {
            // who was written off is started again by somebody
            replica.crashAndRestart();
        }
        int die = random.nextInt(10_000);
        if (replica.paused) {
            if (die < 100) {
                replica.paused = false;
            }
            return;
        }
        if (!store.maySpend(replica.epoch)) {
            // a replica that could not confirm its configuration for so long refuses every call
            // until it has, however the time went by
            adoptLimit(replica);
        }
        if (die < 4_500) {
            call(replica, false);
        } else if (die < 8_600) {
            advanceOne(replica);
        } else if (die < 9_300) {
            replica.ship(1 + random.nextInt(40));
        } else if (die < 9_600) {
            replica.answerRecalls();
            replica.offerAgain();
        } else if (die < 9_850) {
            replica.tick();
        } else if (die < 9_900) {
            replica.network.deliverLate();
        } else {
            rarely(replica, random.nextInt(1_000));
        }
        check(replica);
        keepInForce();
        long minute = wallClock().getEpochSecond() / 60;
        if (minute != lastMinute) {
            lastMinute = minute;
            reached.mark("window roll-over");
        }
    }

    /// A replica never believes to have more than is counted for it, and never uses more.
    private void check(Replica replica) {
        if (!store.isOpen(replica.epoch)) {
            return;
        }
        require(
                replica.escrow.openCalls() == replica.open.size(),
                null,
                replica.escrow.openCalls() + " holds of " + replica.open.size() + " calls");
        for (Map.Entry<WindowKey, ModelStore.Balance> entry : store.balances.entrySet()) {
            Escrow.Holding holding = replica.escrow.holding(entry.getKey());
            if (holding == null) {
                continue;
            }
            ModelStore.Slice slice = entry.getValue().slices.get(replica.epoch);
            long counted = slice == null ? 0 : slice.amount;
            require(
                    holding.free() == holding.amount() - holding.held() - holding.unshipped(),
                    entry.getKey(),
                    holding + ": something is promised to nobody");
            boolean within =
                    holding.amount() <= counted
                            || holding.amount() - unconfirmed(replica, entry.getKey()) <= counted;
            require(
                    within && holding.held() <= holding.amount(),
                    entry.getKey(),
                    holding + " of " + counted + " counted for " + replica.epoch);
        }
    }

    /// What the store has booked without the replica having heard so.
    private long unconfirmed(Replica replica, WindowKey key) {
        long unconfirmed = 0;
        for (Replica.Call call : replica.ended) {
            if (store.booked.contains(call.hold.requestId())) {
                unconfirmed += call.amounts(call.used).getOrDefault(key, 0L);
            }
        }
        return unconfirmed;
    }

    /// Who answers a recall keeps nothing that no call needs.
    void returning(Replica replica, List<EscrowStore.Return> returns) {
        for (EscrowStore.Return back : returns) {
            Escrow.Holding holding = replica.escrow.holding(back.key());
            require(
                    back.answers() == 0 || (holding != null && holding.free() <= 0),
                    back.key(),
                    holding + " kept in spite of a recall");
        }
    }

    private void rarely(Replica replica, int die) {
        if (die < 60) {
            replica.crashAndRestart();
        } else if (die < 100) {
            replica.paused = true;
            reached.mark("pause");
        } else if (die < 106) {
            // all others go on: the paused one finds its right to spend gone
            replica.paused = true;
            nanos += Duration.ofSeconds(100 + random.nextInt(60)).toNanos();
            reached.mark("pause past lease");
        } else if (die < 140) {
            wallOffset = wallOffset.plusMillis(random.nextLong(-2_000, 2_000));
            reached.mark("clock jump");
        } else if (die < 145 && replicas.size() > 1) {
            loseDisk(replica);
        } else if (die < 300) {
            writeOff();
        } else if (die < 360) {
            changeLimit();
        } else if (die < 430) {
            replica.network.faultsPerThousand(random.nextInt(3) == 0 ? 200 : 5);
        } else if (die < 700) {
            replica.network.deliverLate();
        } else if (die < 720) {
            nanos += Duration.ofSeconds(random.nextInt(40)).toNanos();
        } else {
            adoptLimit(replica);
        }
    }

    /// While a reply is on its way to a replica, its other threads go on.
    void meanwhile(Replica replica) {
        switch (random.nextInt(5)) {
            case 0 -> {
                if (random.nextInt(50) == 0) {
                    changeLimit();
                }
                adoptLimit(replica);
            }
            case 1 -> call(replica, true);
            case 2 -> advanceOne(replica);
            case 3 -> {
                if (random.nextInt(150) == 0) {
                    reached.mark("reply past lease");
                    nanos += Duration.ofSeconds(100 + random.nextInt(60)).toNanos();
                    writeOff();
                }
            }
            default -> replica.ship(1 + random.nextInt(40));
        }
    }

    private void call(Replica replica, boolean memoryOnly) {
        calls++;
        long base = 1 + random.nextLong(random.nextInt(20) == 0 ? DOLLAR : DOLLAR / 100);
        long perToken = random.nextBoolean() ? 0 : random.nextLong(DOLLAR / 100_000);
        long most = 1L + random.nextInt(2_000);
        long least = random.nextBoolean() ? most : 1 + random.nextLong(most);
        List<Claim> claims = new ArrayList<>();
        claims.add(claim(rule("minute", QuotaUnit.USD, replica.limitView), base, perToken));
        if (random.nextBoolean()) {
            claims.add(claim(rule("team", QuotaUnit.USD, 12 * DOLLAR), base, perToken));
        }
        if (random.nextInt(3) == 0) {
            claims.add(claim(rule("count", QuotaUnit.REQUESTS, 600), 1, 0));
        }
        HoldRequest request =
                new HoldRequest(
                        "req" + calls,
                        ORGANIZATION,
                        claims,
                        new HoldRequest.WalletClaim(base, perToken, BigDecimal.ZERO),
                        least,
                        most,
                        wallClock());
        replica.call(request, claims, memoryOnly);
    }

    private Claim claim(QuotaRule rule, long base, long perToken) {
        return new Claim(rule, "", rule.window().at(wallClock()), base, perToken);
    }

    private static QuotaRule rule(String name, QuotaUnit unit, long limit) {
        return new QuotaRule(
                name,
                ORGANIZATION,
                name,
                Scope.ORGANIZATION,
                unit,
                Pieces.decimal(unit, limit),
                unit == QuotaUnit.REQUESTS
                        ? new Window.Calendar(Window.Span.HOUR, ZoneOffset.UTC)
                        : new Window.Calendar(Window.Span.MINUTE, ZoneOffset.UTC),
                true,
                false,
                List.of(),
                null,
                null,
                null);
    }

    private void advanceOne(Replica replica) {
        if (!replica.open.isEmpty()) {
            // the oldest or the newest
            Replica.Call call =
                    random.nextInt(4) == 0
                            ? replica.open.values().stream()
                                    .skip(random.nextInt(replica.open.size()))
                                    .findFirst()
                                    .orElseThrow()
                            : replica.open.values().iterator().next();
            replica.advance(call);
        }
    }

    /// What a call uses, mostly little of its hold.
    long use(Replica.Call call) {
        long held = call.hold.amount().picos();
        return random.nextInt(10) == 0 ? held : random.nextLong(held + 1) / 4;
    }

    /// The heart of it: at the moment a hold is granted, settled + open + this one is within the
    /// limit in force, in every window.
    void granted(Replica replica, HoldRequest request, Replica.Call call) {
        if (!store.isOpen(replica.epoch)) {
            throw new AssertionError("granted by an epoch that is over: " + replica.epoch);
        }
        truth.count(request.requestId(), call.held());
        for (Claim claim : request.claims()) {
            WindowKey key = WindowKey.of(claim);
            long inForce =
                    key.ruleId().equals("minute")
                            ? limitInForce()
                            : Pieces.floor(key.unit(), claim.rule().limit());
            require(truth.total(key) <= inForce, key, truth.total(key) + " > " + inForce);
        }
        WindowKey wallet = WindowKey.wallet(ORGANIZATION);
        require(truth.total(wallet) <= balance, wallet, truth.total(wallet) + " > balance");
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
    private void keepInForce() {
        long oldest = revision;
        for (Replica replica : replicas) {
            if (store.maySpend(replica.epoch)) {
                oldest = Math.min(oldest, replica.limitRevision);
            }
        }
        inForce = Math.max(inForce, oldest);
        if (inForce == revision) {
            reached.mark("newest limit in force");
        }
    }

    void ended(Replica replica, Replica.Call call) {
        if (store.isOpen(replica.epoch)) {
            truth.count(call.hold.requestId(), call.amounts(call.used));
        } else {
            truth.forget(call.hold.requestId());
        }
        answered.add(call.hold.requestId());
    }

    void vanished(Replica.Call call) {
        truth.forget(call.hold.requestId());
    }

    void refused(HoldRequest request, HoldResult.Refused refused) {
        reached.mark(refused.claim() == null ? "refused by the balance" : "refused by a window");
        if (refused.limit().compareTo(refused.used().add(refused.held()).add(refused.estimate()))
                >= 0) {
            throw new AssertionError("refused although it fits: " + request + refused);
        }
    }

    private void loseDisk(Replica replica) {
        reached.mark("disk loss");
        replicas.remove(replica);
        lost.add(replica);
        // what was not shipped is lost with it; it stays counted until the epoch is written off
        replicas.add(new Replica("r" + ++names, this));
    }

    private void writeOff() {
        List<Replica> candidates = new ArrayList<>(lost);
        for (Replica replica : replicas) {
            if (random.nextInt(3) == 0) {
                candidates.add(replica);
            }
        }
        for (Replica replica : candidates) {
            if (store.isOpen(replica.epoch) && store.writeOff(replica.epoch)) {
                reached.mark(lost.contains(replica) ? "write-off" : "write-off of the living");
                replica.open.keySet().forEach(truth::forget);
                replica.ended.forEach(call -> {
                    if (!store.booked.contains(call.hold.requestId())) {
                        truth.forget(call.hold.requestId());
                    }
                });
            }
        }
    }

    private void changeLimit() {
        long next = (2L + random.nextInt(30)) * DOLLAR;
        reached.mark(next < limit ? "limit lowered" : "limit raised");
        limit = next;
        limits.put(++revision, limit);
    }

    void adoptLimit(Replica replica) {
        replica.limitView = limit;
        replica.limitRevision = revision;
        replica.escrow.limits(Map.of("minute", Pieces.decimal(QuotaUnit.USD, limit)), revision);
    }

    /// Everything comes to rest: all calls end, all is shipped and returned; then the store's
    /// figures must be the truth, to the last piece.
    private void settle() {
        for (Replica replica : replicas) {
            replica.paused = false;
            replica.network.faultsPerThousand(0);
            replica.network.deliverLate();
            while (!replica.open.isEmpty()) {
                replica.advance(replica.open.values().iterator().next());
            }
            while (!replica.ended.isEmpty()) {
                replica.ship(100);
            }
            store.end(replica.epoch, "stopped");
        }
        nanos += Escrow.LEASE.toNanos() * 2;
        writeOff();
        for (Map.Entry<WindowKey, ModelStore.Balance> entry : store.balances.entrySet()) {
            WindowKey key = entry.getKey();
            ModelStore.Balance row = entry.getValue();
            require(row.escrowed.signum() == 0, key, "escrowed " + row.escrowed);
            long spent = Pieces.floor(key.unit(), row.spent) + (key.isWallet() ? balance : 0);
            require(spent == truth.total(key), key, spent + " booked, truth " + truth.total(key));
        }
        for (String requestId : answered) {
            boolean lostWithDisk =
                    lost.stream()
                            .anyMatch(replica ->
                                    replica.ended.stream()
                                            .anyMatch(call ->
                                                    call.hold.requestId().equals(requestId)));
            if (!store.booked.contains(requestId) && !lostWithDisk) {
                throw new AssertionError("answered and not booked: " + requestId);
            }
        }
    }

    private void require(boolean holds, @Nullable WindowKey key, String what) {
        if (!holds) {
            throw new AssertionError(what + " of " + key + " after " + calls + " calls");
        }
    }
}
