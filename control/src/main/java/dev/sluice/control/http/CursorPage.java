package dev.sluice.control.http;

import dev.sluice.ledger.reading.Page;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lists whose pages and cursors another module cuts: the envelope and the cursors look as those of
/// [PageRequest].
public final class CursorPage {

    private CursorPage() {}

    /// The other module's cursor, or null for the first page.
    public static @Nullable String cursor(ManagementRequest request) {
        return PageRequest.of(request, 1).afterId().orElse(null);
    }

    public static int limit(ManagementRequest request) {
        return PageRequest.of(request, 1).limit();
    }

    public static <T> ManagementResponse answer(
            Page<T> page, Function<T, ? extends JsonNode> show) {
        ObjectNode envelope = Json.object();
        envelope.put("object", "list");
        ArrayNode data = envelope.putArray("data");
        page.data().forEach(item -> data.add(show.apply(item)));
        String next = page.nextCursor();
        envelope.put("has_more", next != null);
        envelope.put("next_cursor", next == null ? null : encode(next));
        return ManagementResponse.ok(envelope);
    }

    private static String encode(String cursor) {
        byte[] key = Json.array(List.of(cursor)).toString().getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }
}
