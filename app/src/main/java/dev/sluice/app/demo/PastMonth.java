package dev.sluice.app.demo;

import dev.sluice.app.demo.Cast.Span;
import dev.sluice.app.demo.Cast.Traffic;
import dev.sluice.ledger.booking.History;
import dev.sluice.ledger.books.Wallets;
import dev.sluice.ledger.call.CallRecord;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// The demonstration's thirty days, day by day: calls, top-ups, refunds. Days are those of UTC,
/// as the organization's.
public final class PastMonth {

    /// How far back it goes.
    public static final int DAYS = 30;

    private static final String ACTOR = "demonstration";

    /// Nothing is told of the last moments: live calls have them.
    private static final Duration UNTIL_NOW = Duration.ofSeconds(90);

    private static final Span OFFICE_HOURS = new Span(7, 19);
    private static final int USUAL_TROUBLE = 9;

    /// An afternoon on which an upstream was ill.
    private static final int INCIDENT_DAYS_AGO = 9;

    private static final Span INCIDENT_HOURS = new Span(13, 15);
    private static final int INCIDENT_TROUBLE = 430;

    /// A day on which everybody asked the support team at once.
    private static final int RUSH_DAYS_AGO = 4;

    /// Now and then an answer is paid back.
    private static final int REFUND_DAYS = 6;

    /// Money paid in.
    private record TopUp(int daysAgo, String amount, String reference) {}

    private static final List<TopUp> TOP_UPS =
            List.of(
                    new TopUp(28, "20", "invoice-2041"),
                    new TopUp(20, "20", "invoice-2077"),
                    new TopUp(11, "25", "invoice-2102"),
                    new TopUp(2, "30", "invoice-2139"));

    private final Stage stage;
    private final Cast cast;
    private final Scene scene;
    private final Instant now;
    private final long seed;
    private final History history;

    /// The month that ends at the stage's `now`.
    public PastMonth(Stage stage, Cast cast, long seed) {
        this.stage = stage;
        this.cast = cast;
        this.scene = Scene.of(stage);
        this.now = stage.now();
        this.seed = seed;
        this.history = new History(stage.database(), stage.idsAt(stage.now()), stage.ahead());
    }

    /// Writes it; known calls and movements are left as they are.
    ///
    /// @param stop asked between two days
    /// @return whether it was written to its end
    public boolean write(BooleanSupplier stop) {
        for (int daysAgo = DAYS; daysAgo >= 0; daysAgo--) {
            if (stop.getAsBoolean()) {
                return false;
            }
            day(daysAgo);
        }
        AgeStore.age(
                stage.database(), scene.organization().id(), now.minus(Duration.ofDays(DAYS + 1)));
        return true;
    }

    private void day(int daysAgo) {
        LocalDate date = now.atZone(ZoneOffset.UTC).toLocalDate().minusDays(daysAgo);
        Instant midnight = date.atStartOfDay(ZoneOffset.UTC).toInstant();
        for (TopUp topUp : TOP_UPS) {
            if (topUp.daysAgo() == daysAgo) {
                Instant morning = earlier(midnight.plus(Duration.ofHours(6)));
                wallets(morning)
                        .topUp(
                                scene.organization().id(),
                                new BigDecimal(topUp.amount()),
                                topUp.reference(),
                                ACTOR);
            }
        }
        List<Draft> drafts = drafts(daysAgo, date, midnight);
        List<CallRecord> booked =
                history.book(drafts.stream().map(draft -> PastCall.of(draft, scene)).toList());
        if (daysAgo % REFUND_DAYS == 1) {
            refund(daysAgo, booked);
        }
    }

    private List<Draft> drafts(int daysAgo, LocalDate date, Instant midnight) {
        Chance chance = new Chance(new SplittableRandom(seed).nextLong() + daysAgo, stage.ahead());
        List<Draft> drafts = new ArrayList<>();
        for (Traffic traffic : cast.traffic()) {
            int calls =
                    daysAgo < traffic.untilDaysAgo() ? 0 : calls(chance, traffic, daysAgo, date);
            for (int i = 0; i < calls; i++) {
                Instant at = at(chance, traffic, midnight);
                drafts.add(chance.call(traffic, at, trouble(daysAgo, at)));
            }
            if (daysAgo == 0 && traffic.untilDaysAgo() == 0 && traffic.hours() == null) {
                for (int i = 0; i < 1 + traffic.callsPerDay() / 8; i++) {
                    Instant at =
                            chance.during(
                                    now.minus(Duration.ofMinutes(55)), UNTIL_NOW.multipliedBy(35));
                    drafts.add(chance.call(traffic, at, USUAL_TROUBLE));
                }
            }
        }
        Instant from = now.minus(Duration.ofDays(DAYS));
        Instant to = now.minus(UNTIL_NOW);
        return drafts.stream()
                .filter(draft -> draft.at().isAfter(from) && draft.at().isBefore(to))
                .sorted(Comparator.comparing(Draft::at))
                .toList();
    }

    private static int calls(Chance chance, Traffic traffic, int daysAgo, LocalDate date) {
        boolean weekend = date.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
        boolean machine = traffic.hours() != null || traffic.family().equals("embeddings");
        // slowly growing, as use does
        int mean = traffic.callsPerDay() * (100 - daysAgo) / 85;
        mean = weekend && !machine ? mean / 4 : mean;
        if (daysAgo == RUSH_DAYS_AGO && traffic.key().equals("help-desk")) {
            mean = traffic.callsPerDay() * 4;
        }
        return chance.about(mean);
    }

    private static Instant at(Chance chance, Traffic traffic, Instant midnight) {
        Span hours = traffic.hours() == null ? OFFICE_HOURS : traffic.hours();
        Duration stretch = Duration.ofHours(hours.most() - hours.least());
        // the middle of the day is the busiest
        Instant one = chance.during(midnight.plus(Duration.ofHours(hours.least())), stretch);
        Instant other = chance.during(midnight.plus(Duration.ofHours(hours.least())), stretch);
        return Instant.ofEpochMilli((one.toEpochMilli() + other.toEpochMilli()) / 2);
    }

    private static int trouble(int daysAgo, Instant at) {
        int hour = at.atZone(ZoneOffset.UTC).getHour();
        boolean ill =
                daysAgo == INCIDENT_DAYS_AGO
                        && hour >= INCIDENT_HOURS.least()
                        && hour <= INCIDENT_HOURS.most();
        return ill ? INCIDENT_TROUBLE : USUAL_TROUBLE;
    }

    /// Gives back the dearest answer of the day, of those that were cut short if there are any.
    private void refund(int daysAgo, List<CallRecord> booked) {
        booked.stream()
                .filter(call -> call.outcome().finishReason() != null)
                .max(Comparator.comparing(PastMonth::wasCut).thenComparing(PastMonth::cost))
                .ifPresent(call ->
                        wallets(earlier(call.timings().endedAt().plus(Duration.ofHours(3))))
                                .refund(
                                        scene.organization().id(),
                                        call.requestId(),
                                        cost(call),
                                        wasCut(call)
                                                ? "The answer was cut short"
                                                : "The answer was of no use",
                                        "ticket-" + (400 + daysAgo),
                                        ACTOR));
    }

    private static boolean wasCut(CallRecord call) {
        return "length".equals(call.outcome().finishReason());
    }

    private static BigDecimal cost(CallRecord call) {
        return call.chargeLines().stream()
                .map(line -> line.amount().toDecimal())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Instant earlier(Instant at) {
        Instant latest = now.minus(UNTIL_NOW);
        return at.isBefore(latest) ? at : latest;
    }

    private Wallets wallets(Instant at) {
        return stage.walletsAt(at);
    }
}
