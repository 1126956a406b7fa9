package dev.sluice.protocol.media;

import dev.sluice.protocol.Fields;
import dev.sluice.protocol.Pieces;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A request that came as a form: everything in it is text or a file. Parts keep their order and
/// names, known or not.
final class MultipartForm implements Form {

    private final RequestContent.Multipart sent;

    MultipartForm(RequestContent.Multipart sent) {
        this.sent = sent;
    }

    @Override
    public @Nullable String text(String name) {
        List<Part> named = sent.parts().stream().filter(part -> part.name().equals(name)).toList();
        if (named.isEmpty()) {
            return null;
        }
        if (named.size() > 1 || named.getFirst().isFile()) {
            throw Fields.wrong(name, "one field of text");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(named.getFirst().content()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Fields.wrong(name, "text in UTF-8");
        }
    }

    @Override
    public OptionalLong whole(String name, long min, long max) {
        String text = text(name);
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (text.matches("\\d{1,9}")) {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return OptionalLong.of(value);
            }
        }
        throw Fields.wrong(name, "an integer from " + min + " to " + max);
    }

    @Override
    public boolean flag(String name) {
        String text = text(name);
        if (text == null || text.isEmpty()) {
            return false;
        }
        return switch (text) {
            case "true", "True", "1" -> true;
            case "false", "False", "0" -> false;
            default -> throw Fields.wrong(name, "`true` or `false`");
        };
    }

    @Override
    public List<Part> files(String name) {
        return sent.parts().stream()
                .filter(part -> part.name().equals(name) || part.name().equals(name + "[]"))
                .toList();
    }

    @Override
    public Set<String> names() {
        return sent.parts().stream()
                .map(part -> part.name().replace("[]", ""))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public int count(String name) {
        return files(name).size();
    }

    @Override
    public byte[] withModel(String model) {
        return edited(model).bytes();
    }

    @Override
    public @Nullable Pieces piecesWithModel(String model) {
        return sent.inMemory() ? null : edited(model).pieces();
    }

    private RequestContent.Multipart edited(String model) {
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        return new RequestContent.Multipart(
                sent.boundary(),
                sent.parts().stream()
                        .map(part -> part.name().equals("model") ? Part.text("model", name) : part)
                        .toList());
    }

    @Override
    public String contentType() {
        return "multipart/form-data; boundary=" + sent.boundary();
    }
}
