package dev.sluice.app.cli;

/// `sluice audit`.
final class AuditCommands {

    private AuditCommands() {}

    static Group group() {
        return Group.of(
                "audit",
                "The log of every change.",
                Verb.list(
                                "audit",
                                "List changes, newest first.",
                                "at",
                                "actor",
                                "action",
                                "subject_kind",
                                "subject_name",
                                "subject_id",
                                "request_id")
                        .query(
                                Field.text("--from", "TIME", "time or date: at or after"),
                                Field.text("--to", "TIME", "time or date: before"),
                                Field.text("--actor", "WHO", "part of who did it, as user:ana"),
                                Field.text("--action", "WORD", "create, update, rotate, …"),
                                Field.text("--subject-kind", "WORD", "key, quota, model, …"),
                                Field.text("--subject", "REF", "id or name of the object"),
                                Field.text("--request-id", "ID", "of the management call"))
                        .example("sluice audit list --limit 20")
                        .example("sluice audit list --actor user:ana --subject-kind key"));
    }
}
