package dev.sluice.app.cli;

import java.util.List;

/// Organizations, teams, users, services, plans, and the credentials of those who manage them.
final class PeopleCommands {

    private static final Field MULTIPLY =
            Field.decimal("--multiply", "charge = price × this").to("price_rule.multiply");

    private PeopleCommands() {}

    static List<Group> groups() {
        return List.of(
                organizations(),
                Resource.named("teams", "team", "Teams: the groups that keys and costs belong to.")
                        .fields(
                                Field.text("--budget-owner", "WHO", "who answers for its money"),
                                MULTIPLY)
                        .columns("id", "name", "budget_owner", "price_rule.multiply", "created_at")
                        .example("sluice teams create support --budget-owner fin@example.com")
                        .sample("support", "--budget-owner ''")
                        .group(),
                Resource.named("users", "user", "Users: humans.")
                        .fields(
                                Field.text("--email", "ADDRESS", "where to write to"),
                                Field.text("--team", "TEAM", "id or name"))
                        .columns("id", "name", "email", "team", "created_at")
                        .example("sluice users create ana --email ana@example.com --team support")
                        .sample("ana", "--team research")
                        .group(),
                Resource.named("services", "service", "Services: machine callers.")
                        .fields(
                                Field.text("--description", "TEXT", "what it does"),
                                Field.text("--user", "USER", "the human who answers for it"),
                                Field.text("--team", "TEAM", "id or name"))
                        .columns("id", "name", "user", "team", "description", "created_at")
                        .example("sluice services create support-api --user ana --team support")
                        .sample("support-api", "--user noor")
                        .group(),
                Resource.named("plans", "plan", "Plans: customer tiers.")
                        .fields(MULTIPLY)
                        .columns("id", "name", "price_rule.multiply", "created_at")
                        .example("sluice plans create gold --multiply 1.10")
                        .sample("gold", "--multiply 1.05")
                        .group(),
                adminTokens());
    }

    private static Group organizations() {
        return Resource.named(
                        "organizations",
                        "organization",
                        "Organizations: the tenants, each with its own money.")
                .fields(
                        Field.text("--time-zone", "ZONE", "of its days, such as Europe/Berlin"),
                        Field.text("--currency", "CODE", "of its account; fixed"),
                        Field.text("--billing-mode", "MODE", "prepaid or postpaid")
                                .to("billing.mode"),
                        Field.decimal("--credit-limit", "how far postpaid may go below zero")
                                .to("billing.credit_limit"),
                        Field.flag("--sandbox", "for demonstrations and drills; fixed"),
                        MULTIPLY)
                .columns(
                        "id",
                        "name",
                        "billing.mode",
                        "currency",
                        "time_zone",
                        "sandbox",
                        "created_at")
                .example(
                        "sluice organizations create acme --time-zone Europe/Berlin"
                                + " --billing-mode prepaid")
                .sample("acme", "--billing-mode postpaid --credit-limit 500")
                .group(
                        Verb.call(
                                        "wipe",
                                        "POST",
                                        "organizations/{}/wipe",
                                        "Throw a sandbox away, with its keys, calls and books.")
                                .argument("REF", "id or name")
                                .example("sluice organizations wipe demo"));
    }

    private static Group adminTokens() {
        return Group.of(
                "admin-tokens",
                "Management credentials of people and services.",
                Verb.list(
                                "admin-tokens",
                                "List management credentials, newest first.",
                                "id",
                                "owner",
                                "roles",
                                "expires_at",
                                "revoked_at",
                                "created_at")
                        .example("sluice admin-tokens list"),
                Verb.call(
                                "create",
                                "POST",
                                "admin-tokens",
                                "Make a management credential of one organization, shown once.")
                        .showingOnce()
                        .body(
                                Field.text("--user", "NAME", "whose it is"),
                                Field.text("--service", "NAME", "whose it is"),
                                Field.words(
                                                "--roles",
                                                "ROLE",
                                                "owner, platform, developer, finance, security,"
                                                        + " legal, procurement, support, auditor")
                                        .must(),
                                Field.text("--expires-at", "TIME", "when it ends"))
                        .example("sluice admin-tokens create --user ana --roles platform")
                        .example(
                                "sluice admin-tokens create --service export --roles auditor"
                                        + " --expires-at 2026-12-31T00:00:00Z"),
                Verb.call("revoke", "DELETE", "admin-tokens/{}", "Withdraw one at once.")
                        .argument("ID", "adm_…")
                        .example("sluice admin-tokens revoke adm_01JD"));
    }
}
