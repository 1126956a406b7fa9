package dev.sluice.gateway.files;

import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.protocol.batch.FileObject;
import java.util.Optional;

/// The files that calls may name by their ids. Each belongs to one key; to every other key it does
/// not exist. Blocks.
public interface CallFiles {

    Optional<FileObject> find(ResponseStore.Owner owner, String id);

    /// All of a file that was found before.
    byte[] content(String id);
}
