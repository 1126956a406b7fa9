package dev.sluice.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the command line remembers of one Sluice between two commands, in a file that only its
/// owner can read: `SLUICE_PROFILE`, else `$XDG_CONFIG_HOME/sluice/profile.json`, else
/// `~/.config/sluice/profile.json`; those with a name are in [Profiles].
///
/// @param url the Sluice that the credential is for; it is sent nowhere else
/// @param adminToken a management credential
/// @param organization whose credential it is
record Profile(String url, String adminToken, @Nullable String organization) {

    static final String VARIABLE = "SLUICE_PROFILE";

    static Path file(CliContext context) {
        String set = context.variable(VARIABLE);
        return set == null
                ? folder(context).resolve("profile.json")
                : context.directory().resolve(set);
    }

    /// Where the command line keeps what it remembers.
    static Path folder(CliContext context) {
        String config = context.variable("XDG_CONFIG_HOME");
        Path base = config == null ? context.home().resolve(".config") : Path.of(config);
        return base.resolve("sluice");
    }

    static Optional<Profile> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode node = Json.parseOrNull(PrivateFile.read(file, "profile"));
        String url = node == null ? null : Json.text(node, "url");
        String token = node == null ? null : Json.text(node, "admin_token");
        if (node == null || url == null || token == null) {
            throw CliException.usage(
                    "The profile "
                            + file
                            + " must hold {\"url\": …, \"admin_token\": …}. Correct or delete it.");
        }
        return Optional.of(new Profile(url, token, Json.text(node, "organization")));
    }

    String json() {
        var node = Json.object().put("url", url).put("admin_token", adminToken);
        if (organization != null) {
            node.put("organization", organization);
        }
        return Json.write(node);
    }

    /// Keeps it as the default.
    void write(CliContext context) {
        try {
            PrivateFile.write(file(context), json() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the profile cannot be kept: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "Profile[" + url + "]";
    }
}
