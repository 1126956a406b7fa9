package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.Usage;
import dev.sluice.gateway.callers.ClientSecret;
import dev.sluice.gateway.calls.Attempt;
import dev.sluice.gateway.calls.CallShapes;
import dev.sluice.gateway.calls.Exchange;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.http.WebSockets;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.policy.CallPlan.PlannedTarget;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where sessions begin: everything that can be refused is refused in plain HTTP, and the upstream
/// has taken the session before the client's request is answered at all.
public final class RealtimeRoute {

    private static final Logger LOG = LoggerFactory.getLogger(RealtimeRoute.class);
    private static final int TICK_MILLIS = 1_000;

    private final RealtimeCalls.Parts parts;
    private final RealtimeSessions sessions;
    private final RealtimeUpstream upstreams;
    private final Deadlines deadlines;
    private final Limits limits;
    private final FaultAnswer faults;

    /// Those of this event loop.
    private final Set<RealtimeSession> own = ConcurrentHashMap.newKeySet();

    /// Whether they will be looked after.
    private boolean watched;

    public RealtimeRoute(
            RealtimeCalls.Parts parts,
            RealtimeSessions sessions,
            RealtimeUpstream upstreams,
            Deadlines deadlines,
            Limits limits,
            FaultAnswer faults) {
        this.parts = parts;
        this.sessions = sessions;
        this.upstreams = upstreams;
        this.deadlines = deadlines;
        this.limits = limits;
        this.faults = faults;
    }

    public static boolean serves(String path) {
        return path.equals(Endpoint.REALTIME.path());
    }

    /// Looks after the sessions of this event loop for as long as there are any.
    private void tick() {
        watched = !own.isEmpty();
        if (watched) {
            var unused = deadlines.in(TICK_MILLIS, this::tick);
        }
        long now = deadlines.nanoTime();
        List.copyOf(own).forEach(session -> session.tick(now));
    }

    public void handle(HttpServerRequest request, Context context) {
        // the handshake waits for the upstream's
        request.pause();
        Exchange exchange =
                new Exchange(
                        parts.ids().next("req"),
                        Endpoint.REALTIME,
                        request,
                        context,
                        parts.clock().instant(),
                        parts.nanoTime().getAsLong(),
                        parts.snapshots().current());
        if (!request.method().name().equals("GET") || !WebSockets.isAsked(request)) {
            answer(exchange, notByThis(request));
            return;
        }
        if (sessions.isDraining() || parts.open().count() >= limits.openExchanges()) {
            answer(
                    exchange,
                    Fault.of(FaultCode.OVERLOADED, "This replica takes no more sessions.")
                            .withRetryAfter(Duration.ofSeconds(1)));
            return;
        }
        parts.open().add(exchange);
        try {
            Instant opened = parts.clock().instant();
            ClientSecret secret = parts.admission().authenticateSession(exchange, opened);
            SessionAsked asked = SessionAsked.read(request, secret, opened);
            parts.admission()
                    .decide(
                            exchange,
                            SessionAsked.facts(asked.model(), asked.transcribes(), parts.limits()));
            enter(exchange, asked);
        } catch (FaultException e) {
            refuse(exchange, e.fault());
        }
    }

    private static Fault notByThis(HttpServerRequest request) {
        if (!request.method().name().equals("GET")) {
            request.response().putHeader("allow", "GET");
            return Fault.of(
                    FaultCode.METHOD_NOT_ALLOWED, "Connect to /v1/realtime with a WebSocket.");
        }
        request.response().putHeader("upgrade", "websocket").putHeader("connection", "upgrade");
        return Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Connect to /v1/realtime with a WebSocket.")
                .withStatus(426);
    }

    private void enter(Exchange exchange, SessionAsked asked) {
        String keyId = exchange.key().id();
        if (!sessions.enter(keyId)) {
            throw Fault.of(
                            FaultCode.RATE_LIMIT_EXCEEDED,
                            "This key has limits.realtimeSessionsPerKey sessions open. Close one.")
                    .withRetryAfter(Duration.ofSeconds(5))
                    .asException();
        }
        exchange.owes(() -> sessions.leave(keyId));
        exchange.whenClientLeaves(() -> refuse(exchange, CallShapes.GONE));
        exchange.response.closeHandler(_ -> exchange.clientLeft());
        List<PlannedTarget> targets = exchange.plan().targets();
        attempt(exchange, asked, targets, 0);
    }

    private void attempt(
            Exchange exchange, SessionAsked asked, List<PlannedTarget> targets, int index) {
        PlannedTarget target = targets.get(index);
        Attempt attempt =
                new Attempt(
                        parts.ids().next("att"),
                        target,
                        parts.clock().instant(),
                        parts.nanoTime().getAsLong());
        upstreams.connect(
                target,
                asked,
                (upstream, fault) -> {
                    if (exchange.isClosed()) {
                        if (upstream != null) {
                            var unused = upstream.close(RealtimeEnd.NORMAL);
                        }
                    } else if (upstream != null) {
                        accept(exchange, asked, target, upstream);
                    } else {
                        Fault why = Objects.requireNonNull(fault);
                        exchange.tried(
                                attempt.failedRow(why, Usage.NONE, parts.nanoTime().getAsLong()));
                        if (why.code().retry() == FaultCode.Retry.OTHER_TARGET
                                && index + 1 < targets.size()) {
                            attempt(exchange, asked, targets, index + 1);
                        } else {
                            refuse(exchange, why);
                        }
                    }
                });
    }

    private void accept(
            Exchange exchange, SessionAsked asked, PlannedTarget target, WebSocket upstream) {
        FaultAnswer.requestId(exchange.response, exchange.requestId, Endpoint.REALTIME.path());
        exchange.response.putHeader(
                "x-sluice-route", target.upstream().name() + "/" + target.upstreamModel());
        exchange.request
                .toWebSocket()
                .onComplete(accepted -> {
                    boolean left = exchange.isClosed();
                    if (accepted.succeeded() && !left) {
                        begin(exchange, asked, target, accepted.result(), upstream);
                        return;
                    }
                    var unused = upstream.close(RealtimeEnd.NORMAL);
                    if (accepted.succeeded()) {
                        unused = accepted.result().close();
                    } else if (!left) {
                        LOG.debug("a handshake failed", accepted.cause());
                        refuse(
                                exchange,
                                Fault.invalid("The WebSocket handshake is not well-formed.", null));
                    }
                });
        exchange.request.resume();
    }

    /// The session is there: what was counted for it is given back when it is over.
    private void begin(
            Exchange exchange,
            SessionAsked asked,
            PlannedTarget target,
            ServerWebSocket client,
            WebSocket upstream) {
        client.pause();
        parts.open().remove(exchange);
        Runnable giveBack = exchange.handOver();
        RealtimeSession session =
                new RealtimeSession(
                        new RealtimeSession.Talk(
                                exchange.requestId,
                                asked,
                                target,
                                exchange.context,
                                client,
                                upstream),
                        new RealtimeSession.Parts(
                                deadlines,
                                limits.writeStall().toMillis(),
                                parts.limits(),
                                new RealtimeCalls(
                                        parts,
                                        exchange.request,
                                        exchange.context,
                                        target,
                                        exchange.requestId,
                                        asked.opened())),
                        deadlines.nanoTime(),
                        over -> {
                            own.remove(over);
                            sessions.remove(over);
                            giveBack.run();
                        });
        own.add(session);
        if (!watched) {
            tick();
        }
        sessions.add(session);
        session.start();
        if (sessions.isDraining()) {
            session.drain(true);
        }
    }

    private void refuse(Exchange exchange, Fault fault) {
        if (parts.closing().refused(exchange, fault)) {
            answer(exchange, fault);
        }
    }

    private void answer(Exchange exchange, Fault fault) {
        exchange.request.resume();
        faults.send(exchange.response, fault, exchange.requestId, Endpoint.REALTIME.path());
    }
}
