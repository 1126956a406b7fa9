package dev.sluice.protocol.files;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultException;
import dev.sluice.protocol.Fields;
import dev.sluice.protocol.batch.FileObject;
import dev.sluice.protocol.json.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Files that a request names by the ids Sluice gave them: `file` parts of chat, `input_file` and
/// `input_image` of responses, sources of `image` and `document` blocks of messages, pictures that
/// images and videos are made from. No provider has these files, so that each gets their bytes in
/// the request. Ids that providers gave are left alone.
public final class FileReferences {

    private static final byte[] NAME = "file_id".getBytes(StandardCharsets.US_ASCII);

    /// Members of requests for images and videos that name pictures.
    private static final List<String> PICTURES = List.of("images", "mask", "input_reference");

    /// Members of requests that train a model.
    private static final List<String> TRAINING = List.of("training_file", "validation_file");

    /// Where a file is named.
    ///
    /// @param part the part or block that names it
    /// @param path of the id, for messages
    private record Place(ObjectNode part, String id, String path) {}

    private final ObjectNode request;
    private final List<Place> places = new ArrayList<>();

    private FileReferences(ObjectNode request) {
        this.request = request;
    }

    /// Whether it is worth while to ask [#of]; cheap.
    public static boolean mayBeIn(byte[] body) {
        return Trees.mentions(body, NAME);
    }

    /// Those of a request; null where there are none, and of what is no request.
    public static @Nullable FileReferences of(byte[] body) {
        try {
            if (!(Trees.read(body) instanceof ObjectNode request)) {
                return null;
            }
            FileReferences references = new FileReferences(request);
            references.search(request.path("messages"), "messages");
            references.search(request.path("input"), "input");
            for (String name : PICTURES) {
                references.pictures(request.path(name), name);
            }
            return references.places.isEmpty() ? null : references;
        } catch (JacksonException e) {
            return null;
        }
    }

    /// Those of a request that trains a model, which names nothing else.
    ///
    /// @throws FaultException `invalid_request` for what is no id of a file
    public static @Nullable FileReferences ofTraining(byte[] body) {
        try {
            if (!(Trees.read(body) instanceof ObjectNode request)) {
                return null;
            }
            FileReferences references = new FileReferences(request);
            for (String name : TRAINING) {
                JsonNode given = Trees.present(request, name);
                if (given == null) {
                    continue;
                }
                String id = given.isString() ? given.stringValue() : "";
                if (!FileObject.isId(id)) {
                    throw given.isString() ? unknown(id, name) : Fields.wrong(name, "a string");
                }
                references.places.add(new Place(request, id, name));
            }
            return references.places.isEmpty() ? null : references;
        } catch (JacksonException e) {
            return null;
        }
    }

    /// One picture, or several.
    private void pictures(JsonNode node, String path) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                pictures(node.get(i), path + "[" + i + "]");
            }
        } else if (node instanceof ObjectNode picture) {
            take(picture, picture, path);
        }
    }

    private void search(JsonNode node, String path) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                search(node.get(i), path + "[" + i + "]");
            }
        } else if (node instanceof ObjectNode part && !take(part, path)) {
            search(part.path("content"), path + ".content");
            // what a tool of the client gave
            search(part.path("output"), path + ".output");
        }
    }

    private boolean take(ObjectNode part, String path) {
        return switch (Trees.stringOrEmpty(part, "type")) {
            case "file" -> take(part, part.path("file"), path + ".file");
            case "input_file", "input_image" -> take(part, part, path);
            case "image", "document" -> take(part, part.path("source"), path + ".source");
            default -> false;
        };
    }

    private boolean take(ObjectNode part, JsonNode holder, String path) {
        String id = Trees.stringOrEmpty(holder, "file_id");
        if (FileObject.isId(id)) {
            places.add(new Place(part, id, path + ".file_id"));
            return true;
        }
        return false;
    }

    /// The ids, each as often as it is named.
    public List<String> ids() {
        return places.stream().map(Place::id).toList();
    }

    /// The request with the files in the places of their ids.
    ///
    /// @param known files by id
    /// @throws FaultException `invalid_request` for a file that is not known, or of a kind that its
    ///     place does not take
    public byte[] resolved(Map<String, NamedFile> known) {
        for (Place place : places) {
            NamedFile file = known.get(place.id);
            if (file == null) {
                throw unknown(place.id, place.path);
            }
            if (TRAINING.contains(place.path)) {
                request.set(place.path, named(file, place.id));
                continue;
            }
            switch (Trees.stringOrEmpty(place.part, "type")) {
                case "file" -> put(file, (ObjectNode) place.part.path("file"));
                case "input_file" -> put(file, place.part);
                case "image" -> place.part.set("source", inline(image(file, place)));
                case "document" -> place.part.set("source", document(file, place));
                default -> {
                    place.part.remove("file_id");
                    place.part.put("image_url", image(file, place).dataUri());
                }
            }
        }
        return Trees.bytes(request);
    }

    private static ObjectNode named(NamedFile file, String id) {
        return Trees.object()
                .put("file_id", id)
                .put("filename", file.name())
                .put("data", file.base64());
    }

    private static void put(NamedFile file, ObjectNode holder) {
        holder.remove("file_id");
        if (Trees.string(holder, "filename") == null) {
            holder.put("filename", file.name());
        }
        holder.put("file_data", file.dataUri());
    }

    private static ObjectNode inline(NamedFile file) {
        return Trees.object()
                .put("type", "base64")
                .put("media_type", file.type())
                .put("data", file.base64());
    }

    private static ObjectNode document(NamedFile file, Place place) {
        if (file.type().equals(NamedFile.PDF)) {
            return inline(file);
        }
        if (file.isImage() || !file.isText()) {
            throw Fault.invalid(
                            "The file '%s' is of the type %s; a document is a PDF or text."
                                    .formatted(place.id, file.type()),
                            place.path)
                    .asException();
        }
        return Trees.object()
                .put("type", "text")
                .put("media_type", "text/plain")
                .put("data", file.text());
    }

    private static NamedFile image(NamedFile file, Place place) {
        if (!file.isImage()) {
            throw Fault.invalid(
                            "The file '%s' is of the type %s; an image is a PNG, JPEG, GIF or WebP."
                                    .formatted(place.id, file.type()),
                            place.path)
                    .asException();
        }
        return file;
    }

    private static FaultException unknown(String id, String path) {
        return Fault.invalid(
                        "The file '"
                                + id
                                + "' is not kept for this key, or no longer: upload it to"
                                + " /v1/files.",
                        path)
                .asException();
    }
}
