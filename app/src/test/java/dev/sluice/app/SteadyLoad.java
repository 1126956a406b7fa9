package dev.sluice.app;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Callers that chat on and on at an even pace, and remember what became of every call.
final class SteadyLoad implements AutoCloseable {

    /// One caller's way.
    ///
    /// @param directives how the provider answers it
    /// @param pause between its calls
    record Caller(String directives, boolean stream, Duration pause) {}

    /// One call as its client saw it.
    ///
    /// @param status 0 where no answer came
    /// @param problem what was wrong with it; empty for a whole answer
    record Outcome(Caller caller, long beganNanos, Duration took, int status, String problem) {
        boolean isWhole() {
            return problem.isEmpty();
        }

        boolean endedBefore(long nanos) {
            return beganNanos + took.toNanos() - nanos < 0;
        }

        boolean began(long fromNanos, long toNanos) {
            return beganNanos - fromNanos >= 0 && beganNanos - toNanos < 0;
        }
    }

    /// Whom the next call goes to.
    interface Servers {
        Api next() throws IOException;
    }

    private final Servers server;
    private final String key;
    private final int maxTokens;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    private SteadyLoad(Servers server, String key, int maxTokens) {
        this.server = server;
        this.key = key;
        this.maxTokens = maxTokens;
    }

    static SteadyLoad start(Servers server, String key, int maxTokens, List<Caller> callers) {
        SteadyLoad load = new SteadyLoad(server, key, maxTokens);
        for (Caller caller : callers) {
            load.threads.add(Thread.ofVirtual().start(() -> load.callOnAndOn(caller)));
        }
        return load;
    }

    /// Every caller ends its last call.
    ///
    /// @return all calls
    List<Outcome> end() throws InterruptedException {
        over.set(true);
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofSeconds(30))) {
                throw new AssertionError("a caller still waits for its answer");
            }
        }
        return soFar();
    }

    List<Outcome> soFar() {
        return List.copyOf(outcomes);
    }

    @Override
    public void close() {
        over.set(true);
        threads.forEach(Thread::interrupt);
    }

    private void callOnAndOn(Caller caller) {
        while (!over.get()) {
            call(caller);
            LockSupport.parkNanos(caller.pause().toNanos());
        }
    }

    private void call(Caller caller) {
        String body =
                """
                {"model":"m","max_tokens":%d,"stream":%b,
                 "messages":[{"role":"user","content":"[[sim %s]] call %d."}]}
                """
                        .formatted(
                                maxTokens,
                                caller.stream(),
                                caller.directives(),
                                number.incrementAndGet());
        long began = System.nanoTime();
        int status = 0;
        String problem;
        try {
            HttpResponse<String> answer = server.next().tryChat(key, body);
            status = answer.statusCode();
            boolean whole =
                    status == 200
                            && (!caller.stream() || answer.body().endsWith("data: [DONE]\n\n"));
            problem = whole ? "" : answer.body();
        } catch (IOException e) {
            problem = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = "interrupted";
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        outcomes.add(new Outcome(caller, began, took, status, problem));
    }
}
