package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.ledger.booking.RefusedStore;
import dev.sluice.ledger.booking.ShipStore;
import dev.sluice.ledger.escrow.Epoch;
import dev.sluice.ledger.escrow.Escrow;
import dev.sluice.ledger.escrow.PostgresEscrowStore;
import dev.sluice.ledger.escrow.Treasury;
import dev.sluice.ledger.journal.Disk;
import dev.sluice.ledger.journal.FileDisk;
import dev.sluice.ledger.journal.Journal;
import dev.sluice.ledger.journal.JournalSettings;
import dev.sluice.ledger.verification.LedgerVerifier;
import dev.sluice.testkit.TestDatabase;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk fails under a running ledger: no new call, no first byte, and every call that ends is
/// in the books once.
@Tag("slow")
class DiskErrorTest {

    @TempDir private Path folder;

    private final String org = Book.newId("org");
    private final QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "10");
    private TestDatabase server;
    private Book book;
    private BrokenDisk disk;
    private EscrowLedger ledger;

    @BeforeEach
    void open() throws IOException {
        server = TestDatabase.create();
        book = new Book(server.database());
        disk = new BrokenDisk(FileDisk.open(folder.resolve("journal")));
        PostgresEscrowStore store = new PostgresEscrowStore(server.database(), book.clock);
        Epoch epoch = store.open("r1", 0);
        Escrow escrow = new Escrow(System.nanoTime());
        ledger =
                new EscrowLedger(
                        new EscrowLedger.Parts(
                                book.clock,
                                LedgerSettings.standard(),
                                epoch,
                                escrow,
                                new Treasury(store, escrow, epoch, book.clock, System::nanoTime),
                                Journal.open(
                                        disk,
                                        JournalSettings.standard(),
                                        "r1",
                                        epoch.number(),
                                        book.clock),
                                new ShipStore(server.database(), book.clock, book.ids),
                                new RefusedStore(server.database(), book.ids, 10)));
    }

    @AfterEach
    void close() {
        ledger.close();
        book.close();
        server.close();
    }

    private HoldResult hold(HoldRequest request) {
        CompletableFuture<HoldResult> answer = new CompletableFuture<>();
        ledger.hold(request, Book.origin(org), answer::complete);
        return Book.get(answer);
    }

    private List<HoldRequest> held(int calls) {
        List<HoldRequest> held = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            HoldRequest request =
                    book.request(org, List.of(book.claim(rule, usd("0.1"), 0)), null, 1, 1);
            assertThat(hold(request)).isInstanceOf(HoldResult.Held.class);
            held.add(request);
        }
        return held;
    }

    @Test
    void anErrorOfAFlushEndsAdmissionAndEveryCallIsBookedOnce() {
        List<HoldRequest> calls = held(8);
        disk.failForces = true;
        List<Boolean> relayed = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Boolean>> first = new ArrayList<>();
        for (HoldRequest call : calls.subList(0, 4)) {
            ledger.attempting(book.answered(call, "0.02", "0.01", 1, 1), _ -> {});
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            first.add(answer);
            ledger.relaying(
                    call.requestId(),
                    may -> {
                        relayed.add(may);
                        answer.complete(may);
                    });
        }
        // no first byte without its attempt on the medium
        assertThat(first.stream().map(Book::get)).containsOnly(false);
        assertThat(ledger.notReady()).contains("flushed").contains("broken by the test");
        assertThat(hold(book.request(org, List.of(), null, 1, 1)))
                .isInstanceOf(HoldResult.Unavailable.class);
        calls.forEach(this::settle);
        assertBookedOnce(calls.size());
        assertThat(relayed).hasSize(4);
    }

    @Test
    void finalsThatWereWrittenWhenTheFlushFailsAreBookedOnce() {
        List<HoldRequest> calls = held(8);
        disk.failForces = true;
        // written, durable, and on their way to the books before the flush fails
        calls.forEach(this::settle);
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ledger.notReady() == null && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertThat(ledger.notReady()).contains("flushed");
        assertBookedOnce(calls.size());
    }

    @Test
    void anErrorOfAWriteLeavesTheBooks() {
        List<HoldRequest> calls = held(8);
        disk.failWrites = true;
        calls.forEach(this::settle);
        assertThat(ledger.notReady()).contains("written");
        assertBookedOnce(calls.size());
    }

    @Test
    void aFullDiskRefusesNewCallsAndLetsOpenOnesEnd() {
        disk.isFull = true;
        List<HoldRequest> calls = new ArrayList<>();
        HoldRequest next = small();
        HoldResult answer = hold(next);
        while (answer instanceof HoldResult.Held) {
            calls.add(next);
            assertThat(calls).as("calls without a limit").hasSizeLessThan(4_500);
            next = small();
            answer = hold(next);
        }
        assertThat(answer).isEqualTo(new HoldResult.Unavailable("the journal takes no more calls"));
        assertThat(calls).isNotEmpty();
        for (HoldRequest call : calls) {
            ledger.attempting(book.answered(call, "0.002", "0.001", 1, 1), _ -> {});
            CompletableFuture<Boolean> relayed = new CompletableFuture<>();
            ledger.relaying(call.requestId(), relayed::complete);
            assertThat(Book.get(relayed)).isTrue();
            CompletableFuture<Boolean> durable = new CompletableFuture<>();
            ledger.settle(
                    book.answered(call, "0.002", "0.001", 1, 1), () -> durable.complete(true));
            Book.get(durable);
        }
        assertThat(ledger.awaitBooked(Duration.ofSeconds(60))).isTrue();
        assertThat(ledger.notReady()).isNull();
        assertThat(book.spent(rule)).isEqualByComparingTo(BigDecimal.valueOf(2L * calls.size(), 3));
        // what ended has made room
        next = small();
        assertThat(hold(next)).isInstanceOf(HoldResult.Held.class);
        ledger.settle(book.answered(next, "0.002", "0.001", 1, 1), () -> {});
        assertThat(ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();
        assertThat(new LedgerVerifier(server.database()).verify(org).problems()).isEmpty();
    }

    private HoldRequest small() {
        return book.request(org, List.of(book.claim(rule, usd("0.002"), 0)), null, 1, 1);
    }

    private void settle(HoldRequest call) {
        CompletableFuture<Boolean> durable = new CompletableFuture<>();
        ledger.settle(
                book.answered(call, "0.05", "0.04", 10, 10),
                () -> {
                    if (!durable.complete(true)) {
                        throw new AssertionError("durable ran twice");
                    }
                });
        Book.get(durable);
    }

    private void assertBookedOnce(int calls) {
        assertThat(ledger.awaitBooked(Duration.ofSeconds(30))).isTrue();
        // closing hears everything that is still on its way
        ledger.close();
        assertThat(ledger.openCalls()).isZero();
        assertThat(ledger.running()).isEmpty();
        assertThat(book.spent(rule))
                .isEqualByComparingTo(new BigDecimal("0.05").multiply(BigDecimal.valueOf(calls)));
        assertThat(book.held(rule)).isZero();
        LedgerVerifier.Verification verification =
                new LedgerVerifier(server.database()).verify(org);
        assertThat(verification.problems()).isEmpty();
        assertThat(verification.operatorAbsorbedUsd()).isZero();
    }

    /// A real one that fails when it is told to.
    private static final class BrokenDisk implements Disk {
        private final Disk disk;
        private volatile boolean failWrites;
        private volatile boolean failForces;
        private volatile boolean isFull;

        BrokenDisk(Disk disk) {
            this.disk = disk;
        }

        @Override
        public List<String> list() throws IOException {
            return disk.list();
        }

        @Override
        public Segment create(String name, long bytes) throws IOException {
            failIf(isFull);
            Segment segment = disk.create(name, bytes);
            return new Segment() {
                @Override
                public void write(ByteBuffer buffer) throws IOException {
                    failIf(failWrites);
                    segment.write(buffer);
                }

                @Override
                public void force() throws IOException {
                    failIf(failForces);
                    segment.force();
                }

                @Override
                public void close() throws IOException {
                    segment.close();
                }
            };
        }

        private static void failIf(boolean broken) throws IOException {
            if (broken) {
                throw new IOException("broken by the test");
            }
        }

        @Override
        public Reader reader(String name) throws IOException {
            return disk.reader(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }
}
