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
                        .example("sluice providers show azure"));
    }
}
