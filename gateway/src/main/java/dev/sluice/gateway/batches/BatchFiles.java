package dev.sluice.gateway.batches;

import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.gateway.files.PostgresFileStore.Writer;
import dev.sluice.protocol.batch.BatchUsage;
import dev.sluice.protocol.batch.FileObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The two files that a batch leaves behind, while they are written. A file nothing stands in is
/// not made.
final class BatchFiles {

    private static final byte[] END = {'\n'};

    private final HeldBatch batch;
    private final PostgresFileStore files;
    private final InstantSource clock;
    private final BatchUsage usage = new BatchUsage();
    private @Nullable Writer answers;
    private @Nullable Writer errors;
    private int failures;

    BatchFiles(HeldBatch batch, PostgresFileStore files, InstantSource clock) {
        this.batch = batch;
        this.files = files;
        this.clock = clock;
    }

    void answered(byte[] line) {
        if (answers == null) {
            answers = writer(batch.outputFileId(), "_output.jsonl");
        }
        usage.add(line);
        answers.write(line);
        answers.write(END);
    }

    void failed(byte[] line) {
        if (errors == null) {
            errors = writer(batch.errorFileId(), "_error.jsonl");
        }
        failures++;
        errors.write(line);
        errors.write(END);
    }

    private Writer writer(String id, String suffix) {
        Instant now = clock.instant();
        FileObject file =
                new FileObject(
                        id, 0, now, now.plus(batch.keep()), batch.id() + suffix, FileObject.OUTPUT);
        return files.writer(batch.owner(), file);
    }

    int failures() {
        return failures;
    }

    /// Writes what is left; returns the files that were made.
    Set<Writer> finish() {
        Set<Writer> written = new HashSet<>();
        if (answers != null) {
            answers.flush();
            written.add(answers);
        }
        if (errors != null) {
            errors.flush();
            written.add(errors);
        }
        return written;
    }

    /// What the answers say was used; null where there are none.
    @Nullable ObjectNode usage() {
        return answers == null ? null : usage.json();
    }
}
