package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.app.Strace.Syscall;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import dev.sluice.testkit.TestDatabase;
import dev.sluice.testkit.TestFolder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the kernel sees: a call's attempt is written to the journal and flushed before the first
/// byte of its answer goes to the client.
@Timeout(120)
class FlushOrderTest {

    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";
    private static final String WRITES = "write,writev,sendmsg,sendto,pwrite64";
    private static final int CALLS_OF_EACH_KIND = 5;

    private final TestFolder made = TestFolder.create("strace");
    private final Path folder = made.path();

    @AfterEach
    void cleanUp() {
        made.close();
    }

    @Tag("slow")
    @Test
    void theFlushReturnsBeforeTheFirstByteLeaves() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Simulator simulator =
                        Simulator.start(Options.loopback(InstantSource.system()).withAnyModel());
                ServerProcess server =
                        ServerProcess.start(
                                folder.resolve("server.log"),
                                Map.of(
                                        "SLUICE_DATABASE_URL", Installation.urlOf(database),
                                        "SLUICE_DATA_DIR", folder.resolve("data").toString()))) {
            server.api().addModels(simulator.baseUrl(), PRICE, "m");
            server.api().topUp("100");
            String key = server.api().key("k", "support", "staging");
            // slices and connections are there
            call(server, key, false);
            call(server, key, true);
            List<String> ids = new ArrayList<>();
            Strace strace =
                    // so slow that an answer which did not wait for it would be first
                    Strace.attach(
                            server.pid(),
                            WRITES + ",fdatasync",
                            "fdatasync",
                            folder.resolve("trace"));
            try (strace) {
                for (int i = 0; i < CALLS_OF_EACH_KIND; i++) {
                    ids.add(call(server, key, false));
                    ids.add(call(server, key, true));
                }
            }
            List<Syscall> seen = strace.seen();
            for (String id : ids) {
                assertFlushedBeforeTheFirstByte(seen, id);
            }
        } catch (Strace.Missing e) {
            assertThat(Strace.isRoot()).as("root can trace: %s", e.getMessage()).isFalse();
            System.out.println("FlushOrderTest skipped: " + e.getMessage());
            abort(String.valueOf(e.getMessage()));
        }
    }

    private static String call(ServerProcess server, String key, boolean stream) {
        String body = Installation.chatBody("m", "on", 20);
        HttpResponse<String> answer =
                server.api().chat(key, body.replaceFirst("\\{", "{\"stream\":" + stream + ","));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body().contains("data: [DONE]")).isEqualTo(stream);
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }

    private static void assertFlushedBeforeTheFirstByte(List<Syscall> seen, String id) {
        Syscall attempt =
                first(
                        seen,
                        "the attempt of " + id,
                        s -> s.is("write", "pwrite64") && isJournal(s) && s.text().contains(id));
        Syscall flush =
                first(
                        seen,
                        "the flush of " + id,
                        s -> s.is("fdatasync") && isJournal(s) && s.entered() > attempt.returned());
        Syscall firstByte =
                first(
                        seen,
                        "the first byte of " + id,
                        s ->
                                s.is(WRITES.split(","))
                                        && !isJournal(s)
                                        && s.text().contains("HTTP/1.1 200")
                                        && s.text().contains(id));
        assertThat(attempt.result()).as("%s", attempt).isPositive();
        assertThat(flush.result()).as("%s", flush).isZero();
        assertThat(firstByte.entered())
                .as("%s is flushed by %s", firstByte, flush)
                .isGreaterThan(flush.returned());
    }

    private static boolean isJournal(Syscall call) {
        int data = call.text().indexOf('"');
        String file = data < 0 ? call.text() : call.text().substring(0, data);
        return file.contains("/journal/");
    }

    private static Syscall first(List<Syscall> seen, String what, Predicate<Syscall> is) {
        return seen.stream()
                .filter(is)
                .min(Comparator.comparingInt(Syscall::entered))
                .orElseThrow(() -> new AssertionError(what + " was not seen"));
    }

    @Test
    void aFlushThatReturnsAfterTheFirstByteIsFound() {
        String attempt = "7 write(5</d/journal/1.log>, \"req_1\", 5) = 5";
        String byteOut = "9 writev(8<socket:[1]>, [{\"HTTP/1.1 200 OK req_1\", 9}], 1) = 9";
        String begun = "8 fdatasync(5</d/journal/1.log> <unfinished ...>";
        String ended = "8 <... fdatasync resumed>) = 0";
        assertFlushedBeforeTheFirstByte(
                Strace.parse(List.of(attempt, begun, ended, byteOut)), "req_1");
        for (List<String> wrong :
                List.of(
                        List.of(attempt, begun, byteOut, ended),
                        List.of(begun, attempt, ended, byteOut),
                        List.of(attempt, begun, "8 <... fdatasync resumed>) = -1 EIO (x)", byteOut),
                        List.of(byteOut, attempt, begun, ended))) {
            assertThatThrownBy(() -> assertFlushedBeforeTheFirstByte(Strace.parse(wrong), "req_1"))
                    .as("%s", wrong)
                    .isInstanceOf(AssertionError.class);
        }
    }
}
