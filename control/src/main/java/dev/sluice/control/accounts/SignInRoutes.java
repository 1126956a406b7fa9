package dev.sluice.control.accounts;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.SessionCookie;
import dev.sluice.control.access.SessionStore;
import dev.sluice.control.access.SignInLimits;
import dev.sluice.control.config.Changes;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.KeyDigest;
import dev.sluice.store.Database;
import java.util.Optional;
import java.util.Set;

/// Signing in and out, and accepting an invitation.
public final class SignInRoutes {

    private static final Shape CREDENTIALS =
            Shape.object("SignInRequest")
                    .text("email", "in any case")
                    .text("password", "of the account")
                    .require("email", "password");
    private static final Shape ACCEPTANCE =
            Shape.object("AcceptanceRequest")
                    .text("token", "the one-time token")
                    .text("password", "at least 12 characters")
                    .require("token", "password");

    private final Database database;
    private final Changes changes;
    private final Accounts accounts;
    private final SignInThrottle throttle;
    private final AccountStore store = new AccountStore();
    private final InvitationStore invitations = new InvitationStore();
    private final SessionStore sessions = new SessionStore();

    public SignInRoutes(
            Database database, Changes changes, Accounts accounts, SignInLimits limits) {
        this.database = database;
        this.changes = changes;
        this.accounts = accounts;
        this.throttle = new SignInThrottle(database, limits);
    }

    public void register(Router router) {
        router.add(
                "POST",
                "/admin/v1/sign-in",
                Access.PUBLIC,
                RouteDoc.of("accounts", "Sign in with a password; the session comes as a cookie")
                        .takes(CREDENTIALS)
                        .answers(200, AccountJson.SIGNED_IN)
                        .fails(429),
                this::signIn);
        router.add(
                "POST",
                "/admin/v1/sign-out",
                Access.SELF,
                RouteDoc.of("accounts", "End this session").answersNothing(),
                this::signOut);
        router.add(
                "POST",
                "/admin/v1/invitations/accept",
                Access.PUBLIC,
                RouteDoc.of("accounts", "Set the password an invitation is for, and sign in")
                        .takes(ACCEPTANCE)
                        .answers(201, AccountJson.SIGNED_IN)
                        .fails(429),
                this::accept);
    }

    private ManagementResponse signIn(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        String email = Emails.read(fields);
        String password = fields.text("password");
        fields.done();
        String address = call.request().remoteAddress();
        throttle.begin(email, address, call.now());
        Optional<Account> found = database.read(sql -> store.byEmail(sql, email));
        String hash =
                found.map(account -> database.read(sql -> store.password(sql, account.id())))
                        .orElse(null);
        boolean right = accounts.passwords().matches(password, hash);
        if (found.isEmpty()) {
            throw wrong();
        }
        Account account = found.get();
        if (!right || account.disabledAt() != null) {
            refused(call, account);
            throw wrong();
        }
        throttle.passed(email, address, call.now());
        return changes.book(
                as(call, account.actor()),
                edit -> accounts.signIn(edit, call.request(), account).answer(200));
    }

    private void refused(ManagementCall call, Account account) {
        changes.book(
                as(call, new Actor("nobody", account.organizationId(), null, account.roles())),
                edit -> {
                    edit.record(
                            "sign_in_refused",
                            "account",
                            account.organizationId(),
                            account.id(),
                            account.owner(),
                            null,
                            null);
                    return ManagementResponse.noContent();
                });
    }

    /// The same whether or not there is such an account.
    private static RuntimeException wrong() {
        return Fault.of(
                        FaultCode.INVALID_API_KEY,
                        "The e-mail address or the password is wrong, or the account is disabled.")
                .asException();
    }

    private ManagementResponse signOut(ManagementCall call) {
        Actor.SignedIn session = SelfRoutes.session(call);
        return changes.book(
                call,
                edit -> {
                    sessions.revoke(
                            edit.sql(), session.accountId(), session.sessionId(), edit.now());
                    edit.record(
                            "sign_out",
                            "session",
                            String.valueOf(call.actor().organizationId()),
                            session.sessionId(),
                            call.actor().owner(),
                            null,
                            null);
                    return ManagementResponse.noContent()
                            .withHeader("set-cookie", SessionCookie.clear());
                });
    }

    private ManagementResponse accept(ManagementCall call) {
        Fields fields = Fields.ofBody(call.request());
        String token = fields.text("token");
        KeyDigest digest = KeyDigest.of(token);
        // a token has 256 random bits: only the hashing of passwords needs a bound
        throttle.begin("invitation " + digest.hex(), call.request().remoteAddress(), call.now());
        var known = database.read(sql -> invitations.open(sql, digest, call.now()));
        String email = known.orElseThrow(SignInRoutes::noInvitation).email();
        String password = accounts.passwords().fresh(fields, "password", email);
        fields.done();
        String hash = accounts.passwords().hash(password);
        throttle.passed("invitation " + digest.hex(), call.request().remoteAddress(), call.now());
        return changes.configure(
                as(call, new Actor("invitation", null, null, Set.of())),
                edit -> {
                    var invitation =
                            invitations
                                    .take(edit.sql(), digest, call.now())
                                    .orElseThrow(SignInRoutes::noInvitation);
                    invitations.accepted(edit.sql(), invitation.id(), call.now());
                    var within = edit.within(invitation.organizationId(), false);
                    String accountId = invitation.accountId();
                    if (accountId == null) {
                        return accounts.create(
                                        within,
                                        call.request(),
                                        new Accounts.Chosen(email, hash),
                                        invitation.userName(),
                                        invitation.roles(),
                                        invitation.invitedBy())
                                .answer(201);
                    }
                    Account account =
                            store.find(edit.sql(), invitation.organizationId(), accountId)
                                    .filter(a -> a.disabledAt() == null)
                                    .orElseThrow(SignInRoutes::noInvitation);
                    store.setPassword(edit.sql(), accountId, hash, call.now());
                    sessions.revokeAll(edit.sql(), accountId, null, call.now());
                    Accounts.record(within, "reset_password", account, null);
                    return accounts.signIn(within, call.request(), account).answer(201);
                });
    }

    private static RuntimeException noInvitation() {
        return Fault.of(
                        FaultCode.INVALID_API_KEY,
                        "The invitation is wrong, used, withdrawn or too old. Ask for another one.")
                .asException();
    }

    private static ManagementCall as(ManagementCall call, Actor actor) {
        return new ManagementCall(
                call.request(), call.parameters(), actor, null, call.requestId(), call.now(), null);
    }
}
