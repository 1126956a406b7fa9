package dev.sluice.app.cli;

/// `sluice quotas`.
final class QuotaCommands {

    private static final Field[] FIELDS = {
        Field.text("--team", "TEAM", "only calls of this team").to("scope.team"),
        Field.text("--key", "KEY", "only calls with this key").to("scope.key"),
        Field.text("--environment", "NAME", "only calls in this environment")
                .to("scope.environment"),
        Field.text("--model", "MODEL", "only calls of this model").to("scope.model"),
        Field.text("--unit", "UNIT", "usd, requests, input_tokens, output_tokens, total_tokens, …")
                .must(),
        Field.decimal("--limit", "how much").must(),
        Field.of(
                        "--window",
                        "WINDOW",
                        "minute, hour, day, week, month or lifetime",
                        Field.Kind.WINDOW)
                .must(),
        Field.text("--time-zone", "ZONE", "of the window; default the organization's")
                .to("window.time_zone"),
        Field.text("--at-limit", "WORD", "block"),
        Field.flag("--clamp", "lower the output limit to what fits instead of refusing"),
        Field.flag("--shadow", "count and report, refuse nothing"),
        Field.of("--alerts", "JSON", "percentages, such as '[50,75,90,100]'", Field.Kind.JSON),
        Field.text("--owner", "WHO", "whom to ask for more"),
        Field.text("--message", "TEXT", "what a refused caller reads"),
        Field.text("--upgrade-url", "URL", "where a refused caller gets more"),
    };

    private QuotaCommands() {}

    static Group group() {
        Verb state =
                Verb.call("state", "GET", "quotas/{}/state", "How much of a quota is used.")
                        .argument("QUOTA", "id or name")
                        .query(Field.text("--member", "VALUE", "whose window, for 'per' rules"))
                        .example("sluice quotas state staging-day");
        return Resource.named("quotas", "quota", "Quotas: how much a scope may use in a window.")
                .columns("id", "name", "scope", "unit", "limit", "window", "shadow")
                .fields(FIELDS)
                .example(
                        "sluice quotas create staging-day --environment staging --unit usd"
                                + " --limit 5.00 --window day")
                .example(
                        "sluice quotas create my-app-calls --key my-app --unit requests"
                                + " --limit 100 --window hour")
                .sample("staging-day", "--limit 10.00")
                .group(state);
    }
}
