package dev.sluice.control.accounts;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Right;
import dev.sluice.control.access.Role;
import dev.sluice.control.access.SessionStore;
import dev.sluice.control.access.SignInLimits;
import dev.sluice.control.config.Changes;
import dev.sluice.control.config.Edit;
import dev.sluice.control.config.ResourceRoutes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.PageRequest;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.store.Database;
import dev.sluice.store.Sql;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// `/admin/v1/accounts`: who can sign in, what they may do, and taking it away at once.
public final class AccountRoutes {

    private static final String PATH = "/admin/v1/accounts";

    private final Database database;
    private final Changes changes;
    private final SignInLimits limits;
    private final AccountStore store = new AccountStore();
    private final SessionStore sessions = new SessionStore();

    public AccountRoutes(Database database, Changes changes, SignInLimits limits) {
        this.database = database;
        this.changes = changes;
        this.limits = limits;
    }

    public void register(Router router) {
        Access admin = Access.any(Right.ADMIN);
        router.add(
                "GET",
                PATH,
                admin,
                RouteDoc.of("accounts", "List accounts").listOf(AccountJson.ACCOUNT),
                this::list);
        router.add(
                "GET",
                PATH + "/{id}",
                admin,
                RouteDoc.of("accounts", "Read an account").answers(200, AccountJson.ACCOUNT),
                call ->
                        ManagementResponse.ok(
                                AccountJson.account(database.read(sql -> find(sql, call)))));
        router.add(
                "PATCH",
                PATH + "/{id}",
                admin,
                RouteDoc.of("accounts", "Change an account's roles, or disable it")
                        .takes(AccountJson.ACCOUNT)
                        .answers(200, AccountJson.ACCOUNT),
                this::change);
        router.add(
                "DELETE",
                PATH + "/{id}",
                admin,
                RouteDoc.of("accounts", "Delete an account; its user stays").answersNothing(),
                this::delete);
        router.add(
                "POST",
                PATH + "/{id}/sign-out",
                admin,
                RouteDoc.of("accounts", "End all sessions of an account").answersNothing(),
                this::signOut);
        router.add(
                "GET",
                PATH + "/{id}/sessions",
                admin,
                RouteDoc.of("accounts", "Where an account is signed in")
                        .listOf(AccountJson.SESSION),
                this::sessions);
        router.add(
                "DELETE",
                PATH + "/{id}/sessions/{session}",
                admin,
                RouteDoc.of("accounts", "End one session of an account").answersNothing(),
                this::endSession);
    }

    private ManagementResponse sessions(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        Actor.SignedIn own = call.actor().session();
        List<SessionStore.Session> found =
                database.read(sql ->
                        sessions.page(
                                sql,
                                find(sql, call).id(),
                                call.now(),
                                limits,
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(
                found,
                one -> AccountJson.session(one, own == null ? null : own.sessionId()),
                one -> List.of(one.id()));
    }

    private ManagementResponse endSession(ManagementCall call) {
        String id = call.parameter("session");
        return changes.book(
                call,
                edit -> {
                    Account account = below(edit, call);
                    if (!sessions.revoke(edit.sql(), account.id(), id, edit.now())) {
                        throw ResourceRoutes.none("session", id);
                    }
                    edit.record(
                            "revoke",
                            "session",
                            account.organizationId(),
                            id,
                            account.owner(),
                            null,
                            null);
                    return ManagementResponse.noContent();
                });
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        List<Account> found =
                database.read(sql ->
                        store.page(
                                sql,
                                call.organizationId(),
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(found, AccountJson::account, account -> List.of(account.id()));
    }

    private Account find(Sql sql, ManagementCall call) {
        String id = call.parameter("id");
        return store.find(sql, call.organizationId(), id)
                .orElseThrow(() -> ResourceRoutes.none("account", id));
    }

    /// The account, if the caller may do all that it may do.
    private Account below(Edit edit, ManagementCall call) {
        Account account = find(edit.sql(), call);
        Accounts.requireOver(edit, account.roles());
        return account;
    }

    private ManagementResponse change(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        return changes.configure(
                call,
                edit -> {
                    Account before = below(edit, call);
                    Set<Role> roles = fields.has("roles") ? roles(fields) : before.roles();
                    boolean disabled = fields.flag("disabled", before.disabledAt() != null);
                    fields.done();
                    Accounts.requireOver(edit, roles);
                    if (disabled || !roles.contains(Role.OWNER)) {
                        requireAnotherOwner(edit, before);
                    }
                    if (!roles.equals(before.roles())) {
                        store.setRoles(edit.sql(), before, roles, edit.actor().name(), edit.now());
                    }
                    if (disabled != (before.disabledAt() != null)) {
                        Instant since = disabled ? edit.now() : null;
                        store.setDisabled(edit.sql(), before.id(), since);
                        sessions.revokeAll(edit.sql(), before.id(), null, edit.now());
                    }
                    Account after = find(edit.sql(), call);
                    if (!after.equals(before)) {
                        Accounts.record(edit, "update", after, AccountJson.account(before));
                    }
                    return ManagementResponse.ok(AccountJson.account(after));
                });
    }

    static Set<Role> roles(Fields fields) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        fields.words("roles", AccountJson.ROLES)
                .forEach(name -> roles.add(Role.ofWireName(name).orElseThrow()));
        if (roles.isEmpty()) {
            throw fields.wrong("roles", "must name at least one role.");
        }
        return roles;
    }

    private void requireAnotherOwner(Edit edit, Account account) {
        boolean owns = account.roles().contains(Role.OWNER) && account.disabledAt() == null;
        if (owns && !store.anotherHas(edit.sql(), account, Role.OWNER)) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "This is the organization's last account with the role owner."
                                    + " Make another owner first.")
                    .asException();
        }
    }

    private ManagementResponse delete(ManagementCall call) {
        return changes.configure(
                call,
                edit -> {
                    Account account = below(edit, call);
                    requireAnotherOwner(edit, account);
                    Accounts.record(edit, "delete", account, AccountJson.account(account));
                    store.delete(edit.sql(), account.id());
                    return ManagementResponse.noContent();
                });
    }

    private ManagementResponse signOut(ManagementCall call) {
        return changes.book(
                call,
                edit -> {
                    Account account = below(edit, call);
                    sessions.revokeAll(edit.sql(), account.id(), null, edit.now());
                    Accounts.record(edit, "revoke_sessions", account, null);
                    return ManagementResponse.noContent();
                });
    }
}
