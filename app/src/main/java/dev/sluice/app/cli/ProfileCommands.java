package dev.sluice.app.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// `sluice profiles`: several Sluices, each with its URL and a credential of its own.
final class ProfileCommands {

    private static final Field CREDENTIAL =
            Field.text(
                    "--credential-file",
                    "FILE",
                    "holds the management credential; default: it is asked for, or read from"
                            + " standard input");
    private static final Field URL =
            Field.text("--gateway", "URL", "where that Sluice runs").must();
    private static final Field ORGANIZATION =
            Field.text(
                    "--for-organization",
                    "NAME",
                    "whose calls it makes, for an installation's key over several organizations");

    private ProfileCommands() {}

    static Group group() {
        return Group.of(
                "profiles",
                "Profiles: several Sluices, by name, each with a credential.",
                Verb.named("list", "List profiles; their credentials are not shown.")
                        .disconnected()
                        .example("sluice profiles list")
                        .runs(ProfileCommands::list),
                Verb.named("add", "Keep a Sluice and a credential under a name, once it works.")
                        .disconnected()
                        .argument("NAME", "letters, digits, - and _")
                        .options(URL, CREDENTIAL, ORGANIZATION)
                        .example("sluice profiles add prod --gateway https://sluice.example.com")
                        .example(
                                "sluice profiles add prod --gateway https://sluice.example.com"
                                        + " --credential-file key.txt")
                        .runs(ProfileCommands::add),
                Verb.named("use", "Make a profile the one that commands take by default.")
                        .disconnected()
                        .argument("NAME", "of the profile; 'default' is the one of first set-up")
                        .example("sluice profiles use prod")
                        .runs(ProfileCommands::use),
                Verb.named("remove", "Forget a profile and its credential.")
                        .disconnected()
                        .argument("NAME", "of the profile")
                        .example("sluice profiles remove prod")
                        .runs(ProfileCommands::remove));
    }

    private static int list(Invocation in) {
        Profiles profiles = new Profiles(in.context());
        String current = profiles.current();
        ArrayNode rows = Json.array();
        for (String name : profiles.names()) {
            Optional<Profile> profile = profiles.find(name);
            if (profile.isPresent()) {
                rows.addObject()
                        .put("name", name)
                        .put("url", profile.get().url())
                        .put("organization", profile.get().organization())
                        .put("current", name.equals(current));
            }
        }
        in.show(rows, List.of());
        return ExitCode.OK;
    }

    private static int add(Invocation in) {
        String name = Profiles.named(in.argument(0));
        String url = in.one(URL.option());
        if (url == null) {
            throw CliException.usage("Missing required option: " + URL.option());
        }
        String organization = in.one(ORGANIZATION.option());
        ApiClient client = ApiClient.plain(in.context(), url, organization);
        String credential = credential(in);
        ApiAnswer who = client.sendAs(credential, "GET", "me", Map.of(), null, ApiClient.JSON);
        if (!who.ok()) {
            return in.refuse(who);
        }
        new Profiles(in.context())
                .write(name, new Profile(client.url().toString(), credential, organization));
        JsonNode me = who.json();
        String owner = me == null ? null : Json.text(me, "owner");
        in.context()
                .err()
                .println(
                        "Kept profile '%s' for %s as %s."
                                .formatted(
                                        name,
                                        client.url(),
                                        owner == null ? "the installation" : owner));
        return ExitCode.OK;
    }

    private static String credential(Invocation in) {
        String file = in.one(CREDENTIAL.option());
        String text = file == null ? asked(in) : in.read(file);
        String credential = text == null ? "" : text.strip();
        if (credential.isEmpty() || credential.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw CliException.usage("The credential must be one line of ASCII characters.");
        }
        return credential;
    }

    private static @Nullable String asked(Invocation in) {
        if (in.context().interactive()) {
            in.context().err().print("Management credential: ");
            in.context().err().flush();
        }
        try {
            return new BufferedReader(
                            new InputStreamReader(in.context().in(), StandardCharsets.UTF_8))
                    .readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int use(Invocation in) {
        String name = Profiles.named(in.argument(0));
        Profiles profiles = new Profiles(in.context());
        Profile profile = profiles.require(name);
        profiles.use(name);
        in.context().err().println("Commands now go to " + profile.url() + ".");
        return ExitCode.OK;
    }

    private static int remove(Invocation in) {
        String name = Profiles.named(in.argument(0));
        Profiles profiles = new Profiles(in.context());
        profiles.require(name);
        profiles.remove(name);
        in.context().err().println("Removed profile '" + name + "'.");
        return ExitCode.OK;
    }
}
