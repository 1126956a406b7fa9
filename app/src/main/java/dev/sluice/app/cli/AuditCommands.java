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
                        .example("sluice audit list --limit 20"));
    }
}
