package dev.sluice.gateway;

import dev.sluice.gateway.files.CallFiles;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.protocol.batch.FileObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Files in memory, all of one key.
final class MemoryFiles implements CallFiles {

    private record Kept(String name, String content) {}

    private final Map<String, Kept> files = new ConcurrentHashMap<>();

    /// Keeps a file of these Latin-1 characters.
    ///
    /// @return its id
    String keep(String name, String content) {
        String id = "file-01j%023d".formatted(files.size());
        files.put(id, new Kept(name, content));
        return id;
    }

    @Override
    public Optional<FileObject> find(ResponseStore.Owner owner, String id) {
        Instant now = Instant.EPOCH;
        return Optional.ofNullable(files.get(id))
                .map(kept ->
                        new FileObject(
                                id, kept.content.length(), now, now, kept.name, "user_data"));
    }

    @Override
    public byte[] content(String id) {
        Kept kept = files.get(id);
        return kept == null ? new byte[0] : kept.content.getBytes(StandardCharsets.ISO_8859_1);
    }
}
