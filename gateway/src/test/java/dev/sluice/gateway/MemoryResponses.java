package dev.sluice.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Kept responses in memory.
final class MemoryResponses implements ResponseStore {

    private final Map<String, Kept> rows = new ConcurrentHashMap<>();

    private static String row(Owner owner, String id) {
        return owner + " " + id;
    }

    @Override
    public void keep(Owner owner, Kept response) {
        rows.put(row(owner, response.id()), response);
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
