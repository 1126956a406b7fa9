package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.callers.CallHeaders;
import dev.sluice.gateway.callers.ClientSecret;
import dev.sluice.gateway.callers.ClientSecrets;
import dev.sluice.gateway.calls.Exchange;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.FaultAnswer;
import dev.sluice.gateway.requests.Endpoint;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.realtime.RealtimeSettings;
import dev.sluice.protocol.realtime.SecretRequest;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;

/// Where the owner of a key gets what a browser may open sessions with. No provider hears of it:
/// what it gives is a credential of this installation's own.
public final class SecretRoute {

    private final RealtimeCalls.Parts parts;
    private final ClientSecrets secrets;
    private final BodyReader bodies;
    private final FaultAnswer faults;

    public SecretRoute(
            RealtimeCalls.Parts parts,
            ClientSecrets secrets,
            BodyReader bodies,
            FaultAnswer faults) {
        this.parts = parts;
        this.secrets = secrets;
        this.bodies = bodies;
        this.faults = faults;
    }

    public static boolean serves(String path) {
        return SecretRequest.Shape.ofPath(path).isPresent();
    }

    /// Answers a request with a secret, or with why there is none.
    ///
    /// @param path as [#serves] saw it
    public void handle(HttpServerRequest request, Context context, String path) {
        Exchange exchange =
                new Exchange(
                        parts.ids().next("req"),
                        Endpoint.REALTIME,
                        request,
                        context,
                        parts.clock().instant(),
                        parts.nanoTime().getAsLong(),
                        parts.snapshots().current());
        try {
            if (!request.method().name().equals("POST")) {
                request.response().putHeader("allow", "POST");
                throw Fault.of(FaultCode.METHOD_NOT_ALLOWED, "Use POST for " + path + ".")
                        .asException();
            }
            String digest = parts.admission().authenticateOwner(exchange);
            Runnable abandon =
                    bodies.read(
                            request,
                            body -> read(exchange, path, digest, body),
                            fault -> refuse(exchange, fault));
            request.response().closeHandler(_ -> abandon.run());
        } catch (FaultException e) {
            refuse(exchange, e.fault());
        }
    }

    private void read(Exchange exchange, String path, String digest, byte[] body) {
        bodies.release(body.length);
        try {
            int most = parts.limits().realtimeSecretBytes();
            if (body.length > most) {
                throw Fault.of(
                                FaultCode.REQUEST_TOO_LARGE,
                                "The request is larger than limits.realtimeSecretBytes, "
                                        + most
                                        + " bytes. Leave the rest to the session's own"
                                        + " session.update.")
                        .asException();
            }
            SecretRequest asked =
                    SecretRequest.read(SecretRequest.Shape.ofPath(path).orElseThrow(), body);
            check(exchange, asked);
            answer(exchange, asked, digest);
        } catch (FaultException e) {
            refuse(exchange, e.fault());
        }
    }

    /// What no session could be opened with is refused here already.
    private void check(Exchange exchange, SecretRequest asked) {
        if (asked.session() != null && !asked.transcribes()) {
            var unused = SessionSetup.changed(RealtimeSettings.USUAL, asked.session());
        }
        String model = asked.model();
        if (model != null) {
            parts.admission()
                    .decide(
                            exchange,
                            SessionAsked.facts(model, asked.transcribes(), parts.limits()));
        }
    }

    private void answer(Exchange exchange, SecretRequest asked, String digest) {
        HttpServerRequest request = exchange.request;
        Instant notAfter = parts.clock().instant().plus(asked.lifetime());
        ClientSecret secret =
                new ClientSecret(
                        digest,
                        Instant.ofEpochSecond(notAfter.getEpochSecond()),
                        asked.shape().isBeta(),
                        asked.transcribes(),
                        asked.model(),
                        CallHeaders.kept(request.headers()),
                        asked.session() == null ? null : Trees.text(asked.session()));
        byte[] answer =
                Trees.bytes(
                        asked.answer(
                                parts.ids().next("sess"),
                                secrets.make(secret).reveal(),
                                notAfter.getEpochSecond()));
        if (request.response().closed()) {
            return;
        }
        FaultAnswer.requestId(request.response(), exchange.requestId, Endpoint.REALTIME.path());
        request.response()
                .putHeader("content-type", "application/json")
                .putHeader("cache-control", "no-store");
        var unused = request.response().end(Buffer.buffer(answer));
    }

    private void refuse(Exchange exchange, Fault fault) {
        bodies.turnAway(exchange.request);
        faults.send(exchange.response, fault, exchange.requestId, Endpoint.REALTIME.path());
    }
}
