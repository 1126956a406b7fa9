package dev.sluice.control.accounts;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Right;
import dev.sluice.control.access.Role;
import dev.sluice.control.access.SessionCookie;
import dev.sluice.control.access.SessionStore;
import dev.sluice.control.access.SignInLimits;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.Route;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.control.organizations.Organization;
import dev.sluice.control.organizations.OrganizationResource;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.store.Database;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/admin/v1/me`: who calls and what they may do, their password and their sessions.
public final class SelfRoutes {

    private static final String PATH = "/admin/v1/me";
    private static final Shape ORGANIZATION =
            Shape.object("OwnOrganization")
                    .text("id", "org_…")
                    .text("name", "unique in the installation")
                    .text("time_zone", "of its days")
                    .text("currency", "of its account")
                    .flag("sandbox", "whether its money is play money");
    private static final Shape ME =
            Shape.object("Me")
                    .word("kind", "how the caller came", "session", "token", "installation")
                    .text("owner", "user:<name> or service:<name>, or null")
                    .text("email", "of the account, or null")
                    .text("account", "acc_…, or null")
                    .text("session", "ses_…, or null")
                    .nested(
                            "organization",
                            ORGANIZATION,
                            "its own, or the sandbox it looks at by the header"
                                    + " x-sluice-organization; null for the installation's key")
                    .text("home", "the name of its own organization, or null")
                    .texts("sandboxes", "names of the sandboxes it may look at")
                    .texts("roles", "held roles")
                    .texts("rights", "what these allow on everything of the organization")
                    .texts("own_rights", "what these allow on the caller's own things only")
                    .texts("operations", "operationIds of the routes that are open to the caller")
                    .text("csrf_token", "for the header x-sluice-csrf; null without a session")
                    .nullable(
                            "owner",
                            "email",
                            "account",
                            "session",
                            "organization",
                            "home",
                            "csrf_token");
    private static final Shape PASSWORD =
            Shape.object("PasswordRequest")
                    .text("current_password", "the one in force")
                    .text("password", "the new one, at least 12 characters")
                    .require("current_password", "password");

    private final Router router;
    private final Database database;
    private final Changes changes;
    private final Accounts accounts;
    private final OrganizationResource organizations;
    private final Authenticator authenticator;
    private final SignInLimits limits;
    private final SignInThrottle throttle;
    private final AccountStore store = new AccountStore();
    private final SessionStore sessions = new SessionStore();

    public SelfRoutes(
            Router router,
            Database database,
            Changes changes,
            Accounts accounts,
            OrganizationResource organizations,
            Authenticator authenticator,
            SignInLimits limits) {
        this.router = router;
        this.database = database;
        this.changes = changes;
        this.accounts = accounts;
        this.organizations = organizations;
        this.authenticator = authenticator;
        this.limits = limits;
        this.throttle = new SignInThrottle(database, limits);
    }

    public void register() {
        router.add(
                "GET",
                PATH,
                Access.SELF,
                RouteDoc.of("accounts", "Who calls, and what they may do").answers(200, ME),
                this::me);
        router.add(
                "POST",
                PATH + "/password",
                Access.SELF,
                RouteDoc.of("accounts", "Change the own password; other sessions end")
                        .takes(PASSWORD)
                        .answersNothing()
                        .fails(429),
                this::changePassword);
        router.add(
                "GET",
                PATH + "/sessions",
                Access.SELF,
                RouteDoc.of("accounts", "Where the caller is signed in")
                        .listOf(AccountJson.SESSION),
                this::list);
        router.add(
                "DELETE",
                PATH + "/sessions",
                Access.SELF,
                RouteDoc.of("accounts", "End all own sessions but this one").answersNothing(),
                this::revokeOthers);
        router.add(
                "DELETE",
                PATH + "/sessions/{id}",
                Access.SELF,
                RouteDoc.of("accounts", "End one of the own sessions").answersNothing(),
                this::revoke);
    }

    /// The session a call came by; 409 for other credentials.
    static Actor.SignedIn session(ManagementCall call) {
        Actor.SignedIn session = call.actor().session();
        if (session == null) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "This call came by a management credential, not by a session.")
                    .asException();
        }
        return session;
    }

    private ManagementResponse me(ManagementCall call) {
        Actor actor = call.actor();
        Actor.SignedIn session = actor.session();
        Optional<Account> account = session == null ? Optional.empty() : Optional.of(own(call));
        ObjectNode node = Json.object();
        node.put(
                "kind",
                session != null ? "session" : actor.isInstallation() ? "installation" : "token");
        node.put("owner", actor.owner())
                .put("email", account.map(Account::email).orElse(null))
                .put("account", account.map(Account::id).orElse(null))
                .put("session", session == null ? null : session.sessionId());
        Actor visitor = authenticator.visiting(call.request(), actor);
        String organization = visitor.organizationId();
        String home = actor.organizationId();
        node.set("organization", organization == null ? null : organization(organization));
        node.put("home", home == null ? null : organization(home).path("name").asString());
        node.set("sandboxes", Json.array(authenticator.sandboxes(actor)));
        node.set("roles", Json.array(actor.roles().stream().map(Role::wireName).toList()));
        node.set("rights", rights(actor::may));
        node.set("own_rights", rights(actor::onlyOwn));
        ArrayNode operations = node.putArray("operations");
        for (Route route : router.routes()) {
            if (route.access().allows(actor)) {
                operations.add(Route.operationId(route.method(), route.pattern()));
            }
        }
        node.put("csrf_token", session == null ? null : SessionCookie.csrfToken(call.request()));
        return ManagementResponse.ok(node).withHeader("cache-control", "no-store");
    }

    private static ArrayNode rights(Predicate<Right> held) {
        return Json.array(Arrays.stream(Right.values()).filter(held).map(Right::wireName).toList());
    }

    private ObjectNode organization(String id) {
        Organization own =
                database.read(sql -> organizations.rows().find(sql, id, id)).orElseThrow();
        return Json.object()
                .put("id", id)
                .put("name", own.head().name())
                .put("time_zone", own.zone().getId())
                .put("currency", own.currency())
                .put("sandbox", own.sandbox());
    }

    private Account own(ManagementCall call) {
        return database.read(sql ->
                store.find(
                                sql,
                                String.valueOf(call.actor().organizationId()),
                                session(call).accountId())
                        .orElseThrow());
    }

    private ManagementResponse changePassword(ManagementCall call) {
        Actor.SignedIn session = session(call);
        Account account = own(call);
        Fields fields = Fields.ofBody(call.request());
        String current = fields.text("current_password");
        String fresh = accounts.passwords().fresh(fields, "password", account.email());
        fields.done();
        String address = call.request().remoteAddress();
        throttle.begin(account.email(), address, call.now());
        String stored = database.read(sql -> store.password(sql, account.id()));
        if (!accounts.passwords().matches(current, stored)) {
            throw fields.wrong("current_password", "is not the password in force.");
        }
        throttle.passed(account.email(), address, call.now());
        String hash = accounts.passwords().hash(fresh);
        return changes.book(
                call,
                edit -> {
                    store.setPassword(edit.sql(), account.id(), hash, call.now());
                    sessions.revokeAll(edit.sql(), account.id(), session.sessionId(), call.now());
                    Accounts.record(edit, "change_password", account, null);
                    return ManagementResponse.noContent();
                });
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        Actor.SignedIn own = call.actor().session();
        if (own == null) {
            return page.answer(List.<String>of(), _ -> Json.object(), List::of);
        }
        List<SessionStore.Session> found =
                database.read(sql ->
                        sessions.page(
                                sql,
                                own.accountId(),
                                call.now(),
                                limits,
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(
                found, one -> AccountJson.session(one, own.sessionId()), one -> List.of(one.id()));
    }

    private ManagementResponse revoke(ManagementCall call) {
        Actor.SignedIn own = call.actor().session();
        String id = call.parameter("id");
        return changes.book(
                call,
                edit -> {
                    if (own == null
                            || !sessions.revoke(edit.sql(), own.accountId(), id, call.now())) {
                        throw ResourceRoutes.none("session", id);
                    }
                    edit.record(
                            "revoke",
                            "session",
                            String.valueOf(call.actor().organizationId()),
                            id,
                            call.actor().owner(),
                            null,
                            null);
                    return ManagementResponse.noContent();
                });
    }

    private ManagementResponse revokeOthers(ManagementCall call) {
        Actor.SignedIn own = session(call);
        return changes.book(
                call,
                edit -> {
                    sessions.revokeAll(edit.sql(), own.accountId(), own.sessionId(), call.now());
                    edit.record(
                            "revoke_sessions",
                            "account",
                            String.valueOf(call.actor().organizationId()),
                            own.accountId(),
                            call.actor().owner(),
                            null,
                            null);
                    return ManagementResponse.noContent();
                });
    }
}
