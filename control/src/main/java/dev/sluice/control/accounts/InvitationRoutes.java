package dev.sluice.control.accounts;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.access.Right;
import dev.sluice.control.access.Role;
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
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `/admin/v1/invitations`: one-time links that make an account or reset a password. Whoever makes
/// one passes it on; nobody can give away rights they do not hold.
public final class InvitationRoutes {

    private static final String PATH = "/admin/v1/invitations";

    /// Where the console opens an invitation. What follows the mark never reaches a server's log.
    private static final String PAGE = "/invitation#";

    private final Database database;
    private final Changes changes;
    private final Accounts accounts;
    private final Credentials credentials;
    private final SignInLimits limits;
    private final AccountStore store = new AccountStore();
    private final InvitationStore invitations = new InvitationStore();

    public InvitationRoutes(
            Database database,
            Changes changes,
            Accounts accounts,
            Credentials credentials,
            SignInLimits limits) {
        this.database = database;
        this.changes = changes;
        this.accounts = accounts;
        this.credentials = credentials;
        this.limits = limits;
    }

    public void register(Router router) {
        Access admin = Access.any(Right.ADMIN);
        router.add(
                "GET",
                PATH,
                admin,
                RouteDoc.of("accounts", "List invitations").listOf(AccountJson.INVITATION),
                this::list);
        router.add(
                "POST",
                PATH,
                admin,
                RouteDoc.of("accounts", "Invite somebody; the one-time token is shown once")
                        .takes(AccountJson.INVITATION)
                        .answers(201, AccountJson.INVITATION),
                this::invite);
        router.add(
                "DELETE",
                PATH + "/{id}",
                admin,
                RouteDoc.of("accounts", "Withdraw an invitation").answersNothing(),
                this::revoke);
        router.add(
                "POST",
                "/admin/v1/accounts/{id}/reset",
                admin,
                RouteDoc.of("accounts", "A one-time token to set the account's password anew")
                        .answers(201, AccountJson.INVITATION),
                this::reset);
    }

    private ManagementResponse list(ManagementCall call) {
        PageRequest page = PageRequest.of(call.request(), 1);
        List<InvitationStore.Invitation> found =
                database.read(sql ->
                        invitations.page(
                                sql,
                                call.organizationId(),
                                page.afterId().orElse(null),
                                page.limit() + 1));
        return page.answer(found, AccountJson::invitation, one -> List.of(one.id()));
    }

    private ManagementResponse invite(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        String email = Emails.read(fields);
        String user = fields.optionalName("user").orElse(email);
        Set<Role> roles = AccountRoutes.roles(fields);
        fields.done();
        return changes.book(
                call,
                edit -> {
                    Accounts.requireOver(edit, roles);
                    accounts.requireFree(edit, email, user);
                    return issue(edit, null, email, user, roles);
                });
    }

    private ManagementResponse reset(ManagementCall call) {
        String id = call.parameter("id");
        return changes.book(
                call,
                edit -> {
                    Account account =
                            store.find(edit.sql(), call.organizationId(), id)
                                    .orElseThrow(() -> ResourceRoutes.none("account", id));
                    Accounts.requireOver(edit, account.roles());
                    return issue(
                            edit,
                            account.id(),
                            account.email(),
                            account.userName(),
                            account.roles());
                });
    }

    private ManagementResponse issue(
            Edit edit, @Nullable String accountId, String email, String user, Set<Role> roles) {
        String token = credentials.invitation();
        InvitationStore.Invitation invitation =
                new InvitationStore.Invitation(
                        edit.ids().next("inv"),
                        edit.organizationId(),
                        accountId,
                        email,
                        user,
                        roles,
                        edit.actor().name(),
                        edit.now().plus(limits.invitationLife()),
                        null,
                        null,
                        edit.now());
        invitations.insert(edit.sql(), invitation, KeyDigest.of(token));
        record(edit, "create", invitation);
        return ManagementResponse.json(
                        201,
                        AccountJson.invitation(invitation)
                                .put("token", token)
                                .put("path", PAGE + token))
                .showingSecretOf(invitation.id());
    }

    private ManagementResponse revoke(ManagementCall call) {
        String id = call.parameter("id");
        return changes.book(
                call,
                edit -> {
                    InvitationStore.Invitation invitation =
                            invitations
                                    .find(edit.sql(), call.organizationId(), id)
                                    .orElseThrow(() -> ResourceRoutes.none("invitation", id));
                    invitations.revoke(edit.sql(), id, edit.now());
                    record(edit, "revoke", invitation);
                    return ManagementResponse.noContent();
                });
    }

    private static void record(Edit edit, String action, InvitationStore.Invitation invitation) {
        edit.record(
                action,
                "invitation",
                invitation.organizationId(),
                invitation.id(),
                invitation.email(),
                null,
                AccountJson.invitation(invitation));
    }
}
