package dev.sluice.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Callers that chat with a server until it is killed, and remember what they got of every call.
final class CrashLoad implements AutoCloseable {

    /// What a client got of one call.
    enum Got {
        /// The whole answer.
        ANSWER,
        /// A status line of success, perhaps a part of the body.
        FIRST_BYTE,
        /// Not even that.
        NOTHING,
        /// An error: no money, no room in the quota, or no time to ask for either.
        REFUSAL
    }

    /// One call as its client saw it.
    ///
    /// @param action unique over all rounds; sent as the call's action id and in its text
    /// @param requestId empty where no header arrived
    record Seen(String action, String requestId, Got got) {}

    /// A behaviour of the provider, and whether the client asks for a stream.
    private record Kind(String directives, boolean stream) {}

    private static final Kind PLAIN = new Kind("tokens=40", false);
    private static final Kind STREAM = new Kind("tokens=40", true);
    private static final Kind SLOW_STREAM = new Kind("tokens=40 gap=150", true);
    private static final Kind SLOW_PLAIN = new Kind("tokens=40 delay=4000", false);

    /// The slow ones are what a kill finds open: some before their first byte, some after it.
    private static final List<Kind> CALLERS =
            List.of(
                    PLAIN,
                    PLAIN,
                    PLAIN,
                    PLAIN,
                    PLAIN,
                    PLAIN,
                    STREAM,
                    STREAM,
                    STREAM,
                    STREAM,
                    SLOW_STREAM,
                    SLOW_STREAM,
                    SLOW_STREAM,
                    SLOW_STREAM,
                    SLOW_STREAM,
                    SLOW_STREAM,
                    SLOW_PLAIN,
                    SLOW_PLAIN);

    private final ServerProcess server;
    private final String key;
    private final String round;
    private final int maxTokens;
    private final CountDownLatch answersWanted;
    private final CountDownLatch streaming = new CountDownLatch(1);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    private CrashLoad(
            ServerProcess server, String key, String round, int maxTokens, int answersWanted) {
        this.server = server;
        this.key = key;
        this.round = round;
        this.maxTokens = maxTokens;
        this.answersWanted = new CountDownLatch(answersWanted);
    }

    /// @param round begins every action id
    /// @param answersWanted what [#awaitAnswers] waits for
    static CrashLoad start(
            ServerProcess server, String key, String round, int maxTokens, int answersWanted) {
        CrashLoad load = new CrashLoad(server, key, round, maxTokens, answersWanted);
        for (Kind kind : CALLERS) {
            load.threads.add(Thread.ofVirtual().start(() -> load.callOnAndOn(kind)));
        }
        return load;
    }

    /// Waits until that many calls were answered and a slow stream has begun.
    void awaitAnswers() throws InterruptedException {
        if (!answersWanted.await(60, TimeUnit.SECONDS) || !streaming.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("not enough answers within a minute: " + seen);
        }
    }

    /// No caller begins another call.
    void stopCalling() {
        over.set(true);
    }

    /// After the kill: every caller has noticed, and this is what they saw.
    List<Seen> end() throws InterruptedException {
        over.set(true);
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(30))) {
                throw new AssertionError("a caller still waits for a dead server");
            }
        }
        return List.copyOf(seen);
    }

    @Override
    public void close() {
        over.set(true);
        threads.forEach(Thread::interrupt);
    }

    private void callOnAndOn(Kind kind) {
        Got last = Got.ANSWER;
        while (!over.get() && (last == Got.ANSWER || last == Got.REFUSAL)) {
            last = call(kind);
            if (last == Got.ANSWER) {
                answersWanted.countDown();
            } else if (last == Got.REFUSAL) {
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private Got call(Kind kind) {
        String action = round + "-" + number.incrementAndGet();
        String body =
                """
                {"model":"m","max_tokens":%d,"stream":%b,
                 "messages":[{"role":"user","content":"[[sim %s]] call %s."}]}
                """
                        .formatted(maxTokens, kind.stream(), kind.directives(), action);
        HttpRequest request =
                server.api().chatRequest(key, body).header("x-sluice-action-id", action).build();
        String id = "";
        Got got = Got.NOTHING;
        try {
            HttpResponse<InputStream> answer =
                    server.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
            id = answer.headers().firstValue("x-request-id").orElse("");
            got = answer.statusCode() == 200 ? Got.FIRST_BYTE : Got.REFUSAL;
            if (isWhole(answer, kind) && got == Got.FIRST_BYTE) {
                got = Got.ANSWER;
            }
        } catch (IOException _) {
            // the server is gone: what had come so far is what the client has
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        seen.add(new Seen(action, id, got));
        return got;
    }

    /// Reads to the end of what comes.
    private boolean isWhole(HttpResponse<InputStream> answer, Kind kind) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (InputStream in = answer.body()) {
            byte[] part = new byte[1024];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                text.write(part, 0, read);
                if (kind.equals(SLOW_STREAM) && answer.statusCode() == 200) {
                    streaming.countDown();
                }
            }
        }
        // a plain answer has a length, and less than that is an exception
        return !kind.stream() || text.toString(StandardCharsets.UTF_8).endsWith("data: [DONE]\n\n");
    }
}
