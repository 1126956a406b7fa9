package dev.sluice.gateway.batches;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.gateway.files.FileLimits;
import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.gateway.http.ListPage;
import dev.sluice.gateway.offloop.KeyedAnswers;
import dev.sluice.gateway.offloop.KeyedRoutes;
import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.protocol.batch.BatchObject;
import dev.sluice.protocol.batch.BatchStatus;
import dev.sluice.protocol.batch.FileObject;
import dev.sluice.protocol.batch.NewBatch;
import dev.sluice.protocol.batch.Page;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/batches`: makes, shows and cancels batches of a key. They are run by [BatchRunner].
final class BatchRoutes implements KeyedRoutes {

    private static final String ROOT = "/v1/batches";
    private static final String CANCEL = "/cancel";
    private static final String HEADERS = "x-sluice-";
    private static final String IDEMPOTENCY = "idempotency-key";
    private static final int MOST_IDEMPOTENCY = 255;
    private static final int MOST_LISTED = 100;
    private static final int USUALLY_LISTED = 20;
    private static final Duration LATER = Duration.ofMinutes(1);

    private final PostgresBatchStore batches;
    private final PostgresFileStore files;
    private final HeldItems items;
    private final Ids ids;
    private final BatchLimits limits;
    private final FileLimits fileLimits;
    private final Runnable wake;

    /// @param wake tells the runner that there is something new
    BatchRoutes(
            PostgresBatchStore batches,
            PostgresFileStore files,
            HeldItems items,
            Ids ids,
            BatchLimits limits,
            FileLimits fileLimits,
            Runnable wake) {
        this.batches = batches;
        this.files = files;
        this.items = items;
        this.ids = ids;
        this.limits = limits;
        this.fileLimits = fileLimits;
        this.wake = wake;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    @Override
    public Answer handle(KeyEntry key, Ask ask) {
        requireAllowed(key);
        Owner owner = Owner.of(key);
        if (ask.path().equals(ROOT)) {
            return switch (ask.method()) {
                case "GET" -> list(owner, ask);
                case "POST" -> make(key, ask);
                default -> KeyedAnswers.notAllowed(ask, "GET, POST");
            };
        }
        String rest = ask.path().substring(ROOT.length() + 1);
        if (rest.endsWith(CANCEL)) {
            String id = rest.substring(0, rest.length() - CANCEL.length());
            return ask.method().equals("POST")
                    ? cancel(owner, id)
                    : KeyedAnswers.notAllowed(ask, "POST");
        }
        return ask.method().equals("GET")
                ? KeyedAnswers.json(found(batches.find(owner, rest), rest).json())
                : KeyedAnswers.notAllowed(ask, "GET");
    }

    private static void requireAllowed(KeyEntry key) {
        if (!key.endpointFamilies().isEmpty() && !key.endpointFamilies().contains("batches")) {
            throw Policy.denied("action", "This key may not use the endpoint 'batches'.")
                    .asException();
        }
        if (!key.actions().isEmpty() && !key.actions().contains("batch")) {
            throw Policy.denied("action", "This key is not allowed the action 'batch'.")
                    .asException();
        }
    }

    private Answer list(Owner owner, Ask ask) {
        int limit = ListPage.limit(ask::parameter, USUALLY_LISTED, MOST_LISTED);
        List<ObjectNode> found =
                batches.list(owner, ask.parameter("after", ""), limit + 1).stream()
                        .map(BatchObject::json)
                        .toList();
        return KeyedAnswers.json(Page.of(found, limit));
    }

    private Answer make(KeyEntry key, Ask ask) {
        Owner owner = Owner.of(key);
        NewBatch wanted = NewBatch.of(ask.body().bytes());
        requireInput(owner, wanted.inputFileId());
        PostgresBatchStore.Names names =
                new PostgresBatchStore.Names(
                        ids.next("batch"),
                        FileObject.idOf(ids.next("file")),
                        FileObject.idOf(ids.next("file")));
        Duration keep = wanted.keep() == null ? fileLimits.keptFile() : wanted.keep();
        Map<String, String> said = said(ask);
        String idempotency = idempotencyKey(ask);
        boolean held =
                !batches.isKnown(owner, idempotency)
                        && items.hold(key, ask.requestId(), said, names.batchId(), wanted);
        PostgresBatchStore.Made made;
        try {
            made = batches.make(owner, names, wanted, said, keep.toSeconds(), idempotency);
        } finally {
            if (held) {
                items.decided(names.batchId());
            }
        }
        BatchObject batch = made.batch();
        if (batch == null) {
            throw Fault.of(
                            FaultCode.RATE_LIMIT_EXCEEDED,
                            "The organization has %d batches that are not done. Wait for some."
                                    .formatted(limits.openBatches()))
                    .withRetryAfter(LATER)
                    .asException();
        }
        if (made.isNew()) {
            wake.run();
        } else if (!isSame(batch, wanted)) {
            throw Fault.of(
                            FaultCode.IDEMPOTENCY_CONFLICT,
                            "This Idempotency-Key was used for the batch " + batch.id() + ".")
                    .withShouldRetry(false)
                    .asException();
        }
        return KeyedAnswers.json(batch.json());
    }

    private static boolean isSame(BatchObject batch, NewBatch wanted) {
        return batch.endpoint().equals(wanted.endpoint())
                && batch.inputFileId().equals(wanted.inputFileId())
                && Objects.equals(batch.metadata(), wanted.metadata());
    }

    private void requireInput(Owner owner, String id) {
        Optional<FileObject> input = files.find(owner, id);
        if (input.isEmpty()) {
            throw Fault.invalid("The file '" + id + "' is not kept for this key.", "input_file_id")
                    .asException();
        }
        if (!input.get().purpose().equals(FileObject.BATCH)) {
            throw Fault.invalid(
                            "The input file of a batch must have the purpose `batch`.",
                            "input_file_id")
                    .asException();
        }
    }

    /// What the client says of the calls, for each of them.
    private static Map<String, String> said(Ask ask) {
        Map<String, String> said = new HashMap<>();
        ask.headers()
                .forEach((name, values) -> {
                    if (name.startsWith(HEADERS)) {
                        said.put(name, plain(name, values.getFirst()));
                    }
                });
        return said;
    }

    /// They are sent again later, and everything else would arrive as something else.
    private static String plain(String name, String value) {
        if (value.chars().anyMatch(c -> c > 0x7e)) {
            throw Fault.invalid("The header " + name + " of a batch must be printable ASCII.", name)
                    .asException();
        }
        return value;
    }

    private static @Nullable String idempotencyKey(Ask ask) {
        List<String> sent = ask.headers().getOrDefault(IDEMPOTENCY, List.of());
        if (sent.isEmpty()) {
            return null;
        }
        String key = sent.getFirst();
        if (sent.size() > 1 || key.isBlank() || key.length() > MOST_IDEMPOTENCY) {
            throw Fault.invalid(
                            "Idempotency-Key must have 1 to %d characters and be sent once."
                                    .formatted(MOST_IDEMPOTENCY),
                            IDEMPOTENCY)
                    .asException();
        }
        return key;
    }

    private Answer cancel(Owner owner, String id) {
        BatchObject batch = found(batches.cancel(owner, id), id);
        if (batch.status() != BatchStatus.CANCELLING && batch.status() != BatchStatus.CANCELLED) {
            throw Fault.of(
                            FaultCode.CONFLICT,
                            "The batch is %s and cannot be cancelled."
                                    .formatted(batch.status().wireName()))
                    .asException();
        }
        wake.run();
        return KeyedAnswers.json(batch.json());
    }

    private static BatchObject found(Optional<BatchObject> batch, String id) {
        return batch.orElseThrow(() ->
                Fault.of(FaultCode.NOT_FOUND, "The batch '" + id + "' is not one of this key.")
                        .asException());
    }
}
