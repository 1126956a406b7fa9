package dev.sluice.ledger;

import static dev.sluice.ledger.StoreFigures.figures;
import static dev.sluice.ledger.StoreFigures.same;
import static dev.sluice.ledger.StoreFigures.shown;
import static dev.sluice.ledger.StoreFigures.sorted;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.Ids;
import dev.sluice.domain.Money;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.booking.Books.Shipped;
import dev.sluice.ledger.booking.ShipStore;
import dev.sluice.ledger.booking.Shipment;
import dev.sluice.ledger.call.CallRecord;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.EscrowStore.Answer;
import dev.sluice.ledger.escrow.EscrowStore.Ask;
import dev.sluice.ledger.escrow.EscrowStore.Own;
import dev.sluice.ledger.escrow.EscrowStore.Patience;
import dev.sluice.ledger.escrow.EscrowStore.Return;
import dev.sluice.ledger.escrow.EscrowStore.TakeReply;
import dev.sluice.ledger.escrow.EscrowStore.TakeRequest;
import dev.sluice.ledger.escrow.Limit;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.journal.RecoveredCall;
import dev.sluice.ledger.simulation.ModelStore;
import dev.sluice.ledger.window.HeldWindow;
import dev.sluice.ledger.window.Settlement;
import dev.sluice.ledger.window.WindowKey;
import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// One random history of one organization, applied to the model of the authority over money and to
/// PostgreSQL. Every answer must be the same, and at the end every figure.
final class StoreHistory {

    private static final long CENT = 10_000_000_000L;

    /// Most calls end as they should.
    private static final List<RecoveredCall.Known> KNOWN =
            List.of(
                    RecoveredCall.Known.EXACT,
                    RecoveredCall.Known.EXACT,
                    RecoveredCall.Known.ESTIMATED,
                    RecoveredCall.Known.ABANDONED);

    private static final List<Patience> PATIENCE = List.of(Patience.values());

    /// None of their sums is near 30 or 120 seconds, where stores decide by time.
    private static final int[] PAUSES = {19, 53, 131};

    private record Running(Epoch epoch, Settlement.Open hold, HoldRequest request) {}

    private record Ended(Epoch epoch, Settlement.Open hold, Shipment shipment) {}

    private final Database database;
    private final Random random;
    private final StoreCounts counts;
    private final String organization = Book.newId("org");
    private final List<QuotaRule> rules = new ArrayList<>();
    private final InstantSource clock = () -> Book.START;
    private final PostgresEscrowStore real;
    private final ShipStore books;
    private final ModelStore model;
    private final List<String> replicas = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();
    private final Map<Epoch, Long> requests = new HashMap<>();
    private final List<Running> running = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();
    private long nanos = 1_000_000_000L;

    private StoreHistory(Database database, Random random, StoreCounts counts) {
        this.database = database;
        this.random = random;
        this.counts = counts;
        this.real = new PostgresEscrowStore(database, clock);
        this.books = new ShipStore(database, clock, new Ids(clock, new Random(random.nextLong())));
        this.model = new ModelStore(() -> nanos, (_, _, _) -> {});
    }

    /// Many histories, one after another.
    ///
    /// @throws AssertionError when the stores differ; says with which seed it happens at once
    static StoreCounts run(Database database, long seed, int histories) {
        StoreCounts counts = new StoreCounts();
        for (int i = 0; i < histories; i++) {
            try {
                new StoreHistory(database, new Random(seed + i), counts).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dsluice.seed=%d, history %d: %s".formatted(seed + i, i + 1, e), e);
            }
        }
        return counts;
    }

    private void run() {
        rules.add(rule("day", QuotaUnit.USD, cents(50), random.nextBoolean(), false));
        rules.add(rule("calls", QuotaUnit.REQUESTS, "8", false, false));
        rules.add(rule("tokens", QuotaUnit.TOTAL_TOKENS, "9000", true, false));
        rules.add(rule("watch", QuotaUnit.USD, "0.01", true, true));
        fund(random.nextLong(60 * CENT));
        int lives = 2 + random.nextInt(2);
        for (int i = 0; i < lives; i++) {
            String replica = Book.newId("replica");
            replicas.add(replica);
            open(replica);
        }
        try {
            int steps = 10 + random.nextInt(21);
            for (int i = 0; i < steps; i++) {
                step(epochs.get(random.nextInt(epochs.size())));
            }
            same("figures", figures(model), figures(database, organization));
        } finally {
            // those who come after have other replicas
            database.inIdempotentTransaction(sql -> {
                sql.update("DELETE FROM escrow_slice WHERE replica = ANY(?::text[])", replicas);
                return sql.update(
                        "DELETE FROM replica_epoch WHERE replica = ANY(?::text[])", replicas);
            });
        }
    }

    private void step(Epoch epoch) {
        int die = random.nextInt(100);
        if (die < 50) {
            take(epoch);
        } else if (die < 65) {
            end();
            ship(epoch);
        } else if (die < 78) {
            giveBack(epoch);
        } else if (die < 84) {
            same("renewal", model.renew(epoch, Map.of()), real.renew(epoch, Map.of()));
        } else if (die < 88) {
            pass(PAUSES[random.nextInt(PAUSES.length)]);
        } else if (die < 92) {
            writeOff(epoch);
        } else if (die < 96) {
            counts.add("restarted");
            open(epoch.replica());
        } else {
            counts.add("ended");
            model.end(epoch, "stopped");
            real.end(epoch, "stopped");
        }
    }

    private void open(String replica) {
        Epoch opened = model.open(replica, 0);
        same("epoch", opened, real.open(replica, 0));
        same("earlier epochs", model.earlier(opened), real.earlier(opened));
        epochs.add(opened);
    }

    private void fund(long picos) {
        BigDecimal balance = new Money(picos).toDecimal();
        model.balance(WindowKey.wallet(organization)).spent = balance.negate();
        database.inIdempotentTransaction(sql ->
                sql.update(
                        """
                        INSERT INTO wallet (organization_id, currency, created_at, balance)
                        VALUES (?, 'USD', ?, ?)
                        """,
                        organization,
                        clock.instant(),
                        balance));
    }

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
        int changed =
                database.inIdempotentTransaction(sql ->
                        sql.update(
                                """
                                UPDATE replica_epoch
                                   SET seen_at = seen_at - make_interval(secs => ?)
                                 WHERE replica = ANY(?::text[])
                                """,
                                seconds,
                                replicas));
        same("epochs", epochs.size(), changed);
    }

    private void writeOff(Epoch epoch) {
        if (random.nextBoolean()) {
            pass(PAUSES[2]);
        }
        boolean done = model.writeOff(epoch);
        same("written off", done, real.writeOff(epoch, "lost", "user:ana"));
        counts.add(done ? "written off" : "not written off");
    }

    private void take(Epoch epoch) {
        Map<WindowKey, Own> own = new LinkedHashMap<>();
        List<Ask> asks = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            asks.add(ask());
        }
        for (Ask ask : asks) {
            for (Claim claim : ask.claims()) {
                if (!claim.rule().shadow()) {
                    own(epoch, own, WindowKey.of(claim), claim.rule().limit());
                }
            }
            HoldRequest.WalletClaim wallet = ask.request().wallet();
            if (wallet != null) {
                own(epoch, own, WindowKey.wallet(organization), wallet.creditLimit());
            }
        }
        if (random.nextBoolean()) {
            QuotaRule rule = rules.get(random.nextInt(3));
            own(epoch, own, key(rule), rule.limit());
        }
        long last = requests.getOrDefault(epoch, 0L);
        long number = random.nextInt(20) == 0 ? last : last + 1;
        requests.put(epoch, number);
        TakeRequest request = new TakeRequest(epoch, number, asks, own);
        TakeReply reply = model.take(request);
        same("taken by " + request, shown(reply), shown(real.take(request)));
        switch (reply) {
            case TakeReply.Late _ -> counts.add("late");
            case TakeReply.EpochOver _ -> counts.add("epoch over");
            case TakeReply.Taken taken -> taken(request, taken);
        }
    }

    private void taken(TakeRequest request, TakeReply.Taken taken) {
        if (!taken.over().isEmpty()) {
            counts.add("over the limit");
        }
        for (int i = 0; i < request.asks().size(); i++) {
            Ask ask = request.asks().get(i);
            switch (taken.answers().get(i)) {
                case Answer.Recalling _ -> counts.add("recalling");
                case Answer.Decided(HoldResult.Held(long output, Money _)) -> {
                    counts.add(output < ask.outputTokensMax() ? "held less output" : "held");
                    List<HeldWindow> windows =
                            ask.claims().stream().map(c -> HeldWindow.of(c, output)).toList();
                    running.add(
                            new Running(
                                    request.epoch(),
                                    Settlement.Open.of(ask.request(), windows, output),
                                    ask.request()));
                }
                case Answer.Decided _ -> counts.add("refused");
            }
        }
    }

    private Ask ask() {
        List<Claim> claims = new ArrayList<>();
        long base = 1 + random.nextLong(8 * CENT);
        long perToken = random.nextBoolean() ? 0 : random.nextLong(CENT / 100);
        for (QuotaRule rule : rules) {
            if (random.nextInt(3) > 0) {
                claims.add(
                        switch (rule.unit()) {
                            case USD -> claim(rule, base, perToken);
                            case REQUESTS -> claim(rule, 1, 0);
                            // the rules of this history count no others
                            default -> claim(rule, 1 + random.nextInt(1_500), 1);
                        });
            }
        }
        long most = 1L + random.nextInt(1_000);
        long least = random.nextBoolean() ? most : 1 + random.nextLong(most);
        HoldRequest request =
                new HoldRequest(
                        Book.newId("req"),
                        organization,
                        claims,
                        random.nextInt(4) == 0
                                ? null
                                : new HoldRequest.WalletClaim(
                                        base, perToken, new BigDecimal("0.05")),
                        least,
                        most,
                        clock.instant());
        Patience patience = PATIENCE.get(random.nextInt(PATIENCE.size()));
        return new Ask(request, claims, most, patience);
    }

    private Claim claim(QuotaRule rule, long base, long perToken) {
        QuotaRule now =
                random.nextInt(8) == 0 ? rule.withLimit(rule.limit().movePointLeft(1)) : rule;
        return new Claim(now, "", now.window().at(clock.instant()), base, perToken);
    }

    private void own(Epoch epoch, Map<WindowKey, Own> own, WindowKey key, BigDecimal limit) {
        long inUse = inUse(epoch, key);
        long free = amount(epoch, key) - inUse;
        own.computeIfAbsent(
                key,
                _ ->
                        new Own(
                                key.isWallet() ? new Limit(limit, 0) : published(key),
                                key.isWallet() ? null : Book.day().at(clock.instant()).end(),
                                free == 0 ? 0 : random.nextLong(free + 1),
                                0,
                                inUse == 0 ? 0 : random.nextLong(inUse + 1),
                                random.nextInt(3) == 0 ? 0 : random.nextLong(20 * CENT)));
    }

    /// One of the limits of a window: one revision had lowered it.
    private Limit published(WindowKey key) {
        int revision = random.nextInt(6);
        for (QuotaRule rule : rules) {
            if (rule.id().equals(key.ruleId())) {
                BigDecimal limit = rule.limit();
                return new Limit(revision == 3 ? limit.movePointLeft(1) : limit, revision);
            }
        }
        throw new IllegalStateException("no rule of " + key);
    }

    private long amount(Epoch epoch, WindowKey key) {
        ModelStore.Slice slice = model.balance(key).slices.get(epoch);
        return slice == null ? 0 : slice.amount;
    }

    /// What calls hold of a slice whose settlement the store has not seen.
    private long inUse(Epoch epoch, WindowKey key) {
        long inUse = 0;
        if (model.isOpen(epoch)) {
            for (Running call : running) {
                if (call.epoch().equals(epoch)) {
                    inUse += held(call.hold()).getOrDefault(key, 0L);
                }
            }
            for (Ended call : ended) {
                if (call.epoch().equals(epoch)
                        && !model.booked.contains(call.shipment().requestId())) {
                    inUse += held(call.hold()).getOrDefault(key, 0L);
                }
            }
        }
        return inUse;
    }

    private static Map<WindowKey, Long> held(Settlement.Open hold) {
        Map<WindowKey, Long> held = new LinkedHashMap<>();
        for (HeldWindow window : hold.windows()) {
            if (!window.shadow()) {
                held.put(window.key(), window.pieces());
            }
        }
        BigDecimal wallet = hold.walletHeld();
        if (wallet != null) {
            held.put(WindowKey.wallet(hold.organizationId()), Money.exactly(wallet).picos());
        }
        return held;
    }

    /// Some running calls end, or are cut, and some use more than they held.
    private void end() {
        running.removeIf(call -> {
            if (random.nextBoolean()) {
                return false;
            }
            long most = call.hold().amount().picos();
            long tokens = 1;
            for (HeldWindow window : call.hold().windows()) {
                if (window.key().unit() == QuotaUnit.TOTAL_TOKENS) {
                    tokens = window.pieces();
                }
            }
            long input = random.nextLong(tokens + 1);
            RecoveredCall.Known known = KNOWN.get(random.nextInt(KNOWN.size()));
            boolean abandoned = known == RecoveredCall.Known.ABANDONED;
            boolean more = !abandoned && random.nextInt(6) == 0;
            if (more) {
                counts.add("more than held");
            }
            long charge = more ? most + most / 2 : random.nextLong(most + 1);
            CallRecord record =
                    Book.call(
                            call.request(),
                            clock.instant(),
                            new Money(abandoned ? 0 : charge).toDecimal().toPlainString(),
                            "0.01",
                            Book.usage(input, random.nextLong(tokens - input + 1)),
                            200,
                            null);
            ended.add(
                    new Ended(call.epoch(), call.hold(), new Shipment(call.hold(), record, known)));
            return true;
        });
    }

    /// Calls that were shipped before are shipped again as likely as new ones.
    private void ship(Epoch epoch) {
        List<Ended> batch =
                ended.stream()
                        .filter(call -> call.epoch().equals(epoch) && random.nextInt(4) > 0)
                        .toList();
        if (batch.isEmpty()) {
            return;
        }
        boolean again = random.nextInt(10) == 0;
        for (Ended call : batch) {
            counts.add(
                    model.booked.contains(call.shipment().requestId())
                            ? "shipped again"
                            : !model.isOpen(epoch)
                                    ? "shipped by an epoch that is over"
                                    : again
                                            ? "shipped to books that were put back"
                                            : "shipped " + call.shipment().known());
        }
        // as a start reads them: calls whose end is known first
        List<Shipment> shipments =
                batch.stream()
                        .map(Ended::shipment)
                        .sorted(Comparator.comparing(Shipment::known).reversed())
                        .toList();
        Shipped expected = again ? model.shipAgain(epoch, shipments) : model.ship(epoch, shipments);
        Shipped shipped = again ? books.shipAgain(epoch, shipments) : books.ship(epoch, shipments);
        same("slices after shipping", sorted(expected.slices()), sorted(shipped.slices()));
        same("absorbed", expected.absorbed(), shipped.absorbed());
        same("epoch over", !model.isOpen(epoch) || again, shipped.epochOver());
    }

    private void giveBack(Epoch epoch) {
        Map<WindowKey, Long> recalled = model.recalled(epoch);
        same("recalled", sorted(recalled), sorted(real.recalled(epoch)));
        if (!recalled.isEmpty()) {
            counts.add("recalled");
        }
        List<Return> returns = new ArrayList<>();
        model.balances.forEach((key, balance) -> {
            ModelStore.Slice slice = balance.slices.get(epoch);
            if (slice != null && random.nextBoolean()) {
                long free = slice.amount - inUse(epoch, key);
                boolean right = random.nextInt(4) > 0;
                counts.add(right ? "returned" : "return too late");
                returns.add(
                        new Return(
                                key,
                                slice.amount - (free == 0 ? 0 : random.nextLong(free + 1)),
                                right ? slice.version : slice.version - 1,
                                random.nextBoolean() ? recalled.getOrDefault(key, 0L) : 0));
            }
        });
        if (!returns.isEmpty()) {
            same(
                    "returned " + returns,
                    sorted(model.giveBack(epoch, returns)),
                    sorted(real.giveBack(epoch, returns)));
        }
    }

    private WindowKey key(QuotaRule rule) {
        return WindowKey.of(rule, "", rule.window().at(clock.instant()));
    }

    private QuotaRule rule(
            String name, QuotaUnit unit, String limit, boolean clamp, boolean shadow) {
        return Book.rule(organization, name, unit, limit, Book.day(), clamp, shadow);
    }

    private static String cents(int cents) {
        return BigDecimal.valueOf(cents, 2).toPlainString();
    }
}
