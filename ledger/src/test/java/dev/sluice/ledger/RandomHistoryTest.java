package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.Claim;
import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.domain.Window;
import dev.sluice.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random calls, top-ups and refunds over two organizations against a small model of its own: every
/// decision, balance, window and roll-up must be equal.
class RandomHistoryTest {

    private static TestDatabase server;

    @BeforeAll
    static void open() {
        server = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        server.close();
    }

    /// The model: plain sums, no transactions, written from the published rules.
    private static final class Model {
        final Map<String, BigDecimal> limit = new HashMap<>();
        final Map<String, BigDecimal> spent = new TreeMap<>();
        final Map<String, BigDecimal> held = new TreeMap<>();
        final Map<String, BigDecimal> usage = new TreeMap<>();
        BigDecimal balance = BigDecimal.ZERO;
        BigDecimal walletHeld = BigDecimal.ZERO;
        BigDecimal absorbed = BigDecimal.ZERO;

        static void add(Map<String, BigDecimal> map, String key, BigDecimal amount) {
            map.merge(key, amount, BigDecimal::add);
        }

        BigDecimal of(Map<String, BigDecimal> map, String key) {
            return map.getOrDefault(key, BigDecimal.ZERO);
        }

        BigDecimal room(String window) {
            return of(limit, window).subtract(of(spent, window)).subtract(of(held, window));
        }
    }

    private record OpenCall(
            HoldRequest request,
            Map<String, BigDecimal> held,
            @org.jspecify.annotations.Nullable BigDecimal wallet) {}

    private static final class History {
        final Random random;
        final Book book;
        final String org;
        final Model model = new Model();
        final List<OpenCall> open = new ArrayList<>();
        final Map<String, BigDecimal> charged = new HashMap<>();
        final List<QuotaRule> rules;
        int refused;
        int excesses;

        History(Random random, Book book, String org) {
            this.random = random;
            this.book = book;
            this.org = org;
            this.rules =
                    List.of(
                            Book.rule(org, "usd", QuotaUnit.USD, "0.9"),
                            Book.rule(
                                    org,
                                    "usd-life",
                                    QuotaUnit.USD,
                                    "3",
                                    new Window.Lifetime(),
                                    false,
                                    false),
                            Book.rule(org, "calls", QuotaUnit.REQUESTS, "60"),
                            Book.rule(org, "out", QuotaUnit.OUTPUT_TOKENS, "9000"),
                            Book.rule(
                                    org,
                                    "shadow",
                                    QuotaUnit.TOTAL_TOKENS,
                                    "10",
                                    Book.day(),
                                    true,
                                    true));
        }

        void step() {
            int dice = random.nextInt(100);
            if (dice < 45) {
                hold();
            } else if (dice < 90) {
                settle();
            } else if (dice < 94) {
                topUp();
            } else if (dice < 97) {
                refund();
            } else {
                book.now.updateAndGet(t -> t.plus(Duration.ofMinutes(random.nextInt(400))));
            }
        }

        private String window(QuotaRule rule, Claim claim) {
            String key = rule.id() + "@" + claim.window().start();
            model.limit.put(key, rule.limit());
            return key;
        }

        private void hold() {
            long base = random.nextLong(Book.usd("0.02"));
            long perOutput = random.nextLong(Book.usd("0.0002"));
            long max = 1L + random.nextInt(400);
            long min = 1 + random.nextLong(max);
            Map<Claim, String> windows = new java.util.LinkedHashMap<>();
            for (QuotaRule rule : rules) {
                if (random.nextInt(4) > 0) {
                    Claim claim =
                            switch (rule.unit()) {
                                case USD -> book.claim(rule, base, perOutput);
                                case REQUESTS -> book.claim(rule, 1, 0);
                                case OUTPUT_TOKENS -> book.claim(rule, 0, 1);
                                default -> book.claim(rule, 50, 1);
                            };
                    windows.put(claim, window(rule, claim));
                }
            }
            boolean billed = random.nextInt(5) > 0;
            HoldRequest request =
                    book.request(
                            org,
                            List.copyOf(windows.keySet()),
                            billed ? Book.wallet(base, perOutput, "0.1") : null,
                            min,
                            max);
            HoldResult result = book.hold(request);
            long expected = -1;
            for (long output = max; output >= min && expected < 0; output--) {
                expected = fits(windows, request, output, max) ? output : -1;
            }
            if (expected < 0) {
                assertThat(result).isInstanceOf(HoldResult.Refused.class);
                refused++;
                return;
            }
            assertThat(result).isInstanceOf(HoldResult.Held.class);
            assertThat(((HoldResult.Held) result).outputTokens()).isEqualTo(expected);
            Map<String, BigDecimal> held = new HashMap<>();
            for (Map.Entry<Claim, String> entry : windows.entrySet()) {
                BigDecimal amount = amount(entry.getKey(), expected);
                if (entry.getKey().rule().unit() == QuotaUnit.REQUESTS) {
                    Model.add(model.spent, entry.getValue(), amount);
                } else {
                    Model.add(model.held, entry.getValue(), amount);
                }
                held.put(entry.getValue(), amount);
            }
            BigDecimal wallet = null;
            if (billed) {
                wallet = dollars(base + perOutput * expected);
                model.walletHeld = model.walletHeld.add(wallet);
            }
            open.add(new OpenCall(request, held, wallet));
        }

        private boolean fits(
                Map<Claim, String> windows, HoldRequest request, long output, long max) {
            for (Map.Entry<Claim, String> entry : windows.entrySet()) {
                QuotaRule rule = entry.getKey().rule();
                long at = rule.clamp() ? output : max;
                if (!rule.shadow()
                        && amount(entry.getKey(), at).compareTo(model.room(entry.getValue())) > 0) {
                    return false;
                }
            }
            return request.wallet() == null
                    || dollars(request.wallet().amountAt(output))
                                    .compareTo(
                                            model.balance
                                                    .add(new BigDecimal("0.1"))
                                                    .subtract(model.walletHeld))
                            <= 0;
        }

        private static BigDecimal amount(Claim claim, long output) {
            return claim.rule().unit() == QuotaUnit.USD
                    ? dollars(claim.amountAt(output))
                    : BigDecimal.valueOf(claim.amountAt(output));
        }

        private static BigDecimal dollars(long picos) {
            return BigDecimal.valueOf(picos, 12);
        }

        private void settle() {
            if (open.isEmpty()) {
                return;
            }
            OpenCall call = open.remove(random.nextInt(open.size()));
            if (random.nextInt(6) == 0) {
                book.settle(book.failed(call.request()));
                book(call, BigDecimal.ZERO, 0, 0, true);
                return;
            }
            // now and then more than was held
            BigDecimal charge = dollars(random.nextLong(Book.usd("0.05")));
            long input = random.nextInt(60);
            long output = random.nextInt(500);
            CallRecord record =
                    book.answered(
                            call.request(),
                            charge.toPlainString(),
                            "0.000000000007",
                            input,
                            output);
            List<CompletableFuture<Boolean>> all = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(2); i++) {
                all.add(book.settleLater(record));
            }
            all.forEach(Book::get);
            book(call, charge, input, output, false);
        }

        private void book(
                OpenCall call, BigDecimal charge, long input, long output, boolean error) {
            Map<String, BigDecimal> actual = new HashMap<>();
            boolean fits = true;
            BigDecimal paid = charge;
            for (Map.Entry<String, BigDecimal> window : call.held().entrySet()) {
                QuotaRule rule = ruleOf(window.getKey());
                BigDecimal used =
                        switch (rule.unit()) {
                            case USD -> charge;
                            case REQUESTS -> BigDecimal.ZERO;
                            case OUTPUT_TOKENS -> BigDecimal.valueOf(output);
                            default -> BigDecimal.valueOf(input + output);
                        };
                actual.put(window.getKey(), used);
                if (rule.shadow() || rule.unit() == QuotaUnit.REQUESTS) {
                    continue;
                }
                BigDecimal excess = used.subtract(window.getValue());
                if (excess.signum() > 0 && excess.compareTo(model.room(window.getKey())) > 0) {
                    fits = false;
                }
            }
            if (call.wallet() != null) {
                BigDecimal excess = charge.subtract(call.wallet());
                BigDecimal room =
                        model.balance.add(new BigDecimal("0.1")).subtract(model.walletHeld);
                fits &= excess.signum() <= 0 || excess.compareTo(room) <= 0;
            }
            if (!fits) {
                excesses++;
                for (Map.Entry<String, BigDecimal> window : call.held().entrySet()) {
                    if (ruleOf(window.getKey()).unit() == QuotaUnit.USD) {
                        paid = paid.min(window.getValue());
                    }
                }
                paid = call.wallet() == null ? paid : paid.min(call.wallet());
            }
            for (Map.Entry<String, BigDecimal> window : call.held().entrySet()) {
                QuotaRule rule = ruleOf(window.getKey());
                if (rule.unit() == QuotaUnit.REQUESTS) {
                    continue;
                }
                BigDecimal used =
                        rule.unit() == QuotaUnit.USD ? paid : model.of(actual, window.getKey());
                if (!fits && !rule.shadow()) {
                    used = used.min(window.getValue());
                }
                Model.add(model.held, window.getKey(), window.getValue().negate());
                Model.add(model.spent, window.getKey(), used);
            }
            if (call.wallet() != null) {
                model.walletHeld = model.walletHeld.subtract(call.wallet());
                model.balance = model.balance.subtract(paid);
                charged.put(call.request().requestId(), paid);
            }
            model.absorbed = model.absorbed.add(charge.subtract(paid));
            Model.add(model.usage, "requests", BigDecimal.ONE);
            Model.add(model.usage, "errors", error ? BigDecimal.ONE : BigDecimal.ZERO);
            Model.add(model.usage, "usd", paid);
            Model.add(model.usage, "input_tokens", BigDecimal.valueOf(input));
            Model.add(model.usage, "output_tokens", BigDecimal.valueOf(output));
        }

        private QuotaRule ruleOf(String window) {
            return rules.stream()
                    .filter(rule -> window.startsWith(rule.id() + "@"))
                    .findFirst()
                    .orElseThrow();
        }

        private void topUp() {
            BigDecimal amount = dollars(1 + random.nextLong(Book.usd("0.5")));
            String reference = Book.newId("ref");
            Wallets wallets = new Wallets(book.database, book.clock, book.ids);
            for (int i = 0; i <= random.nextInt(2); i++) {
                wallets.topUp(org, amount, reference, "user:ana");
            }
            model.balance = model.balance.add(amount);
        }

        private void refund() {
            Wallets wallets = new Wallets(book.database, book.clock, book.ids);
            for (Map.Entry<String, BigDecimal> charge : charged.entrySet()) {
                BigDecimal half =
                        charge.getValue().divide(BigDecimal.TWO, 12, java.math.RoundingMode.DOWN);
                if (half.signum() > 0) {
                    wallets.refund(
                            org, charge.getKey(), half, "slow", Book.newId("ref"), "user:ana");
                    model.balance = model.balance.add(half);
                    charge.setValue(charge.getValue().subtract(half));
                    return;
                }
            }
        }

        void compare() {
            Wallets.WalletBalance balance =
                    new Wallets(book.database, book.clock, book.ids).balance(org);
            assertThat(balance.balance()).isEqualByComparingTo(model.balance);
            assertThat(balance.held()).isEqualByComparingTo(model.walletHeld);
            assertThat(balance.balance().add(new BigDecimal("0.1"))).isNotNegative();
            compareWindows("spent", model.spent);
            compareWindows("held", model.held);
            UsageReport.Query query =
                    new UsageReport.Query(
                            org,
                            Book.START.minusSeconds(1),
                            book.now.get().plusSeconds(1),
                            List.of(),
                            Map.of(),
                            null,
                            java.time.ZoneOffset.UTC);
            List<UsageReport.UsageRow> rows = new UsageReport(book.database).rows(query);
            Map<String, BigDecimal> units = rows.isEmpty() ? Map.of() : rows.getFirst().units();
            model.usage.forEach((unit, quantity) ->
                    assertThat(units.getOrDefault(unit, BigDecimal.ZERO))
                            .as(unit)
                            .isEqualByComparingTo(quantity));
            LedgerVerifier.Verification verification =
                    new LedgerVerifier(book.database).verify(org);
            assertThat(verification.problems()).isEmpty();
            assertThat(verification.operatorAbsorbedUsd()).isEqualByComparingTo(model.absorbed);
        }

        private void compareWindows(String column, Map<String, BigDecimal> expected) {
            Map<String, BigDecimal> found = new TreeMap<>();
            book.database.read(sql ->
                    sql.list(
                            "SELECT rule_id, window_start, %s AS n FROM budget_window"
                                            .formatted(column)
                                    + " WHERE organization_id = ?",
                            row ->
                                    found.put(
                                            row.text("rule_id") + "@" + row.instant("window_start"),
                                            row.decimal("n").stripTrailingZeros()),
                            org));
            found.values().removeIf(n -> n.signum() == 0);
            Map<String, BigDecimal> wanted = new TreeMap<>();
            expected.forEach((key, n) -> wanted.put(key, n.stripTrailingZeros()));
            wanted.values().removeIf(n -> n.signum() == 0);
            assertThat(found).as(column).isEqualTo(wanted);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 0})
    void everyBalanceIsWhatTheModelSays(long fixed) {
        long seed = fixed == 0 ? new Random().nextLong() : fixed;
        System.out.println("RandomHistoryTest seed " + seed);
        Random random = new Random(seed);
        try (Book book = new Book(server.database(), "r" + seed, LedgerSettings.standard())) {
            List<History> histories =
                    List.of(
                            new History(random, book, Book.newId("org")),
                            new History(random, book, Book.newId("org")));
            for (int i = 0; i < 600; i++) {
                histories.get(random.nextInt(2)).step();
            }
            histories.forEach(History::compare);
            for (History history : histories) {
                while (!history.open.isEmpty()) {
                    history.settle();
                }
                history.compare();
            }
            int refused = histories.stream().mapToInt(history -> history.refused).sum();
            int excesses = histories.stream().mapToInt(history -> history.excesses).sum();
            if (fixed != 0) { // these seeds meet every case; of a fresh one nobody knows
                assertThat(refused).as("refusals, seed " + seed).isPositive();
                assertThat(excesses).as("excesses, seed " + seed).isPositive();
            }
        }
    }
}
