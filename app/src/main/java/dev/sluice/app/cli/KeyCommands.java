package dev.sluice.app.cli;

/// `sluice keys`.
final class KeyCommands {

    private static final Field[] FIELDS = {
        Field.text("--label", "LABEL", "its name, unique in the organization").must(),
        Field.text("--team", "TEAM", "id or name").must(),
        Field.text("--owner", "OWNER", "user:NAME or service:NAME").must(),
        Field.text("--environment", "NAME", "development, staging, production, …").must(),
        Field.text("--workflow", "NAME", "the business process it is for"),
        Field.text("--customer", "NAME", "the end account it is for"),
        Field.text("--purpose", "TEXT", "what it is for"),
        Field.text("--product-area", "NAME", "the feature that spends"),
        Field.text("--plan", "PLAN", "the customer's plan"),
        Field.text(
                "--traffic-class",
                "NAME",
                "internal, test, evaluation, production, customer, batch"),
        Field.text("--storage-ref", "REF", "where its secret is kept: a reference, not the secret"),
        Field.words("--models", "MODEL", "only these models"),
        Field.words("--endpoint-families", "NAME", "only these, such as chat,embeddings"),
        Field.words("--actions", "NAME", "only these, such as chat,streaming,tools"),
        Field.words("--data-classes", "NAME", "only these"),
        Field.words("--allowed-ips", "CIDR", "only from these addresses"),
        Field.whole("--rotate-days", "rotation is due after so many days"),
        Field.text("--expires-at", "TIME", "such as 2026-12-31T00:00:00Z"),
    };

    private KeyCommands() {}

    static Group group() {
        return Group.of(
                "keys",
                "Gateway keys: who may call which model.",
                Verb.list(
                                "keys",
                                "List keys, newest first.",
                                "id",
                                "label",
                                "environment",
                                "owner",
                                "team",
                                "last_used_at",
                                "expires_at",
                                "revoked_at")
                        .query(
                                Field.whole("--inactive-days", "only keys unused for so many days"),
                                Field.text("--environment", "NAME", "only this environment"),
                                Field.text("--team", "TEAM", "only this team, by id or name"))
                        .example("sluice keys list --inactive-days 30"),
                Verb.call("create", "POST", "keys", "Create a key. Its secret is shown once.")
                        .showingOnce()
                        .body(FIELDS)
                        .orFromFile()
                        .example(
                                "sluice keys create --label my-app --team support --owner user:me"
                                        + " --environment development")
                        .example(
                                "sluice keys create --label nightly --team data"
                                        + " --owner service:backfill --environment batch"
                                        + " --models gpt-5-mini"),
                Verb.call("show", "GET", "keys/{}", "Show one key.")
                        .argument("KEY", "id or label")
                        .example("sluice keys show my-app"),
                Verb.call("update", "PATCH", "keys/{}", "Change fields of a key; '' clears one.")
                        .argument("KEY", "id or label")
                        .body(optional())
                        .orFromFile()
                        .example("sluice keys update my-app --models gpt-5-mini,gpt-5"),
                Verb.call(
                                "rotate",
                                "POST",
                                "keys/{}/rotate",
                                "Give a key a new secret, shown once; the old one works on for a"
                                        + " while.")
                        .showingOnce()
                        .argument("KEY", "id or label")
                        .body(
                                Field.whole(
                                        "--overlap-seconds",
                                        "how long the old secret works; default 86400"))
                        .example("sluice keys rotate my-app --overlap-seconds 3600"),
                Verb.call("revoke", "POST", "keys/{}/revoke", "End a key at once and for good.")
                        .argument("KEY", "id or label")
                        .example("sluice keys revoke my-app"));
    }

    /// The environment of a key never changes.
    private static Field[] optional() {
        return Verb.changeable(FIELDS).stream()
                .filter(field -> !field.option().equals("--environment"))
                .toArray(Field[]::new);
    }
}
