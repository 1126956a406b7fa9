package dev.sluice.app;

import static dev.sluice.app.SealedStoreFixture.ANA;
import static dev.sluice.app.SealedStoreFixture.BO;
import static dev.sluice.app.SealedStoreFixture.ELSEWHERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.files.FileLimits;
import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.protocol.batch.FileObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Files as PostgreSQL has them.
class PostgresFileStoreTest {

    private static final FileLimits LIMITS = new FileLimits(1_000, 10, 100, 4, Duration.ofDays(30));

    @RegisterExtension
    private static final SealedStoreFixture STORE = new SealedStoreFixture("kept_file");

    private PostgresFileStore files;

    @BeforeEach
    void open() {
        files = new PostgresFileStore(STORE.database(), STORE.clock(), STORE.content(), LIMITS);
    }

    private FileObject file(String id) {
        Instant end = STORE.now().plus(Duration.ofDays(1));
        return new FileObject(id, 0, STORE.now(), end, "a.jsonl", "batch");
    }

    private void keep(Owner owner, String id, String text) {
        files.keep(owner, file(id), text.getBytes(StandardCharsets.UTF_8));
    }

    private String content(String id) {
        return new String(files.content(id), StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsKeptInPieces() {
        String text = "0123456789".repeat(3) + "end";
        keep(ANA, "f", text);
        assertThat(content("f")).isEqualTo(text);
        assertThat(files.piece("f", 3)).isPresent();
        assertThat(files.piece("f", 4)).isEmpty();
        assertThat(files.find(ANA, "f").orElseThrow().bytes()).isEqualTo(33);
        assertThat(files.find(BO, "f")).isEmpty();
        assertThat(files.find(ELSEWHERE, "f")).isEmpty();
        assertThat(files.delete(BO, "f")).isFalse();
    }

    @Test
    void aPieceOpensAtItsPlaceOnly() {
        keep(ANA, "f", "0123456789abcdefghij");
        STORE.database()
                .inTransaction(
                        sql -> sql.update("UPDATE kept_file_piece SET piece = 7 WHERE piece = 1"));
        assertThatThrownBy(() -> files.piece("f", 7)).isInstanceOf(MasterKey.WrongKey.class);
    }

    @Test
    void anOrganizationKeepsSoMuch() {
        keep(ANA, "a", "x".repeat(60));
        assertThatThrownBy(() -> keep(BO, "b", "x".repeat(41)))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        e -> assertThat(e.fault().code()).isEqualTo(FaultCode.REQUEST_TOO_LARGE));
        assertThat(files.find(BO, "b")).isEmpty();
        keep(BO, "c", "x".repeat(40));
        keep(ELSEWHERE, "d", "x".repeat(100));
    }

    @Test
    void uploadsAtTheSameTimeDoNotPassTheLimitTogether() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int kept = 0;
            for (Future<Boolean> upload :
                    threads.invokeAll(
                            IntStream.range(0, 12)
                                    .mapToObj(i -> (Callable<Boolean>) () -> fits("f" + i))
                                    .toList())) {
                kept += upload.get() ? 1 : 0;
            }
            assertThat(kept).isEqualTo(LIMITS.organizationFiles());
        }
    }

    private boolean fits(String id) {
        try {
            keep(ANA, id, "x");
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    @Test
    void aFileThatIsWrittenIsSeenAtItsEnd() {
        PostgresFileStore.Writer writer = files.writer(ANA, file("f"));
        writer.write("first line\n".getBytes(StandardCharsets.UTF_8));
        // somebody else begins anew, and gets to the end
        PostgresFileStore.Writer again = files.writer(ANA, file("f"));
        again.write("first line\n".getBytes(StandardCharsets.UTF_8));
        again.write("rest".getBytes(StandardCharsets.UTF_8));
        again.flush();
        assertThat(files.find(ANA, "f")).isEmpty();
        STORE.database()
                .inTransaction(sql -> {
                    PostgresFileStore.end(sql, again);
                    return null;
                });
        assertThat(files.find(ANA, "f").orElseThrow().bytes()).isEqualTo(15);
        assertThat(content("f")).isEqualTo("first line\nrest");
    }

    @Test
    void whatIsKeptNoLongerIsForgotten() {
        keep(ANA, "f", "x");
        STORE.pass(Duration.ofDays(1));
        assertThat(files.find(ANA, "f")).isEmpty();
        assertThat(files.list(ANA, null, "", true, 10)).isEmpty();
        assertThat(files.sweep()).isEqualTo(1);
        assertThat(files.piece("f", 0)).isEmpty();
    }
}
