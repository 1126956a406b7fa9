package dev.sluice.gateway.upstream;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.jobs.ProviderAsk;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.job.JobSend;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Small documents of upstreams: no call to a model, nothing of it is charged. Everything happens
/// on one event loop; may be asked from any thread.
public final class UpstreamAsks implements ProviderAsk {

    private static final int MOST_BYTES = 1 << 20;

    /// Of an answer that has a video in it, most is passed over.
    private static final long MOST_READ_BYTES = 512L << 20;

    private static final Duration MOST_WAIT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Context context;
    private final Deadlines deadlines;
    private final UpstreamClient client;
    private final UpstreamAuth auth;

    /// To be made on the event loop it works on.
    public UpstreamAsks(
            Vertx vertx, Deadlines deadlines, UpstreamClient client, UpstreamAuth auth) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.deadlines = deadlines;
        this.client = client;
        this.auth = auth;
    }

    @Override
    public CompletableFuture<Reply> send(Upstream upstream, String method, JobSend said) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        context.runOnContext(_ -> {
            Whole whole = new Whole(answer);
            UpstreamCall call =
                    new UpstreamCall(vertx, deadlines, bounded(upstream.timeouts()), whole);
            whole.call = call;
            send(call, upstream, new JobAsk(method, said), whole::refused);
        });
        return answer;
    }

    /// Shows the account and asks; on the event loop.
    public void send(
            UpstreamCall call, Upstream upstream, JobAsk question, Consumer<Fault> refused) {
        JobSend said = question.send();
        RequestOptions head = head(upstream, question.method(), said.path());
        if (!said.contentType().isEmpty()) {
            head.putHeader("content-type", said.contentType());
        }
        send(call, upstream, head, Buffer.buffer(said.body()), refused);
    }

    /// The head of a request without a body.
    public static RequestOptions head(Upstream upstream, String method, String path) {
        RequestOptions head =
                UpstreamRequests.head(upstream, path, Map.of(), "application/json", "*/*")
                        .setMethod(HttpMethod.valueOf(method));
        head.getHeaders().remove("content-type");
        return head;
    }

    /// Shows the account and sends; on the event loop.
    public void send(
            UpstreamCall call, Upstream upstream, RequestOptions head, Consumer<Fault> refused) {
        send(call, upstream, head, Buffer.buffer(), refused);
    }

    private void send(
            UpstreamCall call,
            Upstream upstream,
            RequestOptions head,
            Buffer body,
            Consumer<Fault> refused) {
        auth.authorize(
                upstream,
                head,
                body,
                fault -> {
                    if (fault == null) {
                        call.send(client, upstream, head, body);
                    } else {
                        refused.accept(fault);
                    }
                });
    }

    /// A document comes at once, whatever a model may take.
    private static Upstream.Timeouts bounded(Upstream.Timeouts timeouts) {
        return new Upstream.Timeouts(
                timeouts.connect(),
                least(timeouts.firstByte()),
                least(timeouts.idle()),
                least(timeouts.total()));
    }

    private static Duration least(Duration timeout) {
        return timeout.compareTo(MOST_WAIT) < 0 ? timeout : MOST_WAIT;
    }

    private static final class Whole implements UpstreamCall.Listener {
        private final CompletableFuture<Reply> answer;
        private final ShortTexts collected = new ShortTexts(MOST_BYTES);
        private long read;
        private int status;
        private @Nullable UpstreamCall call;

        Whole(CompletableFuture<Reply> answer) {
            this.answer = answer;
        }

        @Override
        public void onHead(int answered, MultiMap headers) {
            status = answered;
        }

        @Override
        public void onData(Buffer data) {
            read += data.length();
            if (!collected.add(data.getBytes()) || read > MOST_READ_BYTES) {
                UpstreamCall open = call;
                if (open != null) {
                    open.cancel();
                }
                refused(
                        Fault.of(
                                FaultCode.UPSTREAM_ERROR,
                                "The upstream's answer is larger than Sluice takes."));
            }
        }

        @Override
        public void onEnd() {
            answer.complete(new Reply(status, collected.document()));
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            refused(fault);
        }

        private void refused(Fault fault) {
            answer.completeExceptionally(fault.asException());
        }
    }
}
