package dev.sluice.app.cli;

import java.util.List;

/// Who can sign in to the console: accounts, invitations, and the sessions of accounts.
final class AccountCommands {

    private static final Field ROLES =
            Field.words(
                    "--roles",
                    "ROLE",
                    "owner, platform, developer, finance, security, legal, procurement, support,"
                            + " auditor");

    private AccountCommands() {}

    static List<Group> groups() {
        return List.of(accounts(), invitations(), sessions());
    }

    private static Group accounts() {
        return Group.of(
                "accounts",
                "Accounts: people who sign in with a password.",
                Verb.list(
                                "accounts",
                                "List accounts, newest first.",
                                "id",
                                "user",
                                "email",
                                "roles",
                                "disabled",
                                "last_sign_in_at",
                                "created_at")
                        .example("sluice accounts list"),
                Verb.call("show", "GET", "accounts/{}", "Show one account.")
                        .argument("ID", "acc_…")
                        .example("sluice accounts show acc_01JD"),
                Verb.call(
                                "update",
                                "PATCH",
                                "accounts/{}",
                                "Change an account's roles, or stop it.")
                        .argument("ID", "acc_…")
                        .body(
                                ROLES,
                                Field.flag(
                                        "--disabled",
                                        "it cannot sign in, and its sessions end; =false lets it"
                                                + " in again"))
                        .example("sluice accounts update acc_01JD --roles finance")
                        .example("sluice accounts update acc_01JD --disabled"),
                Verb.call(
                                "reset",
                                "POST",
                                "accounts/{}/reset",
                                "Make a one-time token to set its password anew, shown once.")
                        .showingOnce()
                        .argument("ID", "acc_…")
                        .example("sluice accounts reset acc_01JD"),
                Verb.call("delete", "DELETE", "accounts/{}", "Delete an account; its user stays.")
                        .argument("ID", "acc_…")
                        .example("sluice accounts delete acc_01JD"));
    }

    private static Group invitations() {
        return Group.of(
                "invitations",
                "Invitations: one-time links that make an account.",
                Verb.list(
                                "invitations",
                                "List invitations, newest first.",
                                "id",
                                "email",
                                "roles",
                                "invited_by",
                                "expires_at",
                                "accepted_at",
                                "revoked_at")
                        .example("sluice invitations list"),
                Verb.call("create", "POST", "invitations", "Invite somebody; shown once.")
                        .showingOnce()
                        .argument(Field.text("--email", "EMAIL", "who is invited"))
                        .body(
                                ROLES.must(),
                                Field.text("--user", "NAME", "the user's name; default the e-mail"))
                        .example("sluice invitations create ana@example.com --roles developer"),
                Verb.call("revoke", "DELETE", "invitations/{}", "Withdraw an invitation.")
                        .argument("ID", "inv_…")
                        .example("sluice invitations revoke inv_01JD"));
    }

    /// A management credential has no session of its own: these are other people's.
    private static Group sessions() {
        return Group.of(
                "sessions",
                "Sessions: browsers that are signed in.",
                Verb.list(
                                "accounts/{}/sessions",
                                "List the open sessions of an account, newest first.",
                                "id",
                                "remote_address",
                                "user_agent",
                                "last_seen_at",
                                "expires_at",
                                "created_at")
                        .argument("ACCOUNT", "acc_…")
                        .example("sluice sessions list acc_01JD"),
                Verb.call(
                                "end",
                                "DELETE",
                                "accounts/{}/sessions/{}",
                                "End one session of an account at once.")
                        .argument("ACCOUNT", "acc_…")
                        .argument("ID", "ses_…")
                        .example("sluice sessions end acc_01JD ses_01JD"),
                Verb.call(
                                "end-all",
                                "POST",
                                "accounts/{}/sign-out",
                                "End all sessions of an account at once.")
                        .argument("ACCOUNT", "acc_…")
                        .example("sluice sessions end-all acc_01JD"));
    }
}
