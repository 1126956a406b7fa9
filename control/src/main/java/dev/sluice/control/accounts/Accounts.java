package dev.sluice.control.accounts;

import dev.sluice.control.access.Credentials;
import dev.sluice.control.access.Role;
import dev.sluice.control.access.SessionCookie;
import dev.sluice.control.access.SessionStore;
import dev.sluice.control.access.SignInLimits;
import dev.sluice.control.callers.Owners;
import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.KeyDigest;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the routes of accounts share: making one, signing it in, protecting the stronger ones.
public final class Accounts {

    private static final int MOST_USER_AGENT = 200;

    private final Owners owners;
    private final Credentials credentials;
    private final boolean secureCookies;
    private final SignInLimits limits;
    private final Passwords passwords;
    private final AccountStore store = new AccountStore();
    private final SessionStore sessions = new SessionStore();

    /// @param random a cryptographic one
    /// @param secureCookies whether the listener speaks TLS
    public Accounts(
            Owners owners,
            Credentials credentials,
            RandomGenerator random,
            boolean secureCookies,
            SignInLimits limits) {
        this.owners = owners;
        this.credentials = credentials;
        this.secureCookies = secureCookies;
        this.limits = limits;
        this.passwords = new Passwords(random, limits);
    }

    Passwords passwords() {
        return passwords;
    }

    /// What somebody chose to sign in with; the password is a hash already.
    public record Chosen(String email, String hash) {}

    /// Reads `email` and `password` of a new account.
    public Chosen chosen(Fields fields) {
        String email = Emails.read(fields);
        String password = passwords.fresh(fields, "password", email);
        return new Chosen(email, passwords.hash(password));
    }

    /// Makes an account for a user, who is made too when missing; then signs it in.
    ///
    /// @return its session
    public Opened create(
            Edit edit,
            ManagementRequest request,
            Chosen chosen,
            String userName,
            Set<Role> roles,
            String grantedBy) {
        Account account = account(edit, chosen, userName, roles, grantedBy);
        return signIn(edit, request, account);
    }

    private Account account(
            Edit edit, Chosen chosen, String userName, Set<Role> roles, String grantedBy) {
        requireFree(edit, chosen.email(), userName);
        String owner =
                owners.read(
                        edit,
                        Fields.of(Json.object().put("owner", "user:" + userName), ""),
                        "owner",
                        true);
        Account account =
                new Account(
                        edit.ids().next("acc"),
                        edit.organizationId(),
                        owner.substring("user:".length()),
                        chosen.email(),
                        roles,
                        null,
                        null,
                        edit.now(),
                        edit.now());
        store.insert(edit.sql(), account, chosen.hash());
        store.setRoles(edit.sql(), account, roles, grantedBy, edit.now());
        record(edit, "create", account, null);
        return account;
    }

    /// 409 when the address or the user has an account already.
    void requireFree(Edit edit, String email, String userName) {
        boolean taken = store.byEmail(edit.sql(), email).isPresent();
        if (taken || store.hasUser(edit.sql(), edit.organizationId(), userName)) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "There is an account for %s already. Reset its password instead."
                                    .formatted(taken ? email : "the user '" + userName + "'"))
                    .asException();
        }
    }

    /// A session just opened.
    ///
    /// @param body what the answer says of it
    /// @param cookie the header that carries its secret
    public record Opened(String sessionId, ObjectNode body, String cookie) {

        public ManagementResponse answer(int status) {
            return ManagementResponse.json(status, body)
                    .withHeader("set-cookie", cookie)
                    .withHeader("cache-control", "no-store")
                    .showingSecretOf(sessionId);
        }
    }

    Opened signIn(Edit edit, ManagementRequest request, Account account) {
        String cookie = credentials.session();
        SessionStore.Session session =
                new SessionStore.Session(
                        edit.ids().next("ses"),
                        account.id(),
                        request.remoteAddress(),
                        request.header("user-agent")
                                .map(name ->
                                        name.substring(0, Math.min(name.length(), MOST_USER_AGENT)))
                                .orElse(null),
                        edit.now(),
                        edit.now().plus(limits.sessionLife()),
                        edit.now());
        sessions.insert(edit.sql(), account.organizationId(), session, KeyDigest.of(cookie));
        store.signedIn(edit.sql(), account.id(), edit.now());
        edit.record(
                "sign_in",
                "session",
                account.organizationId(),
                session.id(),
                account.owner(),
                null,
                null);
        boolean secure =
                secureCookies
                        || request.header("x-forwarded-proto").filter("https"::equals).isPresent();
        ObjectNode body =
                Json.object()
                        .put("id", session.id())
                        .put("account", account.id())
                        .put("csrf_token", SessionCookie.csrfToken(cookie))
                        .put("expires_at", Json.time(session.expiresAt()));
        return new Opened(
                session.id(), body, SessionCookie.set(cookie, limits.sessionLife(), secure));
    }

    /// Nobody changes, resets or removes an account that may do more than they may.
    static void requireOver(Edit edit, Set<Role> roles) {
        for (Role role : roles) {
            edit.actor()
                    .lacksOf(role)
                    .ifPresent(right -> {
                        throw edit.denied(
                                        "The role %s has %s, which you do not have yourself."
                                                .formatted(role.wireName(), right.wireName()))
                                .asException();
                    });
        }
    }

    static void record(Edit edit, String action, Account account, @Nullable JsonNode before) {
        edit.record(
                action,
                "account",
                account.organizationId(),
                account.id(),
                account.owner(),
                before,
                AccountJson.account(account));
    }
}
