package dev.sluice.app.cli;

/// `sluice providers`.
final class ProviderCommands {

    private ProviderCommands() {}

    static Group group() {
        return Group.of(
                "providers",
                "Providers: whom an upstream can be added at.",
                Verb.list(
                                "providers",
                                "List the providers of the catalogue.",
                                "id",
                                "name",
                                "auth.scheme",
                                "base_url",
                                "model_count")
                        .example("sluice providers list"),
                Verb.call("show", "GET", "providers/{}", "Show what an upstream there needs.")
                        .argument("ID", "id or alias")
                        .example("sluice providers show azure"),
                Verb.call(
                                "availability",
                                "GET",
                                "availability",
                                "Show what the newest smoke tests found.")
                        .columns(
                                "model",
                                "upstream",
                                "family",
                                "check",
                                "label",
                                "probed_at",
                                "next_at",
                                "note")
                        .example("sluice providers availability"),
                Verb.list(
                                "probes",
                                "List what smoke tests found out, newest first.",
                                "probed_at",
                                "model",
                                "upstream",
                                "family",
                                "check",
                                "label",
                                "request_id")
                        .renamed("probes")
                        .query(Field.text("--model", "MODEL", "only this public name"))
                        .example("sluice providers probes --model sim-chat"));
    }
}
