package dev.sluice.app.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Lists, a page at a time or all of them.
final class Paging {

    private static final String PAGE_OF_ALL = "500";

    private Paging() {}

    static Field[] fields() {
        return new Field[] {
            Field.whole("--limit", "how many rows at most, up to 500"),
            Field.text("--cursor", "CURSOR", "where the page before this one ended"),
            Field.flag("--all", "every page"),
        };
    }

    /// Prints a list. With `--all` the pages become one.
    static int list(Invocation in, String path, Map<String, String> query, List<String> columns) {
        Map<String, String> asked = new LinkedHashMap<>(query);
        if ("true".equals(asked.remove("all"))) {
            return all(in, path, asked, columns);
        }
        ApiAnswer answer = in.get(path, asked);
        int code = in.print(answer, columns);
        String next = next(answer.json());
        if (code == ExitCode.OK && next != null && !in.isForPrograms()) {
            in.context()
                    .err()
                    .println(
                            "There is more: --all shows everything, --cursor "
                                    + next
                                    + " the next page.");
        }
        return code;
    }

    private static int all(
            Invocation in, String path, Map<String, String> query, List<String> columns) {
        Map<String, String> asked = new LinkedHashMap<>(query);
        asked.putIfAbsent("limit", PAGE_OF_ALL);
        ArrayNode rows = Json.array();
        while (true) {
            ApiAnswer answer = in.get(path, asked);
            JsonNode page = answer.json();
            if (!answer.ok() || page == null) {
                return in.print(answer, columns);
            }
            if (page.get("data") instanceof ArrayNode data) {
                rows.addAll(data);
            }
            String next = next(page);
            if (next == null) {
                var whole = Json.object().put("object", "list");
                whole.set("data", rows);
                whole.put("has_more", false).putNull("next_cursor");
                return in.print(
                        new ApiAnswer(
                                answer.status(),
                                Json.write(whole),
                                answer.requestId(),
                                answer.date()),
                        columns);
            }
            asked.put("cursor", next);
        }
    }

    private static @Nullable String next(@Nullable JsonNode page) {
        return page == null ? null : Json.text(page, "next_cursor");
    }
}
