package dev.sluice.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Which management credential to use: that of the profile that was asked for, else
/// `SLUICE_ADMIN_KEY`, else the current profile's when it is for the same URL, else, on loopback,
/// one made with the set-up token that the server left in its data directory. The latter is kept
/// in the profile.
final class AdminCredential {

    private final CliContext context;
    private final ApiClient client;
    private final @Nullable Profile asked;
    private final @Nullable Profile known;
    private @Nullable String token;
    private boolean renewable;

    /// @param asked the profile that the command names, or null
    /// @param known the same, else the current one, or null
    AdminCredential(
            CliContext context,
            ApiClient client,
            @Nullable Profile asked,
            @Nullable Profile known) {
        this.context = context;
        this.client = client;
        this.asked = asked;
        this.known = known;
    }

    /// Whether there is one to call with that need not be made first.
    boolean isKnown() {
        return asked != null
                || context.variable("SLUICE_ADMIN_KEY") != null
                || (known != null && known.url().equals(client.url().toString()));
    }

    /// The credential to call with.
    String token() {
        String found = token;
        if (found == null) {
            found = find();
            token = found;
        }
        return found;
    }

    private String find() {
        String url = client.url().toString();
        if (asked != null) {
            if (!asked.url().equals(url)) {
                throw CliException.usage(
                        "The profile is for %s, not for %s: leave out --url or --profile."
                                .formatted(asked.url(), url));
            }
            return asked.adminToken();
        }
        String key = context.variable("SLUICE_ADMIN_KEY");
        if (key != null) {
            return key;
        }
        if (known != null && known.url().equals(url)) {
            renewable = true;
            return known.adminToken();
        }
        if (!client.onLoopback()) {
            throw CliException.usage(
                    "No credential for %s: set SLUICE_ADMIN_KEY or SLUICE_ADMIN_KEY_FILE."
                            .formatted(client.url()));
        }
        return setUp();
    }

    /// A fresh credential after the profile's was refused: the data directory was started anew.
    ///
    /// @return null when there is none to be had
    @Nullable String renewed() {
        if (!renewable || !client.onLoopback() || !Files.isReadable(setupToken())) {
            return null;
        }
        renewable = false;
        String fresh = setUp();
        token = fresh;
        return fresh;
    }

    private Path setupToken() {
        return context.dataDirectory().resolve("setup-token");
    }

    private String setUp() {
        Path file = setupToken();
        if (!Files.exists(file)) {
            // says so when nobody listens: that is the likelier mistake
            client.sendAs(null, "GET", "/livez", Map.of(), null, ApiClient.JSON);
            throw CliException.usage(
                    "No credential: set SLUICE_ADMIN_KEY, or SLUICE_DATA_DIR to the server's data"
                            + " directory, whose set-up token makes the first one. There is no "
                            + file
                            + ".");
        }
        String body =
                Json.write(Json.object().put("token", PrivateFile.read(file, "set-up").strip()));
        ApiAnswer answer = client.sendAs(null, "POST", "setup", Map.of(), body, ApiClient.JSON);
        JsonNode node = answer.json();
        String made = node == null ? null : Json.text(node, "admin_token");
        if (!answer.ok() || node == null || made == null) {
            throw CliException.refused("The set-up was refused: " + answer.refusal());
        }
        new Profile(client.url().toString(), made, Json.text(node, "organization")).write(context);
        context.err()
                .println(
                        "Made the owner's credential with the set-up token; it is kept in "
                                + Profile.file(context)
                                + ".");
        return made;
    }
}
