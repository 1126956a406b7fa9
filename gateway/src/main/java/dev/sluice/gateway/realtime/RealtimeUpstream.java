package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.PercentEncoding;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.upstream.UpstreamAuth;
import dev.sluice.gateway.upstream.UpstreamClient;
import dev.sluice.gateway.upstream.UpstreamRequests;
import dev.sluice.policy.CallPlan.PlannedTarget;
import dev.sluice.policy.Reach;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.realtime.ConversationSize;
import dev.sluice.protocol.translate.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens sessions at upstreams, with the upstream's own account.
public final class RealtimeUpstream {

    private static final String UNRESERVED = "-._~";
    private static final Set<String> NOT_OF_HANDSHAKES =
            Set.of("content-type", "accept", "accept-encoding");

    /// Hears what came of it: a session that is paused, or a fault.
    interface Outcome {
        void came(@Nullable WebSocket session, @Nullable Fault fault);
    }

    private final UpstreamClient client;
    private final UpstreamAuth auth;
    private final Deadlines deadlines;
    private final java.time.InstantSource clock;

    public RealtimeUpstream(
            UpstreamClient client,
            UpstreamAuth auth,
            Deadlines deadlines,
            java.time.InstantSource clock) {
        this.client = client;
        this.auth = auth;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    void connect(PlannedTarget target, SessionAsked asked, Outcome outcome) {
        Upstream upstream = target.upstream();
        RequestOptions head =
                UpstreamRequests.head(
                        upstream,
                        uri(upstream.reach(), target.upstreamModel(), asked.transcribes()),
                        asked.beta() ? Map.of("openai-beta", "realtime=v1") : Map.of(),
                        "application/json",
                        "*/*");
        auth.authorize(
                upstream,
                head,
                Buffer.buffer(),
                fault -> {
                    if (fault == null) {
                        open(upstream, head, outcome);
                    } else {
                        outcome.came(null, fault);
                    }
                });
    }

    /// A path that has the model in it says all there is to say. A session that transcribes has no
    /// model: it is told in its first event which one transcribes.
    private static String uri(Reach reach, String model, boolean transcribes) {
        Reach.Path path =
                Objects.requireNonNull(reach.path(Wire.OPENAI_CHAT.id(), ConversationSize.FAMILY));
        String uri = path.of(model, false);
        if (transcribes) {
            return uri + (uri.contains("?") ? "&" : "?") + "intent=transcription";
        }
        return uri.contains("?")
                ? uri
                : uri + "?model=" + PercentEncoding.encoded(model, UNRESERVED);
    }

    private void open(Upstream upstream, RequestOptions head, Outcome outcome) {
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(head.getHost()).setPort(head.getPort()).setSsl(head.isSsl());
        options.setURI(head.getURI());
        head.getHeaders()
                .forEach((name, value) -> {
                    if (!NOT_OF_HANDSHAKES.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                        options.addHeader(name, value);
                    }
                });
        Duration connect = upstream.timeouts().connect();
        Duration answer = connect.plus(upstream.timeouts().connect());
        options.setConnectTimeout(connect.toMillis());
        Once once = new Once(outcome);
        Deadlines.Deadline late =
                deadlines.in(
                        answer.toMillis(),
                        () ->
                                once.came(
                                        null,
                                        Fault.of(
                                                FaultCode.UPSTREAM_TIMEOUT,
                                                "The upstream was too slow to open a session.")));
        client.talk(upstream, options)
                .onComplete(opened -> {
                    late.cancel();
                    if (opened.succeeded()) {
                        opened.result().pause();
                        once.came(opened.result(), null);
                    } else {
                        once.came(null, fault(opened.cause()));
                    }
                });
    }

    private Fault fault(Throwable cause) {
        if (cause instanceof FaultException refused) {
            return refused.fault();
        }
        if (cause instanceof UpgradeRejectedException rejected) {
            Buffer body = rejected.getBody();
            return UpstreamFaults.decode(
                            rejected.getStatus(),
                            rejected.getHeaders()::get,
                            body == null ? new byte[0] : body.getBytes(),
                            clock.instant())
                    .fault();
        }
        return Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream could not be reached.");
    }

    /// A session that is there after all when nobody waits for it is closed.
    private static final class Once implements Outcome {
        private final Outcome outcome;
        private boolean came;

        Once(Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public void came(@Nullable WebSocket session, @Nullable Fault fault) {
            if (!came) {
                came = true;
                outcome.came(session, fault);
            } else if (session != null) {
                var unused = session.close(RealtimeEnd.NORMAL);
            }
        }
    }
}
