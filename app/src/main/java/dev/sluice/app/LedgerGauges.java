package dev.sluice.app;

import dev.sluice.ledger.LedgerFigures;
import dev.sluice.ledger.journal.JournalFolder;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/// The ledger and the journal of this replica on the metrics page, without a label that grows. All
/// of one page are of one moment: [#refresh] looks once for all.
final class LedgerGauges {

    private record Seen(LedgerFigures ledger, JournalFolder journal) {}

    private final Supplier<LedgerFigures> ledger;
    private final Path journal;
    private volatile Seen seen;

    LedgerGauges(Supplier<LedgerFigures> ledger, Path journal, MeterRegistry registry) {
        this.ledger = ledger;
        this.journal = journal;
        this.seen = new Seen(ledger.get(), new JournalFolder(0, 0, 0));
        register(registry);
    }

    /// Looks anew.
    void refresh() {
        JournalFolder folder = seen.journal();
        try {
            folder = JournalFolder.of(journal);
        } catch (IOException _) {
            // what was seen last stays: a broken disk must not take the other figures with it
        }
        seen = new Seen(ledger.get(), folder);
    }

    private void register(MeterRegistry to) {
        Gauges gauges = new Gauges(to);
        gauges.of(
                "open_calls",
                "Calls between their hold and their last record",
                s -> s.ledger().openCalls());
        gauges.of("hold_waiters", "Calls that wait for a hold", s -> s.ledger().waitingCalls());
        gauges.of(
                "journal_unshipped_calls",
                "Ended calls that PostgreSQL does not have yet",
                s -> s.ledger().unshippedCalls());
        gauges.usd(
                "journal_unshipped_usd",
                "What those were charged: lost if the journal's disk is lost",
                s -> s.ledger().unshippedUsd());
        gauges.seconds(
                "journal_lag_seconds",
                "How long ago the first of those ended; alarm above 5",
                s -> s.ledger().unshippedAge());
        gauges.of(
                "refusals_dropped",
                "Refused calls that were neither stored nor counted, since this process started",
                s -> s.ledger().droppedRefusals());
        gauges.of(
                "journal_segments",
                "Files of the journal that are in use",
                s -> s.journal().segments());
        gauges.of(
                "journal_kept_segments",
                "Files of the journal whose calls are all in PostgreSQL",
                s -> s.journal().kept());
        gauges.of("journal_bytes", "Of all files of the journal", s -> s.journal().bytes());
        FunctionTimer.builder(
                        "sluice_journal_flush",
                        this,
                        g -> g.seen.ledger().flushes().count(),
                        g -> g.seen.ledger().flushes().total().toNanos(),
                        TimeUnit.NANOSECONDS)
                .description("Flushes of the journal, and how long they took")
                .register(to);
        gauges.of("epoch", "The life this replica is in", s -> s.ledger().epoch().number());
        gauges.seconds(
                "lease_seconds",
                "How long holds may be granted without a word from PostgreSQL",
                s -> s.ledger().leaseLeft());
        gauges.of(
                "escrow_slices",
                "Windows and accounts this replica knows",
                s -> s.ledger().escrow().slices());
        escrow(gauges);
        gauges.usd(
                "operator_absorbed_usd",
                "Provider cost charged to nobody since this process started",
                s -> s.ledger().absorbed().toDecimal());
    }

    private static void escrow(Gauges gauges) {
        String has = "Money this replica has at hand, of accounts and of windows";
        String holds = "What open calls hold of it";
        Gauges accounts = gauges.tagged("accounts");
        Gauges windows = gauges.tagged("windows");
        accounts.usd("escrow_usd", has, s -> s.ledger().escrow().accounts());
        windows.usd("escrow_usd", has, s -> s.ledger().escrow().windows());
        accounts.usd("escrow_held_usd", holds, s -> s.ledger().escrow().accountsHeld());
        windows.usd("escrow_held_usd", holds, s -> s.ledger().escrow().windowsHeld());
    }

    private final class Gauges {
        private final MeterRegistry registry;
        private final Tags tags;

        Gauges(MeterRegistry registry) {
            this(registry, Tags.empty());
        }

        private Gauges(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
        }

        Gauges tagged(String of) {
            return new Gauges(registry, Tags.of("of", of));
        }

        void of(String name, String what, Function<Seen, ? extends Number> figure) {
            Gauge.builder("sluice_" + name, () -> figure.apply(seen))
                    .tags(tags)
                    .description(what)
                    .register(registry);
        }

        void usd(String name, String what, Function<Seen, BigDecimal> figure) {
            of(name, what, figure);
        }

        void seconds(String name, String what, Function<Seen, Duration> figure) {
            of(name, what, s -> BigDecimal.valueOf(figure.apply(s).toNanos(), 9));
        }
    }
}
