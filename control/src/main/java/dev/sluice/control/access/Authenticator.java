package dev.sluice.control.access;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out who makes a call and which organization it is about.
public final class Authenticator {

    /// The header by which the installation's key names an organization.
    public static final String ORGANIZATION_HEADER = "x-sluice-organization";

    private static final String BEARER = "bearer ";

    private final Database database;
    private final InstantSource clock;
    private final @Nullable AdminKey adminKey;
    private final TokenStore tokens = new TokenStore();
    private final SessionStore sessions = new SessionStore();

    public Authenticator(Database database, InstantSource clock, @Nullable AdminKey adminKey) {
        this.database = database;
        this.clock = clock;
        this.adminKey = adminKey;
    }

    /// The caller of a request; 401 when it brings neither a valid management credential nor the
    /// cookie of an open session. A credential wins over a cookie.
    public Actor authenticate(String method, Headers request) {
        String header = request.header("authorization").orElse("");
        Optional<String> cookie = SessionCookie.of(request);
        if (header.isEmpty() && cookie.isPresent()) {
            return signedIn(method, request, cookie.get());
        }
        String credential =
                bearer(request)
                        .orElseThrow(() ->
                                unknown(
                                        "This route needs a management credential: Authorization:"
                                                + " Bearer sk-sluice-admin-… or"
                                                + " SLUICE_ADMIN_KEY."));
        if (isAdminKey(credential)) {
            return Actor.INSTALLATION;
        }
        if (!credential.startsWith(Credentials.ADMIN_PREFIX)) {
            throw unknown("This is not a management credential.");
        }
        return database.read(sql -> tokens.actor(sql, KeyDigest.of(credential), clock.instant()))
                .orElseThrow(
                        () -> unknown("The management credential is unknown, expired or revoked."));
    }

    private Actor signedIn(String method, Headers request, String cookie) {
        Actor actor =
                database.inTransaction(sql ->
                                sessions.actor(
                                        sql,
                                        KeyDigest.of(cookie),
                                        clock.instant(),
                                        SignInLimits.DEFAULT))
                        .orElseThrow(() -> unknown("The session has ended. Sign in again."));
        SessionCookie.requireOwnPage(method, request, cookie);
        return actor;
    }

    /// Whether the caller of a call that goes on may still do what it is doing: asked anew while a
    /// stream is open, so that ending a session or a credential ends its streams.
    public boolean isStillAllowed(Headers request, Actor actor, Access access) {
        if (actor.isInstallation()) {
            return true;
        }
        Optional<Actor> now =
                database.read(sql ->
                        actor.session() == null
                                ? bearer(request)
                                        .flatMap(text ->
                                                tokens.actor(
                                                        sql, KeyDigest.of(text), clock.instant()))
                                : SessionCookie.of(request)
                                        .flatMap(cookie ->
                                                sessions.stillIn(
                                                        sql,
                                                        KeyDigest.of(cookie),
                                                        clock.instant(),
                                                        SignInLimits.DEFAULT)));
        return now.filter(access::allows).isPresent();
    }

    private static Optional<String> bearer(Headers request) {
        return request.header("authorization")
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()).strip());
    }

    /// Whether the text is the installation's key; constant time.
    public boolean isAdminKey(String credential) {
        return adminKey != null && adminKey.matches(credential);
    }

    /// The organization a call is about. The installation names one by header, by id or name;
    /// everybody else has exactly one, and others do not exist for them.
    public String organization(Headers request, Actor actor) {
        Optional<String> named = request.header(ORGANIZATION_HEADER);
        return database.read(sql -> {
            if (actor.organizationId() != null) {
                String own = actor.organizationId();
                if (named.isPresent()
                        && !tokens.organization(sql, named.get()).equals(Optional.of(own))) {
                    throw noOrganization(named.get());
                }
                return own;
            }
            if (named.isPresent()) {
                return tokens.organization(sql, named.get())
                        .orElseThrow(() -> noOrganization(named.get()));
            }
            List<String> all = tokens.realOrganizations(sql);
            if (all.size() != 1) {
                throw Fault.invalid(
                                "There are several organizations: name one in the header "
                                        + ORGANIZATION_HEADER
                                        + ", by id or name.",
                                ORGANIZATION_HEADER)
                        .asException();
            }
            return all.getFirst();
        });
    }

    /// The caller inside the sandbox that the call names: owners of the one organization that is no
    /// sandbox may look at demonstrations and drills, and do there what owners do. Everybody else
    /// stays where they are.
    public Actor visiting(Headers request, Actor actor) {
        Optional<String> named = request.header(ORGANIZATION_HEADER);
        return named.isEmpty() ? actor : visiting(named.get(), actor);
    }

    /// As above.
    ///
    /// @param sandbox its id or name
    public Actor visiting(String sandbox, Actor actor) {
        String home = actor.organizationId();
        if (home == null || !actor.roles().contains(Role.OWNER)) {
            return actor;
        }
        Optional<String> found =
                database.read(sql ->
                        tokens.isTheOnlyOne(sql, home)
                                ? tokens.sandbox(sql, sandbox)
                                : Optional.empty());
        return found.map(actor::in).orElse(actor);
    }

    /// The names of the sandboxes that the caller may visit.
    public List<String> sandboxes(Actor actor) {
        String home = actor.organizationId();
        if (home != null && !actor.roles().contains(Role.OWNER)) {
            return List.of();
        }
        return database.read(sql ->
                home == null || tokens.isTheOnlyOne(sql, home) ? tokens.sandboxes(sql) : List.of());
    }

    private static FaultException noOrganization(String name) {
        return Fault.of(FaultCode.NOT_FOUND, "There is no organization '" + name + "'.")
                .asException();
    }

    private static FaultException unknown(String message) {
        return Fault.of(FaultCode.INVALID_API_KEY, message).asException();
    }
}
