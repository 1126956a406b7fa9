package dev.sluice.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The providers Sluice knows, one TOML file each under `catalog/providers`.
public final class Providers {

    private static final ProviderEntry UNKNOWN =
            ProviderFile.read(
                    "unknown",
                    """
                    name = "a provider that the catalogue does not have"
                    docs = "/docs/guides/add-a-provider"
                    capabilities = ["text"]

                    [auth]
                    scheme = "bearer"

                    [dialects.openai-chat]
                    chat = "/chat/completions"
                    embeddings = "/embeddings"
                    """);

    private final Map<String, ProviderEntry> byName = new LinkedHashMap<>();
    private final List<ProviderEntry> entries;

    private Providers(List<ProviderEntry> entries) {
        this.entries = List.copyOf(entries);
        for (ProviderEntry entry : entries) {
            claim(entry.id(), entry);
            entry.aliases().forEach(alias -> claim(alias, entry));
        }
    }

    private void claim(String name, ProviderEntry entry) {
        if (byName.put(name, entry) != null) {
            throw new ProviderFormatException(
                    entry.id() + ".toml", 1, 1, "the name " + name + " is taken already");
        }
    }

    /// The entries that came with this build; read once.
    public static Providers shipped() {
        return Shipped.PROVIDERS;
    }

    private static final class Shipped {
        static final Providers PROVIDERS = load();
    }

    /// These and those of the files `*.toml` in a folder, which may not take a name that is there.
    ///
    /// @throws ProviderFormatException naming file, line and column
    public Providers with(Path folder) {
        List<ProviderEntry> more = new ArrayList<>(entries);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.toml")) {
            List<Path> inOrder = new ArrayList<>();
            files.forEach(inOrder::add);
            Collections.sort(inOrder);
            for (Path file : inOrder) {
                String name = String.valueOf(file.getFileName());
                more.add(
                        ProviderFile.read(
                                name.substring(0, name.length() - ".toml".length()),
                                Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the providers in " + folder + " cannot be read", e);
        }
        more.sort(Comparator.comparing(ProviderEntry::id));
        return new Providers(more);
    }

    /// By id or alias.
    public Optional<ProviderEntry> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// What holds for an upstream whose provider is in the catalogue no more: nothing but that it
    /// takes a bearer token.
    public ProviderEntry unknown() {
        return UNKNOWN;
    }

    public Collection<ProviderEntry> all() {
        return entries;
    }

    private static Providers load() {
        List<ProviderEntry> entries = new ArrayList<>();
        for (String id : (Iterable<String>) ProviderFile.resource("index.txt").lines()::iterator) {
            entries.add(ProviderFile.read(id, ProviderFile.resource(id + ".toml")));
        }
        return new Providers(entries);
    }
}
