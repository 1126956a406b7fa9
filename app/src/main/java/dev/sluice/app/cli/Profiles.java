package dev.sluice.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The profiles of this person: `default` is [Profile#file], any other a file of its name in
/// `profiles` beside it, each readable by its owner alone. `current` names the one in use.
final class Profiles {

    static final String DEFAULT = "default";

    private static final String NAME = "[A-Za-z0-9_-]{1,64}";
    private static final String SUFFIX = ".json";

    private final CliContext context;

    Profiles(CliContext context) {
        this.context = context;
    }

    /// The name, if it can be one.
    static String named(String name) {
        if (!name.matches(NAME)) {
            throw CliException.usage(
                    "A profile's name has 1 to 64 letters, digits, - and _: " + name);
        }
        return name;
    }

    private Path folder() {
        return Profile.folder(context).resolve("profiles");
    }

    private Path file(String name) {
        return name.equals(DEFAULT) ? Profile.file(context) : folder().resolve(name + SUFFIX);
    }

    private Path currentFile() {
        return Profile.folder(context).resolve("current");
    }

    /// The default first, then by name.
    List<String> names() {
        List<String> names = new ArrayList<>();
        if (Files.exists(file(DEFAULT))) {
            names.add(DEFAULT);
        }
        if (Files.isDirectory(folder())) {
            try (Stream<Path> files = Files.list(folder())) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(SUFFIX))
                        .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                        .filter(name -> name.matches(NAME))
                        .sorted()
                        .forEach(names::add);
            } catch (IOException e) {
                throw new UncheckedIOException("the profiles cannot be read", e);
            }
        }
        return names;
    }

    Optional<Profile> find(String name) {
        return Profile.read(file(named(name)));
    }

    Profile require(String name) {
        return find(name)
                .orElseThrow(() ->
                        CliException.usage(
                                "There is no profile '"
                                        + name
                                        + "'. 'sluice profiles list' shows those there are."));
    }

    /// The name of the one that commands take when they name none.
    String current() {
        Path file = currentFile();
        if (context.variable(Profile.VARIABLE) != null || !Files.exists(file)) {
            return DEFAULT;
        }
        String name = PrivateFile.read(file, "current profile").strip();
        return name.matches(NAME) && Files.exists(file(name)) ? name : DEFAULT;
    }

    void write(String name, Profile profile) {
        write(file(name), profile.json());
    }

    void use(String name) {
        write(currentFile(), name);
    }

    private static void write(Path file, String text) {
        try {
            PrivateFile.write(file, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the profile cannot be kept: " + e.getMessage(), e);
        }
    }

    void remove(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException("the profile cannot be removed: " + e.getMessage(), e);
        }
    }
}
