package dev.sluice.control.upstreams;

import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;
import dev.sluice.domain.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Reads `credential`: the value itself, `{env: NAME}` or `{file: path}`. What the server's own
/// environment and files hold is only for the installation: anybody else could send it to an
/// address of theirs.
final class CredentialSource {

    private static final int MAX_FILE = 64 * 1024;

    private final Function<String, Optional<String>> environment;

    CredentialSource(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    /// The credential, or empty when the field is absent or null.
    Optional<Secret> read(Edit edit, Fields fields) {
        Optional<JsonNode> given = fields.get("credential");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (!given.get().isObject()) {
            Secret secret = new Secret(fields.text("credential"));
            if (edit.fromFile()) {
                edit.warn(
                        "'"
                                + fields.path("credential")
                                + "' is written out in the file: {env: NAME} or {file: PATH} keeps"
                                + " it out of it.");
            }
            return Optional.of(secret);
        }
        Fields in = Fields.of(given.get(), fields.path("credential"));
        Optional<String> variable = in.optionalText("env");
        Optional<String> file = in.optionalText("file");
        in.done();
        if (variable.isPresent() == file.isPresent()) {
            throw fields.wrong("credential", "takes a value, {env: NAME} or {file: PATH}.");
        }
        if (!edit.byInstallation()) {
            throw fields.wrong(
                    "credential",
                    "may name the server's environment and files only for the installation.");
        }
        if (variable.isPresent()) {
            String name = variable.get();
            return Optional.of(
                    new Secret(
                            environment
                                    .apply(name)
                                    .map(String::strip)
                                    .filter(value -> !value.isEmpty())
                                    .orElseThrow(() ->
                                            in.wrong(
                                                    "env",
                                                    "names a variable that is not set: "
                                                            + name
                                                            + "."))));
        }
        return Optional.of(ofFile(in, file.orElseThrow()));
    }

    private static Secret ofFile(Fields in, String name) {
        try {
            Path path = Path.of(name);
            if (Files.size(path) > MAX_FILE) {
                throw in.wrong("file", "is larger than a credential can be.");
            }
            String text = Files.readString(path).strip();
            if (text.isEmpty()) {
                throw in.wrong("file", "is empty.");
            }
            return new Secret(text);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw in.wrong("file", "cannot be read: " + name + ".");
        }
    }
}
