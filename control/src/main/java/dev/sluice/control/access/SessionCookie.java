package dev.sluice.control.access;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.KeyDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The cookie of a browser session, and what keeps other sites from using it: `SameSite=Strict`, a
/// token that only a page of ours can read, and what browsers say of where a call comes from.
public final class SessionCookie {

    public static final String NAME = "sluice_session";

    /// Where calls that change something repeat the token that `GET /admin/v1/me` told.
    public static final String CSRF_HEADER = "x-sluice-csrf";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private SessionCookie() {}

    /// The value of the cookie, if the call brings one.
    static Optional<String> of(Headers request) {
        for (String pair : request.header("cookie").orElse("").split(";", -1)) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(NAME) && !parts[1].isEmpty()) {
                return Optional.of(parts[1]);
            }
        }
        return Optional.empty();
    }

    /// The token that belongs to the session of a call; only for calls that a session opened.
    public static String csrfToken(Headers request) {
        return csrfToken(of(request).orElseThrow());
    }

    /// Derived from the cookie, so that nothing more is kept; the cookie cannot be told from it.
    public static String csrfToken(String cookie) {
        return KeyDigest.of("csrf " + cookie).hex();
    }

    /// Refuses a change that a session may have been tricked into.
    static void requireOwnPage(String method, Headers request, String cookie) {
        if (SAFE.contains(method)) {
            return;
        }
        requireOwnSite(request);
        String token = request.header(CSRF_HEADER).orElse("");
        // both sides are digests: how far they agree tells nothing about the cookie
        if (!KeyDigest.of(token).equals(KeyDigest.of(csrfToken(cookie)))) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "A browser session needs the header "
                                    + CSRF_HEADER
                                    + " with the csrf_token of GET /admin/v1/me.")
                    .asException();
        }
    }

    /// Refuses calls that a browser makes on behalf of another site; other clients do not say.
    public static void requireOwnSite(Headers request) {
        Optional<String> site = request.header("sec-fetch-site");
        if (site.isPresent() && !OWN_SITE.contains(site.get())) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "This call comes from a page of another site.")
                    .asException();
        }
    }

    /// `set-cookie` for a new session.
    ///
    /// @param secure whether the client came by TLS
    public static String set(String value, Duration life, boolean secure) {
        return NAME
                + "="
                + value
                + "; Path=/; Max-Age="
                + life.toSeconds()
                + "; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }

    /// `set-cookie` that takes the cookie away.
    public static String clear() {
        return NAME + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
    }
}
