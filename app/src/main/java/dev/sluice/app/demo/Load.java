package dev.sluice.app.demo;

import dev.sluice.app.demo.Cast.Traffic;
import dev.sluice.ledger.booking.History;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;

/// As many calls as wanted, spread evenly over days, to test pages and reports with. In each
/// quarter of an hour a few of the keys call for a few purposes, as in a busy organization; else
/// every call would be a roll-up of its own.
public final class Load {

    private static final Duration SLOT = Duration.ofMinutes(15);
    private static final int PURPOSES = 6;

    /// Rows that one transaction writes.
    private static final int BATCH = 4_000;

    /// Of so many calls each is drawn and decided; of more, each is repeated.
    public static final long DRAWN = 200_000;

    private static final int TROUBLE = 12;

    private final Scene scene;
    private final Stage stage;
    private final List<Traffic> traffic;
    private final long seed;
    private final History history;

    /// Calls of the keys that the organization has.
    public Load(Stage stage, Cast cast, long seed) {
        this.stage = stage;
        this.scene = Scene.of(stage);
        this.traffic =
                cast.traffic().stream().filter(one -> scene.keys().containsKey(one.key())).toList();
        this.seed = seed;
        this.history = new History(stage.database(), stage.idsAt(stage.now()), stage.ahead());
    }

    /// Writes them, oldest first. Of more than `drawn` each is written several times, within its
    /// minute.
    ///
    /// @param calls how many
    /// @param drawn about how many of them are played one by one
    /// @param days that they are spread over, until the stage's `now`
    /// @param told hears how many are written
    public void write(long calls, long drawn, int days, LongConsumer told) {
        int times = Math.toIntExact(Math.max(1, Math.ceilDiv(calls, drawn)));
        long repeated = calls / times;
        long all = repeated + calls % times;
        long slots = Duration.ofDays(days).dividedBy(SLOT);
        Instant from = stage.now().minus(SLOT.multipliedBy(slots));
        int most = Math.max(1, BATCH / times);
        List<Draft> drafts = new ArrayList<>();
        long played = 0;
        long written = 0;
        for (long slot = 0; slot < slots; slot++) {
            long due = all * (slot + 1) / slots - all * slot / slots;
            drafts.addAll(slot(from.plus(SLOT.multipliedBy(slot)), slot, due));
            boolean last = slot == slots - 1;
            while (drafts.size() >= most || (last && !drafts.isEmpty())) {
                boolean copied = played < repeated;
                long left = copied ? repeated - played : all - played;
                List<Draft> batch =
                        drafts.subList(0, (int) Math.min(left, Math.min(most, drafts.size())));
                int each = copied ? times : 1;
                history.book(batch.stream().map(draft -> PastCall.of(draft, scene)).toList(), each);
                played += batch.size();
                written += (long) batch.size() * each;
                batch.clear();
                told.accept(written);
            }
        }
    }

    private List<Draft> slot(Instant begin, long slot, long calls) {
        Chance chance = new Chance(seed + slot, stage.ahead());
        List<Traffic> purposes = new ArrayList<>();
        for (int i = 0; i < PURPOSES; i++) {
            purposes.add(chance.narrowed(traffic.get(chance.below(traffic.size()))));
        }
        List<Draft> drafts = new ArrayList<>();
        for (long i = 0; i < calls; i++) {
            drafts.add(
                    chance.call(
                            purposes.get(chance.below(PURPOSES)),
                            chance.during(begin, SLOT),
                            TROUBLE));
        }
        drafts.sort(Comparator.comparing(Draft::at));
        return drafts;
    }
}
