package dev.sluice.control.http;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.SessionCookie;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.Ids;
import dev.sluice.store.Database;
import dev.sluice.store.DatabaseException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one door of the management plane: finds the route, the caller, the organization and the
/// right, honours `Idempotency-Key`, and turns every failure into the OpenAI envelope. Routes are
/// added while the process is wired, before the first call. Calls block: use virtual threads.
public final class Router {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int MAX_IDEMPOTENCY_KEY = 255;

    private final Database database;
    private final Authenticator authenticator;
    private final InstantSource clock;
    private final Ids ids;
    private final IdempotencyStore idempotency = new IdempotencyStore();
    private final List<Route> routes = new ArrayList<>();

    public Router(Database database, Authenticator authenticator, InstantSource clock, Ids ids) {
        this.database = database;
        this.authenticator = authenticator;
        this.clock = clock;
        this.ids = ids;
    }

    public Router add(String method, String pattern, Access access, RouteDoc doc, Handler handler) {
        for (Route other : routes) {
            if (other.method().equals(method) && other.pattern().equals(pattern)) {
                throw new IllegalStateException(method + " " + pattern + " is there already");
            }
        }
        routes.add(new Route(method, pattern, access, doc, handler));
        return this;
    }

    /// All routes, in the order in which they were added.
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /// Answers a request; never throws.
    public ManagementResponse handle(ManagementRequest request) {
        String requestId = ids.next("req");
        ManagementResponse response;
        try {
            response = answer(request, requestId);
        } catch (FaultException e) {
            response = Faults.response(e.fault(), requestId);
            if (e.fault().status() == 401) {
                response = response.withHeader("www-authenticate", "Bearer realm=\"sluice\"");
            }
            response = allowHeader(e.fault(), response);
        } catch (DatabaseException e) {
            response = Faults.response(databaseFault(e, requestId), requestId);
        } catch (RuntimeException e) {
            LOG.error("management call {} failed", requestId, e);
            response = Faults.response(internal(), requestId);
        }
        return response.withHeader("x-request-id", requestId);
    }

    private ManagementResponse answer(ManagementRequest request, String requestId) {
        Instant now = clock.instant();
        Matched matched = match(request);
        Route route = matched.route;
        Access access = route.access();
        if (access.reach() == Access.Reach.PUBLIC || access.reach() == Access.Reach.CALLER) {
            if (!request.method().equals("GET")) {
                SessionCookie.requireOwnSite(request);
            }
            return route.handler()
                    .handle(
                            new ManagementCall(
                                    request,
                                    matched.parameters,
                                    Actor.NOBODY,
                                    null,
                                    requestId,
                                    now,
                                    null));
        }
        Actor caller = authenticator.authenticate(request.method(), request);
        // one's own account, password and sessions are at home, wherever one looks
        Actor actor =
                access.reach() == Access.Reach.SELF
                        ? caller
                        : authenticator.visiting(request, caller);
        if (!access.allows(actor)) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "This credential may not do that: it needs " + access.words() + ".")
                    .asException();
        }
        String organization =
                access.reach() == Access.Reach.ORGANIZATION
                        ? authenticator.organization(request, actor)
                        : null;
        ManagementCall call =
                new ManagementCall(
                        request, matched.parameters, actor, organization, requestId, now, null);
        Optional<String> key = request.header("idempotency-key");
        if (!request.method().equals("POST") || key.isEmpty()) {
            return route.handler().handle(call);
        }
        return idempotent(route, call, key.get());
    }

    private ManagementResponse idempotent(Route route, ManagementCall call, String key) {
        if (key.isBlank() || key.length() > MAX_IDEMPOTENCY_KEY || !key.matches("\\p{ASCII}+")) {
            throw Fault.invalid(
                            "Idempotency-Key must have 1 to 255 ASCII characters.",
                            "idempotency-key")
                    .asException();
        }
        IdempotencyStore.Name name =
                new IdempotencyStore.Name(
                        call.organization() == null ? "-" : call.organizationId(),
                        call.actor().name(),
                        call.request().path()
                                + "?"
                                + new java.util.TreeMap<>(call.request().query()),
                        key);
        String hash = IdempotencyStore.hash(call.request().body());
        Optional<ManagementResponse> before =
                database.inTransaction(sql -> idempotency.claim(sql, name, hash, call.now()));
        if (before.isPresent()) {
            return before.get();
        }
        IdempotencyClaim claim = new IdempotencyClaim(idempotency, name);
        boolean done = false;
        try {
            ManagementResponse response =
                    route.handler()
                            .handle(
                                    new ManagementCall(
                                            call.request(),
                                            call.parameters(),
                                            call.actor(),
                                            call.organization(),
                                            call.requestId(),
                                            call.now(),
                                            claim));
            if (!claim.isFinished()) {
                database.inTransaction(sql -> {
                    claim.finish(sql, response);
                    return true;
                });
            }
            done = true;
            return response;
        } finally {
            if (!done) {
                release(claim);
            }
        }
    }

    /// The first failure is the answer; a claim that stays is abandoned after two minutes.
    private void release(IdempotencyClaim claim) {
        try {
            database.inTransaction(sql -> {
                claim.release(sql);
                return true;
            });
        } catch (DatabaseException e) {
            LOG.warn("an idempotency claim could not be released: {}", e.sqlState());
        }
    }

    private record Matched(Route route, Map<String, String> parameters) {}

    private Matched match(ManagementRequest request) {
        List<String> segments = List.of(request.path().substring(1).split("/", -1));
        TreeSet<String> allowed = new TreeSet<>();
        @Nullable Matched found = null;
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = parameters(route, segments);
            if (parameters.isEmpty()) {
                continue;
            }
            allowed.add(route.method());
            // a fixed path wins over one with variables: fewest variables first
            if (route.method().equals(request.method())
                    && (found == null || parameters.get().size() < found.parameters.size())) {
                found = new Matched(route, parameters.get());
            }
        }
        if (found != null) {
            return found;
        }
        if (allowed.isEmpty()) {
            throw Fault.of(
                            FaultCode.NOT_FOUND,
                            "There is no route " + request.path() + ". See /openapi.json.")
                    .asException();
        }
        throw Fault.of(
                        FaultCode.METHOD_NOT_ALLOWED,
                        request.path() + " takes " + String.join(", ", allowed) + ".")
                .withDetail("allow", String.join(", ", allowed))
                .asException();
    }

    private static Optional<Map<String, String>> parameters(Route route, List<String> path) {
        List<String> pattern = route.segments();
        if (pattern.size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String part = pattern.get(i);
            if (part.startsWith("{")) {
                if (path.get(i).isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(part.substring(1, part.length() - 1), decode(path.get(i)));
            } else if (!part.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }

    private static String decode(String segment) {
        try {
            String text = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw Fault.invalid("The path is not properly percent-encoded.", null).asException();
    }

    private static ManagementResponse allowHeader(Fault fault, ManagementResponse response) {
        return fault.code() == FaultCode.METHOD_NOT_ALLOWED
                ? response.withHeader("allow", String.valueOf(fault.details().get("allow")))
                : response;
    }

    private static Fault databaseFault(DatabaseException e, String requestId) {
        if (e.isUnavailable()) {
            LOG.warn("management call {}: the database is away ({})", requestId, e.sqlState());
            return Fault.of(FaultCode.OVERLOADED, "The database cannot be reached. Try again soon.")
                    .withRetryAfter(Duration.ofSeconds(2));
        }
        if (e.isUniqueViolation()) {
            return Fault.of(FaultCode.CONFLICT, "Another object has this name already.");
        }
        if (e.isTransient()) {
            return Fault.of(FaultCode.CONFLICT, "Somebody changed the same at once. Try again.")
                    .withRetryAfter(Duration.ofSeconds(1));
        }
        LOG.error("management call {} failed in the database", requestId, e);
        return internal();
    }

    private static Fault internal() {
        return Fault.of(
                FaultCode.INTERNAL_ERROR,
                "Sluice failed to do this. The log has the reason under the request id.");
    }
}
