package dev.sluice.gateway.calls;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.gateway.files.CallFiles;
import dev.sluice.gateway.http.BodyReader;
import dev.sluice.gateway.http.MultipartReader;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.responses.ResponseStore;
import dev.sluice.protocol.batch.FileObject;
import dev.sluice.protocol.files.FileReferences;
import dev.sluice.protocol.files.NamedFile;
import dev.sluice.protocol.tuning.TuningFile;
import dev.sluice.protocol.tuning.TuningRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the files that a request names by id into it, before it is read: what is decided, held and
/// sent is the whole of it. Calls that name none pass untouched.
public final class FilesInCalls {

    private static final Logger LOG = LoggerFactory.getLogger(FilesInCalls.class);

    private final CallFiles files;
    private final ExecutorService threads;
    private final BodyReader bodies;
    private final Limits limits;

    /// @param limits bounds a request together with its files
    public FilesInCalls(
            CallFiles files, ExecutorService threads, BodyReader bodies, Limits limits) {
        this.files = files;
        this.threads = threads;
        this.bodies = bodies;
        this.limits = limits;
    }

    /// Runs one of the two on the exchange's event loop.
    void resolve(Exchange exchange, byte[] body, Consumer<byte[]> told, Consumer<Fault> refused) {
        String type = exchange.request.getHeader("content-type");
        boolean tuning = exchange.endpoint.isTuning();
        boolean small = body.length <= limits.loopDecodeBytes() && !tuning;
        if ((type != null && MultipartReader.isForm(type))
                || (small && !FileReferences.mayBeIn(body))) {
            told.accept(body);
            return;
        }
        ResponseStore.Owner owner = ResponseStore.Owner.of(exchange.key());
        threads.execute(() -> {
            long taken = 0;
            try {
                FileReferences references = references(body, tuning);
                if (references == null) {
                    exchange.context.runOnContext(_ -> told.accept(body));
                    return;
                }
                Map<String, FileObject> found = found(owner, references);
                if (tuning) {
                    requireForTraining(found);
                }
                taken = take(body, references, found);
                byte[] whole = references.resolved(read(found));
                requireFits(whole.length);
                goOn(exchange, taken, () -> told.accept(whole));
            } catch (FaultException e) {
                goOn(exchange, taken, () -> refused.accept(e.fault()));
            } catch (RuntimeException e) {
                LOG.warn("the files of {} were not read", exchange.requestId, e);
                goOn(exchange, taken, () -> refused.accept(unavailable()));
            }
        });
    }

    private static @Nullable FileReferences references(byte[] body, boolean tuning) {
        if (tuning) {
            return FileReferences.ofTraining(body);
        }
        return FileReferences.mayBeIn(body) ? FileReferences.of(body) : null;
    }

    private static void requireForTraining(Map<String, FileObject> found) {
        for (FileObject file : found.values()) {
            if (!file.purpose().equals(TuningFile.PURPOSE)) {
                throw Fault.invalid(
                                "The file '"
                                        + file.id()
                                        + "' must have the purpose `"
                                        + TuningFile.PURPOSE
                                        + "`.",
                                TuningRequest.TRAINING)
                        .asException();
            }
        }
    }

    /// With what was taken of the memory for bodies, until the exchange ends.
    private void goOn(Exchange exchange, long taken, Runnable next) {
        exchange.context.runOnContext(_ -> {
            if (exchange.isClosed()) {
                bodies.release(taken);
                return;
            }
            exchange.owesToo(() -> bodies.release(taken));
            next.run();
        });
    }

    private Map<String, FileObject> found(ResponseStore.Owner owner, FileReferences references) {
        Map<String, FileObject> found = new HashMap<>();
        for (String id : references.ids()) {
            if (!found.containsKey(id)) {
                files.find(owner, id).ifPresent(file -> found.put(id, file));
            }
        }
        return found;
    }

    /// Takes the memory that the files need, before they are read.
    ///
    /// @return how much
    private long take(byte[] body, FileReferences references, Map<String, FileObject> found) {
        long growth = 0;
        for (String id : references.ids()) {
            FileObject file = found.get(id);
            growth += file == null ? 0 : NamedFile.base64Length(file.bytes());
        }
        requireFits(body.length + growth);
        if (!bodies.take(growth)) {
            throw BodyReader.noRoom().asException();
        }
        return growth;
    }

    private void requireFits(long length) {
        if (length > limits.bodyBytes()) {
            throw Fault.of(
                            FaultCode.REQUEST_TOO_LARGE,
                            "The request has "
                                    + length
                                    + " bytes with the files it names; "
                                    + limits.bodyBytes()
                                    + " are the most.")
                    .asException();
        }
    }

    private Map<String, NamedFile> read(Map<String, FileObject> found) {
        Map<String, NamedFile> read = new HashMap<>();
        found.forEach((id, file) -> {
            byte[] content = files.content(id);
            // one that was deleted meanwhile is missing, not empty
            if (content.length == file.bytes()) {
                read.put(id, new NamedFile(file.filename(), content));
            }
        });
        return read;
    }

    private static Fault unavailable() {
        return Fault.of(FaultCode.ESCROW_UNAVAILABLE, "Files cannot be read: the database is away.")
                .withRetryAfter(Duration.ofSeconds(1));
    }
}
