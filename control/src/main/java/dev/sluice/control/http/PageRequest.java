package dev.sluice.control.http;

import dev.sluice.domain.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One page of a list that is sorted newest first: how many, and after which sort key.
///
/// @param limit 1 to 500
/// @param after the sort key of the last item of the page before; empty for the first page
public record PageRequest(int limit, List<String> after) {

    public static final int MAX_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 50;

    /// Reads `limit` and `cursor`; wrong ones are a 400.
    ///
    /// @param keyParts how many parts the list's sort key has
    public static PageRequest of(ManagementRequest request, int keyParts) {
        int limit = request.query("limit").map(PageRequest::limit).orElse(DEFAULT_LIMIT);
        List<String> after = request.query("cursor").map(PageRequest::decode).orElse(List.of());
        if (!after.isEmpty() && after.size() != keyParts) {
            throw badCursor();
        }
        return new PageRequest(limit, after);
    }

    /// The sort key of the page before, where it has one part.
    public Optional<String> afterId() {
        return after.stream().findFirst();
    }

    /// The list envelope. `rows` holds up to `limit + 1` rows, so that `has_more` needs no count.
    public <T> ManagementResponse answer(
            List<T> rows, Function<T, ? extends JsonNode> show, Function<T, List<String>> key) {
        boolean more = rows.size() > limit;
        List<T> shown = more ? rows.subList(0, limit) : rows;
        ObjectNode envelope = Json.object();
        envelope.put("object", "list");
        ArrayNode data = envelope.putArray("data");
        shown.forEach(row -> data.add(show.apply(row)));
        envelope.put("has_more", more);
        envelope.put("next_cursor", more ? encode(key.apply(shown.getLast())) : null);
        return ManagementResponse.ok(envelope);
    }

    private static int limit(String text) {
        if (text.matches("\\d{1,3}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw Fault.invalid("'limit' must be a whole number from 1 to " + MAX_LIMIT + ".", "limit")
                .asException();
    }

    private static String encode(List<String> key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.write(Json.array(key)));
    }

    private static List<String> decode(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            JsonNode parts = Json.parse(new String(bytes, StandardCharsets.UTF_8));
            List<String> key = new ArrayList<>();
            for (JsonNode part : parts) {
                key.add(part.stringValue());
            }
            boolean clean =
                    key.stream().allMatch(p -> p.chars().noneMatch(Character::isISOControl));
            if (parts.isArray() && !key.isEmpty() && clean) {
                return key;
            }
        } catch (IllegalArgumentException | JacksonException _) {
            // answered below
        }
        throw badCursor();
    }

    private static dev.sluice.domain.FaultException badCursor() {
        return Fault.invalid(
                        "'cursor' is not one that this list gave out: take next_cursor as it is.",
                        "cursor")
                .asException();
    }
}
