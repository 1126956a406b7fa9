package dev.sluice.gateway;

import dev.sluice.gateway.responses.ResponseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Kept responses in memory.
final class MemoryResponses implements ResponseStore {

    private final Map<String, Kept> rows = new ConcurrentHashMap<>();
    private final Map<String, Kept> ofItems = new ConcurrentHashMap<>();

    private static String row(Owner owner, String id) {
        return owner + " " + id;
    }

    @Override
    public void keep(Owner owner, Kept response, Set<String> itemIds) {
        rows.put(row(owner, response.id()), response);
        itemIds.forEach(id -> ofItems.put(row(owner, id), response));
    }

    @Override
    public List<Kept> withItems(Owner owner, Set<String> itemIds) {
        return itemIds.stream()
                .map(id -> ofItems.get(row(owner, id)))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    @Override
    public Optional<Kept> find(Owner owner, String id) {
        return Optional.ofNullable(rows.get(row(owner, id)));
    }

    @Override
    public List<Kept> conversation(Owner owner, String id) {
        List<Kept> turns = new ArrayList<>();
        for (String at = id; at != null; ) {
            Kept turn = rows.get(row(owner, at));
            if (turn == null) {
                return List.of();
            }
            turns.addFirst(turn);
            at = turn.previousId();
        }
        return turns;
    }

    @Override
    public boolean delete(Owner owner, String id) {
        return rows.remove(row(owner, id)) != null;
    }

    int size() {
        return rows.size();
    }
}
