package dev.sluice.gateway.callers;

import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.KeyDigest;
import dev.sluice.gateway.http.WebSockets;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.policy.Snapshot;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the caller of a request by its key, in whichever carrier the client put it.
public final class Authenticator {

    private static final List<String> KEY_HEADERS =
            List.of("x-api-key", "x-goog-api-key", "api-key");

    private final ClientAddress addresses;
    private final Passes passes;
    private final ClientSecrets secrets;

    /// Who asks, and by what.
    ///
    /// @param digest of the key that they have; null where they have none: a client secret instead,
    ///     or a call of this process's own
    /// @param secret given to them by the key's owner; null where they have the key itself
    public record Caller(KeyEntry key, @Nullable String digest, @Nullable ClientSecret secret) {}

    /// @param passes credentials of this process's own calls
    public Authenticator(ClientAddress addresses, Passes passes, ClientSecrets secrets) {
        this.addresses = addresses;
        this.passes = passes;
        this.secrets = secrets;
    }

    /// The caller; throws a fault (401, or 403 for a refused address) when there is none.
    public KeyEntry authenticate(HttpServerRequest request, Snapshot snapshot, Instant now) {
        return caller(request, snapshot, now).key();
    }

    /// As [#authenticate], with what the caller was known by.
    public Caller caller(HttpServerRequest request, Snapshot snapshot, Instant now) {
        return caller(credential(request), request, snapshot, now);
    }

    private Caller caller(
            String credential, HttpServerRequest request, Snapshot snapshot, Instant now) {
        KeyEntry ours = passes.key(credential);
        if (ours != null) {
            return new Caller(ours, null, null);
        }
        String digest = KeyDigest.of(credential).hex();
        return new Caller(good(digest, request, snapshot, now), digest, null);
    }

    /// The same where sessions are opened, and for as long as they last: a client secret does.
    ///
    /// @param opened when the session was asked for: a secret has to be good at that time, its key
    ///     at any
    public Caller authenticateSession(
            HttpServerRequest request, Snapshot snapshot, Instant now, Instant opened) {
        String credential = credential(request);
        if (!ClientSecrets.isOne(credential)) {
            return caller(credential, request, snapshot, now);
        }
        ClientSecret secret = secrets.read(credential);
        if (secret == null) {
            throw unauthorized("The client secret was not made here.").asException();
        }
        if (!opened.isBefore(secret.notAfter())) {
            throw unauthorized("The client secret has expired. Ask for another one.").asException();
        }
        return new Caller(good(secret.keyDigest(), request, snapshot, now), null, secret);
    }

    private static String credential(HttpServerRequest request) {
        Set<String> presented = presented(request);
        if (presented.isEmpty()) {
            throw unauthorized(
                            "No API key was sent. Send it as 'Authorization: Bearer sk-sluice-…'.")
                    .asException();
        }
        if (presented.size() > 1) {
            throw unauthorized("The request carries two different API keys. Send one.")
                    .asException();
        }
        return presented.iterator().next();
    }

    private KeyEntry good(
            String digest, HttpServerRequest request, Snapshot snapshot, Instant now) {
        KeyEntry key = snapshot.keys().get(digest);
        if (key == null) {
            throw unauthorized("The API key is not known here, or it was revoked.").asException();
        }
        Instant notAfter = key.notAfter();
        if (notAfter != null && !now.isBefore(notAfter)) {
            throw unauthorized("The API key has expired. Rotate it or ask its owner for a new one.")
                    .asException();
        }
        checkAddress(key, request);
        return key;
    }

    private static Set<String> presented(HttpServerRequest request) {
        Set<String> presented = new LinkedHashSet<>();
        for (String value : request.headers().getAll("authorization")) {
            if (value.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
                add(presented, value.substring("bearer ".length()));
            }
        }
        for (String header : KEY_HEADERS) {
            request.headers().getAll(header).forEach(value -> add(presented, value));
        }
        if (WebSockets.isAsked(request)) {
            WebSockets.keys(request).forEach(key -> add(presented, key));
        }
        String query = request.query();
        if (query != null && query.contains("key=")) {
            inQuery(request, "key").forEach(value -> add(presented, value));
            if (WebSockets.isAsked(request)) {
                inQuery(request, "api-key").forEach(value -> add(presented, value));
            }
        }
        return presented;
    }

    private static List<String> inQuery(HttpServerRequest request, String name) {
        try {
            return request.params().getAll(name);
        } catch (IllegalArgumentException _) {
            throw Fault.invalid("The query string is not well-formed.", null).asException();
        }
    }

    private static void add(Set<String> presented, String value) {
        String stripped = value.strip();
        if (!stripped.isEmpty()) {
            presented.add(stripped);
        }
    }

    private static Fault unauthorized(String message) {
        return Fault.of(FaultCode.INVALID_API_KEY, message);
    }

    private void checkAddress(KeyEntry key, HttpServerRequest request) {
        if (key.allowedIps().isEmpty()) {
            return;
        }
        InetAddress address = addresses.of(request);
        if (address == null
                || key.allowedIps().stream()
                        .noneMatch(block -> CidrBlock.parse(block).contains(address))) {
            throw Policy.denied("ip", "This key may not be used from this address.").asException();
        }
    }
}
