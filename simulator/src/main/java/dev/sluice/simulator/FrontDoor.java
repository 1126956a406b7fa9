package dev.sluice.simulator;

import dev.sluice.simulator.exchange.Answer;
import dev.sluice.simulator.exchange.Dialect;
import dev.sluice.simulator.exchange.Failure;
import dev.sluice.simulator.exchange.Hangup;
import dev.sluice.simulator.exchange.Inbound;
import dev.sluice.simulator.exchange.Player;
import dev.sluice.simulator.exchange.RefusedException;
import dev.sluice.simulator.exchange.Route;
import dev.sluice.simulator.journal.Journal;
import dev.sluice.simulator.journal.OpenCall;
import dev.sluice.simulator.realtime.RealtimeDialect;
import dev.sluice.simulator.realtime.RealtimeTalk;
import dev.sluice.simulator.script.BadDirectiveException;
import dev.sluice.simulator.script.Directive;
import dev.sluice.simulator.script.Directives;
import dev.sluice.simulator.script.Scripts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Takes every request: reads it whole, finds out whose it is and which dialect it speaks, opens
/// its line in the journal, and hands the answer to a player.
final class FrontDoor {

    private static final Set<String> CREDENTIALS =
            Set.of("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie");

    private final Vertx vertx;
    private final Options options;
    private final Accounts accounts;
    private final List<Dialect> dialects;
    private final RealtimeDialect sessions;
    private final Scripts scripts;
    private final Journal journal;
    private final ControlRoutes control;

    FrontDoor(
            Vertx vertx,
            Options options,
            List<Dialect> dialects,
            RealtimeDialect sessions,
            Scripts scripts,
            Journal journal,
            ControlRoutes control) {
        this.vertx = vertx;
        this.options = options;
        this.accounts = new Accounts(options.accounts());
        this.dialects = dialects;
        this.sessions = sessions;
        this.scripts = scripts;
        this.journal = journal;
        this.control = control;
    }

    void handle(HttpServerRequest request) {
        if (path(request).equals(RealtimeDialect.PATH)) {
            Route route = route(request);
            Optional<String> account = accounts.label(sessions.key(route));
            if (account.isPresent() && sessions.takes(route)) {
                talk(request, route, account.get());
                return;
            }
        }
        Buffer body = Buffer.buffer();
        // A client that leaves while it is still sending has made no call.
        request.exceptionHandler(broken -> {});
        request.handler(part -> {
            if (body.length() <= options.maxBodyBytes()) {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> received(request, body));
    }

    private void received(HttpServerRequest request, Buffer body) {
        if (path(request).startsWith("/sim/")) {
            control.handle(request, body);
            return;
        }
        Route route = route(request);
        Dialect dialect = dialectOf(route);
        String key = dialect.key(route);
        Optional<String> account = accounts.label(key);
        OpenCall call = journal.open(opening(request, body, account.orElse(Accounts.unknown(key))));
        Visit visit =
                new Visit(
                        dialect,
                        route,
                        new Player(vertx, request, call, options.clock(), dialect),
                        call);
        if (body.length() > options.maxBodyBytes()) {
            visit.refuse(413, "", "The request body is too large.");
        } else if (account.isEmpty()) {
            visit.refuse(401, "invalid_api_key", "Incorrect API key provided.");
        } else if (!dialect.serves(route)) {
            visit.refuse(404, "unknown_url", "Unknown request URL.");
        } else {
            answer(visit, new Inbound(account.get(), route, body));
        }
    }

    /// A session: each of its responses is a call.
    private void talk(HttpServerRequest request, Route route, String account) {
        String model = route.parameter("model");
        RealtimeTalk.Parts parts =
                new RealtimeTalk.Parts(
                        vertx,
                        options.clock(),
                        (directives, body) -> {
                            OpenCall call =
                                    journal.open(opening(request, Buffer.buffer(body), account));
                            call.understood(model, true, directives);
                            return call;
                        },
                        () -> scripts.take(account, route.path(), model),
                        how -> Hangup.how(how, request));
        boolean beta = route.header("openai-beta").contains("realtime=v1");
        request.toWebSocket()
                .onSuccess(socket -> new RealtimeTalk(parts, socket, model, beta).start());
    }

    /// One call: who speaks, and who sends.
    private record Visit(Dialect dialect, Route route, Player player, OpenCall call) {

        void refuse(int status, String code, String message) {
            Answer answer = failure(status, code, message, Directives.NONE);
            player.play(answer, Directives.NONE);
        }

        Answer failure(int status, String code, String message, Directives directives) {
            return dialect.failure(
                    new Failure(status, code, message, directives, call.requestId(), route));
        }
    }

    private static Route route(HttpServerRequest request) {
        return new Route(
                request.method().name(), path(request), request.params(), request.headers());
    }

    private static String path(HttpServerRequest request) {
        String path = request.path();
        return path == null ? "" : path;
    }

    /// The dialect of the route; the last one speaks where none serves it.
    private Dialect dialectOf(Route route) {
        return dialects.stream()
                .filter(dialect -> dialect.serves(route))
                .findFirst()
                .orElse(dialects.getLast());
    }

    private void answer(Visit visit, Inbound inbound) {
        try {
            Dialect.Asked asked = visit.dialect().read(inbound);
            Directives directives =
                    scripts.take(inbound.account(), inbound.route().path(), asked.model())
                            .plus(asked.directives());
            visit.call().understood(asked.model(), asked.stream(), directives.toString());
            visit.player().play(decide(visit, asked, directives), directives);
        } catch (RefusedException refused) {
            visit.refuse(refused.status(), refused.code(), refused.reason());
        } catch (BadDirectiveException bad) {
            visit.refuse(400, "sim_directive", "Simulator directive: " + bad.getMessage());
        }
    }

    private static Answer decide(Visit visit, Dialect.Asked asked, Directives directives) {
        int status = Math.toIntExact(directives.number(Directive.STATUS, 200));
        if (status < 200 || status > 599) {
            throw new BadDirectiveException("status must be between 200 and 599");
        }
        if (status >= 300) {
            return visit.failure(status, "", "", directives);
        }
        return withStatus(asked.answer(directives), status);
    }

    private static Answer withStatus(Answer answer, int status) {
        return switch (answer) {
            case Answer.Plain plain ->
                    new Answer.Plain(status, plain.json(), plain.usage(), plain.reported());
            case Answer.Content content ->
                    new Answer.Content(
                            status, content.contentType(), content.bytes(), content.usage());
            case Answer.Streamed streamed -> streamed.withStatus(status);
        };
    }

    private OpenCall.Opening opening(HttpServerRequest request, Buffer body, String account) {
        return new OpenCall.Opening(
                account,
                request.method().name(),
                path(request),
                sha256(body),
                body.length(),
                options.keepBodies() ? body.toString() : null,
                headers(request));
    }

    private static Map<String, List<String>> headers(HttpServerRequest request) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : request.headers().names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean secret = CREDENTIALS.contains(lower);
            headers.put(
                    lower, secret ? List.of("***") : List.copyOf(request.headers().getAll(name)));
        }
        return headers;
    }

    private static String sha256(Buffer body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(body.getBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Answers a control request.
    static void reply(HttpServerRequest request, int status, String contentType, String body) {
        Future<Void> unused =
                request.response()
                        .setStatusCode(status)
                        .putHeader("content-type", contentType)
                        .end(body);
    }
}
