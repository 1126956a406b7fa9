package dev.sluice.simulator.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The models the simulated provider has.
public final class Models {

    /// What a model can do.
    ///
    /// @param context most tokens of prompt and answer together
    /// @param dimensions of its vectors; 0 for a chat model
    /// @param reasons thinks before it answers, asked or not
    public record Model(String id, long context, int dimensions, boolean reasons) {

        public boolean embeds() {
            return dimensions > 0;
        }
    }

    private static final Map<String, Model> OWN = new LinkedHashMap<>();

    static {
        add(new Model("sim-chat", 128_000, 0, false));
        add(new Model("sim-chat-large", 200_000, 0, false));
        add(new Model("sim-mini", 128_000, 0, false));
        add(new Model("sim-reasoner", 200_000, 0, true));
        add(new Model("sim-tiny", 4_096, 0, false));
        add(new Model("sim-embed", 8_192, 1_536, false));
        add(new Model("sim-embed-large", 8_192, 3_072, false));
    }

    private final Map<String, Model> all = new LinkedHashMap<>(OWN);
    private final boolean any;

    /// @param extra further chat models (or embedding ones, where the name says so)
    /// @param any whether every other name is a model too
    public Models(Set<String> extra, boolean any) {
        this.any = any;
        extra.forEach(id -> all.putIfAbsent(id, named(id)));
    }

    private static void add(Model model) {
        OWN.put(model.id(), model);
    }

    private static Model named(String id) {
        boolean embeds = id.contains("embed");
        return new Model(id, embeds ? 8_192 : 128_000, embeds ? 1_536 : 0, id.contains("reason"));
    }

    public Optional<Model> find(String id) {
        Model model = all.get(id);
        if (model == null && any && !id.isBlank()) {
            return Optional.of(named(id));
        }
        return Optional.ofNullable(model);
    }

    public Iterable<Model> list() {
        return all.values();
    }
}
