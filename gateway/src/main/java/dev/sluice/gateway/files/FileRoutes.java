package dev.sluice.gateway.files;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.Ids;
import dev.sluice.gateway.http.ListPage;
import dev.sluice.gateway.http.MultipartReader;
import dev.sluice.gateway.http.SpooledForm;
import dev.sluice.gateway.limits.Limits;
import dev.sluice.gateway.offloop.KeyedAnswers;
import dev.sluice.gateway.offloop.KeyedRoutes;
import dev.sluice.gateway.offloop.OffLoop;
import dev.sluice.gateway.offloop.OffLoop.Answer;
import dev.sluice.gateway.offloop.OffLoop.Ask;
import dev.sluice.gateway.offloop.OffLoop.Content;
import dev.sluice.gateway.responses.ResponseStore.Owner;
import dev.sluice.gateway.spool.SpooledFile;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Policy;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.anthropic.AnthropicFiles;
import dev.sluice.protocol.batch.FileObject;
import dev.sluice.protocol.batch.NewBatch;
import dev.sluice.protocol.batch.Page;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/files`: what a key uploaded, and what its batches left behind, in the shapes of OpenAI's or
/// of Anthropic's API. No provider is asked.
public final class FileRoutes implements KeyedRoutes {

    private static final String ROOT = "/v1/files";
    private static final String CONTENT = "/content";
    private static final int MOST_LISTED = 10_000;

    /// How many Anthropic's clients are shown, unless they say otherwise, and at most.
    private static final int USUALLY_LISTED = 20;

    private static final int MOST_LISTED_FOR_ANTHROPIC = 1_000;
    private static final int MOST_NAME = 512;

    /// What a key needs that is limited to some endpoint families.
    private static final Set<String> FAMILIES = Set.of("files", "batches", "fine_tuning");

    private final PostgresFileStore files;
    private final Ids ids;
    private final InstantSource clock;
    private final Limits forms;
    private final FileLimits limits;

    /// @param forms bounds the forms that files come in
    public FileRoutes(
            PostgresFileStore files,
            Ids ids,
            InstantSource clock,
            Limits forms,
            FileLimits limits) {
        this.files = files;
        this.ids = ids;
        this.clock = clock;
        this.forms = forms;
        this.limits = limits;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    @Override
    public boolean speaks(Dialect dialect) {
        return dialect == Dialect.OPENAI || dialect == Dialect.ANTHROPIC;
    }

    @Override
    public Answer handle(KeyEntry key, Ask ask) {
        if (!key.endpointFamilies().isEmpty()
                && key.endpointFamilies().stream().noneMatch(FAMILIES::contains)) {
            throw Policy.denied("action", "This key may not use the endpoint 'files'.")
                    .asException();
        }
        Owner owner = Owner.of(key);
        boolean anthropic = KeyedAnswers.dialect(ask) == Dialect.ANTHROPIC;
        if (ask.path().equals(ROOT)) {
            return switch (ask.method()) {
                case "GET" -> anthropic ? listForAnthropic(owner, ask) : list(owner, ask);
                case "POST" -> upload(owner, ask);
                default -> KeyedAnswers.notAllowed(ask, "GET, POST");
            };
        }
        String rest = ask.path().substring(ROOT.length() + 1);
        if (rest.endsWith(CONTENT)) {
            String id = rest.substring(0, rest.length() - CONTENT.length());
            return ask.method().equals("GET")
                    ? content(owner, id)
                    : KeyedAnswers.notAllowed(ask, "GET");
        }
        return switch (ask.method()) {
            case "GET" -> KeyedAnswers.json(told(found(owner, rest), anthropic));
            case "DELETE" -> delete(owner, rest, anthropic);
            default -> KeyedAnswers.notAllowed(ask, "GET, DELETE");
        };
    }

    private Answer list(Owner owner, Ask ask) {
        ListPage page = ListPage.of(ask::parameter, MOST_LISTED, MOST_LISTED);
        String purpose = ask.parameter("purpose", "");
        List<ObjectNode> found =
                files
                        .list(
                                owner,
                                purpose.isEmpty() ? null : purpose,
                                page.after(),
                                page.ascending(),
                                page.limit() + 1)
                        .stream()
                        .map(FileObject::json)
                        .toList();
        return KeyedAnswers.json(Page.of(found, page.limit()));
    }

    private static ObjectNode told(FileObject file, boolean anthropic) {
        return anthropic ? AnthropicFiles.metadata(file) : file.json();
    }

    /// Pages lead both ways from the newest; `before_id` asks for what is newer.
    private Answer listForAnthropic(Owner owner, Ask ask) {
        String after = ask.parameter("after_id", "");
        String before = ask.parameter("before_id", "");
        if (!after.isEmpty() && !before.isEmpty()) {
            throw Fault.invalid("Send `after_id` or `before_id`, not both.", "before_id")
                    .asException();
        }
        if (!ask.parameter("scope_id", "").isEmpty()) {
            throw Fault.invalid("Files have no scopes here.", "scope_id").asException();
        }
        int limit = ListPage.limit(ask::parameter, USUALLY_LISTED, MOST_LISTED_FOR_ANTHROPIC);
        boolean newer = !before.isEmpty();
        List<FileObject> found = files.list(owner, null, newer ? before : after, newer, limit + 1);
        List<FileObject> shown = found.subList(0, Math.min(limit, found.size()));
        return KeyedAnswers.json(
                AnthropicFiles.page(newer ? shown.reversed() : shown, found.size() > limit));
    }

    private Answer upload(Owner owner, Ask ask) {
        boolean anthropic = KeyedAnswers.dialect(ask) == Dialect.ANTHROPIC;
        String type = String.join(",", ask.headers().getOrDefault("content-type", List.of()));
        if (!MultipartReader.isForm(type)) {
            throw Fault.of(
                            FaultCode.UNSUPPORTED_MEDIA_TYPE,
                            anthropic
                                    ? "Send the file as multipart/form-data, with `file`."
                                    : "Send the file as multipart/form-data, with `purpose` and"
                                            + " `file`.")
                    .asException();
        }
        Part file = null;
        Map<String, String> fields = new LinkedHashMap<>();
        for (Part part : form(type, ask).parts()) {
            if (part.name().equals("file") && file == null) {
                file = part;
            } else if (part.name().equals("file")) {
                throw Fault.invalid("Send one file at a time.", "file").asException();
            } else {
                fields.put(part.name(), new String(part.content(), StandardCharsets.UTF_8));
            }
        }
        if (anthropic) {
            forAnthropic(fields);
        }
        return KeyedAnswers.json(told(keep(owner, required(file), fields), anthropic));
    }

    /// The fields as OpenAI's clients send them. Anthropic's do not say what a file is for: it is
    /// named in messages.
    private static void forAnthropic(Map<String, String> fields) {
        fields.putIfAbsent("purpose", "user_data");
        String seconds = fields.get("expires_in_seconds");
        if (seconds != null) {
            fields.put("expires_after[anchor]", "created_at");
            fields.put("expires_after[seconds]", seconds);
        }
    }

    private RequestContent.Multipart form(String type, Ask ask) {
        SpooledFile file = ask.body().file();
        return file == null
                ? MultipartReader.read(type, ask.body().bytes(), forms)
                : SpooledForm.read(type, file, forms);
    }

    private static Part required(@Nullable Part file) {
        if (file == null || !file.isFile()) {
            throw Fault.invalid("The form has no `file` with a filename.", "file").asException();
        }
        return file;
    }

    private FileObject keep(Owner owner, Part file, Map<String, String> fields) {
        String purpose = fields.getOrDefault("purpose", "");
        if (!FileObject.PURPOSES.contains(purpose)) {
            throw Fault.invalid(
                            "`purpose` must be one of "
                                    + String.join(", ", new TreeSet<>(FileObject.PURPOSES))
                                    + ".",
                            "purpose")
                    .asException();
        }
        long bytes = file.pieces().length();
        if (bytes > limits.fileBytes()) {
            throw Fault.of(
                            FaultCode.REQUEST_TOO_LARGE,
                            "The file has %d bytes; %d are the most that is kept."
                                    .formatted(bytes, limits.fileBytes()))
                    .withParam("file")
                    .asException();
        }
        // as it is read from the database again
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        FileObject kept =
                new FileObject(
                        FileObject.idOf(ids.next("file")),
                        bytes,
                        now,
                        now.plus(keep(fields)),
                        name(file),
                        purpose);
        files.keep(owner, kept, file.pieces());
        return kept;
    }

    private Duration keep(Map<String, String> fields) {
        String anchor = fields.get("expires_after[anchor]");
        String seconds = fields.get("expires_after[seconds]");
        return anchor == null && seconds == null
                ? limits.keptFile()
                : NewBatch.keep(
                        anchor == null ? "" : anchor,
                        seconds == null ? "" : seconds,
                        "expires_after");
    }

    private static String name(Part file) {
        String name = file.filename();
        if (name == null || name.isBlank() || name.length() > MOST_NAME) {
            throw Fault.invalid(
                            "The file needs a name of 1 to " + MOST_NAME + " characters.", "file")
                    .asException();
        }
        return name;
    }

    private FileObject found(Owner owner, String id) {
        return files.find(owner, id).orElseThrow(() -> notFound(id).asException());
    }

    private static Fault notFound(String id) {
        return Fault.of(FaultCode.NOT_FOUND, "The file '" + id + "' is not kept for this key.");
    }

    private Answer delete(Owner owner, String id, boolean anthropic) {
        if (!files.delete(owner, id)) {
            throw notFound(id).asException();
        }
        return KeyedAnswers.json(anthropic ? AnthropicFiles.deleted(id) : FileObject.deleted(id));
    }

    private Answer content(Owner owner, String id) {
        FileObject file = found(owner, id);
        Map<String, String> headers =
                Map.of(
                        "content-type",
                        "application/octet-stream",
                        "content-disposition",
                        "attachment; filename=\"" + plain(file.filename()) + "\"");
        return new Answer(200, headers, Content.EMPTY, sink -> write(id, file.bytes(), sink));
    }

    /// A file that is deleted while it is read ends in the middle, which its reader is told by a
    /// connection that breaks.
    private void write(String id, long bytes, OffLoop.Sink sink) {
        long written = 0;
        for (int next = 0; written < bytes; next++) {
            Optional<byte[]> piece = files.piece(id, next);
            if (piece.isEmpty()) {
                throw new IllegalStateException(id + " went while it was read");
            }
            if (!sink.write(piece.get())) {
                return;
            }
            written += piece.get().length;
        }
    }

    /// What a header can say of a name.
    private static String plain(String name) {
        return name.replaceAll("[^ -~]|[\"\\\\]", "_");
    }
}
