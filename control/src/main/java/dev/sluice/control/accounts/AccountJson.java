package dev.sluice.control.accounts;

import dev.sluice.control.access.Role;
import dev.sluice.control.access.SessionStore.Session;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.Shape;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Accounts, invitations and sessions as answers show them.
final class AccountJson {

    static final Set<String> ROLES =
            Arrays.stream(Role.values()).map(Role::wireName).collect(Collectors.toSet());

    static final Shape ACCOUNT =
            Shape.object("Account")
                    .text("id", "acc_…")
                    .text("user", "the user's name")
                    .text("owner", "user:<name>, as keys and calls name it")
                    .text("email", "what it signs in with")
                    .texts("roles", "what it may do")
                    .flag("disabled", "true: cannot sign in, and its sessions have ended")
                    .time("last_sign_in_at", "or null")
                    .time("password_changed_at", "when it was set")
                    .time("created_at", "when it was made")
                    .readOnly(
                            "id",
                            "user",
                            "owner",
                            "email",
                            "last_sign_in_at",
                            "password_changed_at",
                            "created_at")
                    .nullable("last_sign_in_at");

    static final Shape INVITATION =
            Shape.object("Invitation")
                    .text("id", "inv_…")
                    .text("token", "the one-time token, shown once")
                    .text("path", "where the invited person opens it, shown once")
                    .text("email", "who is invited")
                    .text("user", "the user's name; default: the e-mail address")
                    .texts("roles", "what the account may do")
                    .text("account", "whose password it resets; null when it makes an account")
                    .text("invited_by", "who made it")
                    .time("expires_at", "when it ends")
                    .time("accepted_at", "when it was used, or null")
                    .time("revoked_at", "when it was withdrawn, or null")
                    .time("created_at", "when it was made")
                    .readOnly(
                            "id",
                            "token",
                            "path",
                            "account",
                            "invited_by",
                            "expires_at",
                            "accepted_at",
                            "revoked_at",
                            "created_at")
                    .optional("token", "path")
                    .nullable("account", "accepted_at", "revoked_at")
                    .require("email", "roles");

    static final Shape SESSION =
            Shape.object("Session")
                    .text("id", "ses_…")
                    .flag("current", "whether this call came by it")
                    .text("remote_address", "where it was made from")
                    .text("user_agent", "what the browser calls itself, or null")
                    .time("last_seen_at", "to the minute")
                    .time("expires_at", "when it ends at the latest")
                    .time("created_at", "when it was made")
                    .nullable("user_agent");

    static final Shape SIGNED_IN =
            Shape.object("SignedIn")
                    .text("id", "ses_…; its cookie comes with this answer")
                    .text("account", "acc_…")
                    .text(
                            "csrf_token",
                            "for the header x-sluice-csrf of calls that change something")
                    .time("expires_at", "when the session ends at the latest");

    private AccountJson() {}

    static ObjectNode account(Account account) {
        ObjectNode node =
                Json.object()
                        .put("id", account.id())
                        .put("user", account.userName())
                        .put("owner", account.owner())
                        .put("email", account.email());
        node.set("roles", roles(account.roles()));
        return node.put("disabled", account.disabledAt() != null)
                .put("last_sign_in_at", Json.time(account.lastSignInAt()))
                .put("password_changed_at", Json.time(account.passwordChangedAt()))
                .put("created_at", Json.time(account.createdAt()));
    }

    static ObjectNode invitation(InvitationStore.Invitation invitation) {
        ObjectNode node =
                Json.object()
                        .put("id", invitation.id())
                        .put("email", invitation.email())
                        .put("user", invitation.userName());
        node.set("roles", roles(invitation.roles()));
        return node.put("account", invitation.accountId())
                .put("invited_by", invitation.invitedBy())
                .put("expires_at", Json.time(invitation.expiresAt()))
                .put("accepted_at", Json.time(invitation.acceptedAt()))
                .put("revoked_at", Json.time(invitation.revokedAt()))
                .put("created_at", Json.time(invitation.createdAt()));
    }

    static ObjectNode session(Session session, @Nullable String current) {
        return Json.object()
                .put("id", session.id())
                .put("current", session.id().equals(current))
                .put("remote_address", session.remoteAddress())
                .put("user_agent", session.userAgent())
                .put("last_seen_at", Json.time(session.lastSeenAt()))
                .put("expires_at", Json.time(session.expiresAt()))
                .put("created_at", Json.time(session.createdAt()));
    }

    static ArrayNode roles(Set<Role> roles) {
        return Json.array(roles.stream().map(Role::wireName).toList());
    }
}
