package dev.sluice.simulator.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The responses that were to be kept, by account and id. Safe from any thread.
final class ResponseStore {

    /// Responses kept; the oldest goes first.
    static final int LIMIT = 2_000;

    /// A response and everything that led to it.
    ///
    /// @param input all items before it, those of earlier responses included, each with an id
    record Kept(ObjectNode response, List<ObjectNode> input) {

        /// What the next turn begins with.
        List<ObjectNode> conversation() {
            List<ObjectNode> all = new ArrayList<>(input);
            for (JsonNode item : response.path("output")) {
                all.add((ObjectNode) item);
            }
            return all;
        }
    }

    private final Map<String, Kept> kept =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                    return size() > LIMIT;
                }
            };

    synchronized void put(String account, String id, Kept response) {
        kept.put(account + '\n' + id, response);
    }

    synchronized Optional<Kept> find(String account, String id) {
        return Optional.ofNullable(kept.get(account + '\n' + id));
    }

    synchronized boolean remove(String account, String id) {
        return kept.remove(account + '\n' + id) != null;
    }

    /// An item of any kept response of this account.
    synchronized Optional<ObjectNode> item(String account, String itemId) {
        return kept.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(account + '\n'))
                .flatMap(entry -> entry.getValue().conversation().stream())
                .filter(item -> item.path("id").asString("").equals(itemId))
                .findFirst();
    }
}
