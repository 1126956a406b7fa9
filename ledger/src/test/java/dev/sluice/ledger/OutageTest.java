package dev.sluice.ledger;

import static dev.sluice.ledger.Book.usd;
import static dev.sluice.ledger.Book.wallet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.HoldRequest;
import dev.sluice.domain.HoldResult;
import dev.sluice.domain.QuotaRule;
import dev.sluice.domain.QuotaUnit;
import dev.sluice.store.DataDirectory;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseSettings;
import dev.sluice.store.Migrations;
import dev.sluice.store.PostgresUrl;
import dev.sluice.store.embedded.EmbeddedPostgres;
import dev.sluice.store.embedded.PostgresSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// PostgreSQL goes away and comes back, and connections are cut in the middle of commits: nothing
/// is lost and nothing is counted twice.
@Tag("slow")
class OutageTest {

    private static Path folder;
    private static DataDirectory directory;
    private static EmbeddedPostgres postgres;
    private static Wire wire;
    private static Database database;

    @BeforeAll
    static void open() throws IOException {
        folder = Files.createTempDirectory("sluice-ledger-test-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        directory = DataDirectory.open(folder.resolve("data"));
        postgres = EmbeddedPostgres.start(directory, PostgresSettings.production());
        wire = new Wire(port(postgres.url()));
        DatabaseSettings settings =
                DatabaseSettings.standard().withConnectTimeout(Duration.ofSeconds(1));
        database = Database.open(through(postgres.url(), wire.port()), settings);
        Migrations.migrate(database);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
        wire.close();
        postgres.close();
        directory.close();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static int port(PostgresUrl url) {
        return Integer.parseInt(url.hosts().substring(url.hosts().lastIndexOf(':') + 1));
    }

    private static PostgresUrl through(PostgresUrl url, int port) {
        return new PostgresUrl(
                "127.0.0.1:" + port, url.database(), url.user(), url.password(), url.parameters());
    }

    private static HoldRequest request(Book book, String org, QuotaRule rule) {
        return book.request(
                org,
                List.of(book.claim(rule, usd("0.01"), 0)),
                wallet(usd("0.01"), 0, "1000"),
                1,
                1);
    }

    @Test
    void aRestartOfTheServerLosesNoSettlement() throws IOException {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "100");
        try (Book book = new Book(database, "restart", LedgerSettings.standard())) {
            List<HoldRequest> requests = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                HoldRequest request = request(book, org, rule);
                requests.add(request);
                book.mustHold(request);
            }
            List<CompletableFuture<Boolean>> durable = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                durable.add(
                        book.settleLater(book.answered(requests.get(i), "0.007", "0.005", 10, 1)));
            }
            postgres.close();
            for (int i = 150; i < 300; i++) {
                durable.add(
                        book.settleLater(book.answered(requests.get(i), "0.007", "0.005", 10, 1)));
            }
            // money is never spent without its authority
            assertThat(book.hold(request(book, org, rule)))
                    .isInstanceOf(HoldResult.Unavailable.class);
            assertThat(book.ledger.openCalls()).isPositive();
            postgres = EmbeddedPostgres.start(directory, PostgresSettings.production());
            wire.to(port(postgres.url()));
            durable.forEach(Book::get);
            assertThat(book.spent(rule)).isEqualByComparingTo("2.1");
            assertThat(book.ledger.openCalls()).isZero();
        }
        verify(org, rule, "2.1");
    }

    @Test
    void cutConnectionsNeverCountACallTwice() {
        String org = Book.newId("org");
        QuotaRule rule = Book.rule(org, "day", QuotaUnit.USD, "100");
        int answered = 0;
        try (Book book = new Book(database, "cut", LedgerSettings.standard())) {
            for (int round = 0; round < 12; round++) {
                List<HoldRequest> requests = new ArrayList<>();
                List<CompletableFuture<HoldResult>> answers = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    HoldRequest request = request(book, org, rule);
                    requests.add(request);
                    answers.add(book.holdLater(request));
                }
                wire.cut();
                List<CompletableFuture<Boolean>> durable = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    if (Book.get(answers.get(i)) instanceof HoldResult.Held) {
                        answered++;
                        durable.add(
                                book.settleLater(
                                        book.answered(requests.get(i), "0.007", "0.005", 10, 1)));
                    }
                }
                wire.cut();
                durable.forEach(Book::get);
            }
            assertThat(answered).isPositive();
            assertThat(book.ledger.openCalls()).isZero();
        }
        verify(
                org,
                rule,
                new java.math.BigDecimal("0.007")
                        .multiply(java.math.BigDecimal.valueOf(answered))
                        .toPlainString());
    }

    private static void verify(String org, QuotaRule rule, String spent) {
        try (Book book = new Book(database, "verify", LedgerSettings.standard())) {
            assertThat(book.spent(rule)).isEqualByComparingTo(spent);
            assertThat(book.held(rule)).isEqualByComparingTo("0");
            assertThat(new LedgerVerifier(database).verify(org).problems()).isEmpty();
        }
    }

    /// A port that stays the same while the server behind it comes and goes, and that can be cut.
    private static final class Wire implements AutoCloseable {
        private final ServerSocket listener;
        private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
        private volatile int target;

        Wire(int target) throws IOException {
            this.target = target;
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        void to(int newTarget) {
            target = newTarget;
        }

        void cut() {
            for (Socket socket : sockets) {
                quietly(socket);
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            cut();
        }

        private void accept() {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> join(client));
                } catch (IOException _) {
                    return;
                }
            }
        }

        private void join(Socket client) {
            try {
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> pump(client, server));
                pump(server, client);
            } catch (IOException _) {
                quietly(client);
            }
        }

        private void pump(Socket from, Socket to) {
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                in.transferTo(out);
            } catch (IOException _) {
                // cut on purpose, or the server went away
            } finally {
                sockets.remove(from);
                sockets.remove(to);
            }
        }

        private static void quietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException _) {
                // it is closed either way
            }
        }
    }
}
