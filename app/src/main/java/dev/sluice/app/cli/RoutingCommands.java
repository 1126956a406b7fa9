package dev.sluice.app.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `sluice upstreams` and `sluice models`.
final class RoutingCommands {

    private static final Field CREDENTIAL_ENV =
            Field.text(
                    "--credential-env",
                    "NAME",
                    "take the credential from this variable of this command");
    private static final Field CREDENTIAL_FILE =
            Field.text(
                    "--credential-file",
                    "FILE",
                    "take the credential from this file; '-' reads standard input");

    private static final Field[] UPSTREAM = {
        Field.text("--provider", "ID", "openai-compatible, simulated, …").must(),
        Field.text("--base-url", "URL", "as the provider's own SDK takes it"),
        Field.words("--dialects", "NAME", "what it speaks; default: the provider's entry"),
        Field.text("--region", "NAME", "where it processes calls"),
        Field.of(
                "--settings",
                "NAME=VALUE",
                "what its provider asks for ('sluice providers show'); repeat for several",
                Field.Kind.PAIRS),
        Field.whole("--rpm", "requests a minute of the account; noted, not enforced yet")
                .to("limits.rpm"),
        Field.whole("--tpm", "tokens a minute of the account; noted, not enforced yet")
                .to("limits.tpm"),
        Field.whole("--in-flight", "calls at a time; noted, not enforced yet")
                .to("limits.in_flight"),
        Field.text("--connect-timeout", "TIME", "such as 3s").to("timeouts.connect"),
        Field.text("--first-byte-timeout", "TIME", "such as 60s").to("timeouts.first_byte"),
        Field.text("--idle-timeout", "TIME", "such as 60s").to("timeouts.idle"),
        Field.text("--total-timeout", "TIME", "such as 10m").to("timeouts.total"),
        Field.text("--probe-every", "TIME", "probe it by itself, such as 24h; or never"),
        Field.flag("--shared", "every organization may use it; only the installation may say so"),
    };

    private static final Field[] MODEL = {
        Field.of(
                        "--targets",
                        "TARGET",
                        "UPSTREAM/MODEL[@PRIORITY[*WEIGHT]]; repeat for several",
                        Field.Kind.TARGETS)
                .must(),
        Field.text("--strategy", "NAME", "priority (default) or weighted"),
        Field.of(
                "--price",
                "JSON",
                "its own price, such as '{\"input_per_mtok\":\"0.25\"}'",
                Field.Kind.JSON),
        Field.whole("--max-output-tokens", "most output tokens per choice"),
        Field.whole("--context-window", "tokens, where the price book does not know"),
    };

    private RoutingCommands() {}

    static Group upstreams() {
        Verb create =
                Verb.named("create", "Add an account at a provider.")
                        .argument(Field.text("--name", "NAME", "unique in the organization"))
                        .body(UPSTREAM)
                        .options(CREDENTIAL_ENV, CREDENTIAL_FILE)
                        .orFromFile()
                        .note("The credential is encrypted at rest and never shown again.")
                        .note(
                                "A private address, as of a model server nearby, has to be in the"
                                        + " server's SLUICE_EGRESS_ALLOW.")
                        .example(
                                "sluice upstreams create local --provider openai-compatible"
                                        + " --base-url http://127.0.0.1:11434/v1")
                        .example(
                                "PROVIDER_KEY=… sluice upstreams create main --provider"
                                        + " openai-compatible --base-url https://api.example.com/v1"
                                        + " --credential-env PROVIDER_KEY");
        create.runs(in -> {
            ObjectNode body = create.bodyOf(in);
            String credential = credential(in);
            if (credential != null) {
                body.put("credential", credential);
            }
            return in.print(in.post("upstreams", body), List.of());
        });
        return Resource.named("upstreams", "upstream", "Upstreams: accounts at providers.")
                .columns(
                        "id",
                        "name",
                        "provider",
                        "base_url",
                        "dialects",
                        "has_credential",
                        "shared",
                        "drained")
                .fields(UPSTREAM)
                .sample("main", "--total-timeout 5m")
                .groupWith(create, rotate());
    }

    private static Verb rotate() {
        return Verb.named("rotate", "Replace the credential of an upstream.")
                .argument("REF", "id or name")
                .options(CREDENTIAL_ENV, CREDENTIAL_FILE)
                .example("sluice upstreams rotate main --credential-file new-key.txt")
                .runs(in -> {
                    String credential = credential(in);
                    if (credential == null) {
                        throw CliException.usage(
                                "Missing required option: --credential-env or --credential-file");
                    }
                    String path = "upstreams/" + ApiClient.escape(in.argument(0)) + "/rotate";
                    return in.print(
                            in.post(path, Json.object().put("credential", credential)), List.of());
                });
    }

    /// Never from the command line itself: others could read it in the list of processes.
    private static @Nullable String credential(Invocation in) {
        String name = in.one("--credential-env");
        if (name != null) {
            String value = in.context().environment().get(name);
            if (value == null || value.isBlank()) {
                throw CliException.usage(
                        "--credential-env: the variable %s is not set.".formatted(name));
            }
            return value.strip();
        }
        String file = in.one("--credential-file");
        return file == null ? null : in.read(file).strip();
    }

    static Group models() {
        return Resource.named("models", "model", "Models: public names and where they lead.")
                .columns("id", "name", "strategy", "priced", "unpriced_reason", "created_at")
                .fields(MODEL)
                .example("sluice models create gpt-5-mini --targets main/gpt-5-mini")
                .example(
                        "sluice models create fast --strategy weighted --targets a/small@1*80"
                                + " --targets b/small@1*20")
                .sample("fast", "--targets a/small@1 --targets b/small@2")
                .group();
    }
}
