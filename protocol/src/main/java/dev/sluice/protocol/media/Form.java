package dev.sluice.protocol.media;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.Pieces;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of a request, whether they came as JSON or as a form. A member of the wrong kind is
/// a 400 that names it; null is absent.
public interface Form {

    static Form of(RequestContent content) {
        return switch (content) {
            case RequestContent.Json json -> JsonForm.read(json.identity());
            case RequestContent.Multipart multipart -> new MultipartForm(multipart);
        };
    }

    @Nullable String text(String name);

    OptionalLong whole(String name, long min, long max);

    boolean flag(String name);

    /// Files and whatever stands for one, under this name or the same with `[]`.
    List<Part> files(String name);

    /// What members there are.
    Set<String> names();

    /// How many members a list has; 0 where there is none.
    int count(String name);

    /// The request for an upstream that knows the model by this name.
    byte[] withModel(String model);

    /// The same where the request is too large to be in memory; null everywhere else.
    default @Nullable Pieces piecesWithModel(String model) {
        return null;
    }

    String contentType();

    /// The text of a member that has to be there.
    default String required(String name) {
        String text = text(name);
        if (text == null || text.isEmpty()) {
            throw Fields.missing(name);
        }
        return text;
    }

    default String model() {
        return Fields.model(required("model"));
    }

    /// Who the call is made for, where the request says so.
    default @Nullable String user() {
        String user = text("user");
        if (user != null && user.length() > Fields.MAX_NAME) {
            throw Fields.wrong("user", "at most " + Fields.MAX_NAME + " characters long");
        }
        return user == null || user.isEmpty() ? null : user;
    }

    /// UTF-8 bytes of a member's text; 0 where it is absent.
    default long bytesOf(String name) {
        String text = text(name);
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
