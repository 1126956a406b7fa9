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
    /// @param dimensions of its vectors; 0 where it makes none
    /// @param reasons thinks before it answers, asked or not
    public record Model(String id, Kind kind, long context, int dimensions, boolean reasons) {

        /// Whether it answers with text.
        public boolean talks() {
            return kind == Kind.TEXT;
        }

        public boolean embeds() {
            return kind == Kind.VECTORS;
        }

        public boolean draws() {
            return kind == Kind.IMAGES || kind == Kind.PICTURES;
        }
    }

    /// What a model answers with.
    public enum Kind {
        TEXT,
        VECTORS,
        /// Images that are paid by their tokens, which are reported.
        IMAGES,
        /// Images that are paid by the piece: no usage is reported.
        PICTURES,
        /// Videos, made by jobs.
        VIDEOS,
        /// Speech that is paid by the characters of the text: no usage is reported.
        SPEECH,
        /// Speech that is paid by its tokens.
        VOICE,
        /// What it hears, written down and paid by the second.
        HEARS,
        /// What it hears, written down and paid by its tokens.
        TRANSCRIBES,
        /// Whether something is harmful: no usage is reported.
        MODERATES,
        /// A conversation in text and sound over one connection.
        TALKS,
        /// An order of documents, paid by the search.
        RANKS,
        /// An order of documents, paid by their tokens.
        RANKS_BY_TOKENS
    }

    private static final Map<String, Model> OWN = new LinkedHashMap<>();

    static {
        add(new Model("sim-chat", Kind.TEXT, 128_000, 0, false));
        add(new Model("sim-chat-large", Kind.TEXT, 200_000, 0, false));
        add(new Model("sim-mini", Kind.TEXT, 128_000, 0, false));
        add(new Model("sim-reasoner", Kind.TEXT, 200_000, 0, true));
        add(new Model("sim-tiny", Kind.TEXT, 4_096, 0, false));
        add(new Model("sim-embed", Kind.VECTORS, 8_192, 1_536, false));
        add(new Model("sim-embed-large", Kind.VECTORS, 8_192, 3_072, false));
        add(new Model("sim-image", Kind.IMAGES, 32_000, 0, false));
        add(new Model("sim-picture", Kind.PICTURES, 32_000, 0, false));
        add(new Model("sim-video", Kind.VIDEOS, 32_000, 0, false));
        add(new Model("sim-realtime", Kind.TALKS, 32_000, 0, false));
        add(new Model("sim-moderation", Kind.MODERATES, 32_000, 0, false));
        add(new Model("sim-rerank", Kind.RANKS, 4_096, 0, false));
        add(new Model("sim-rerank-tokens", Kind.RANKS_BY_TOKENS, 8_192, 0, false));
        add(new Model("sim-speech", Kind.SPEECH, 4_096, 0, false));
        add(new Model("sim-voice", Kind.VOICE, 4_096, 0, false));
        add(new Model("sim-whisper", Kind.HEARS, 16_000, 0, false));
        add(new Model("sim-transcribe", Kind.TRANSCRIBES, 16_000, 0, false));
    }

    private final Map<String, Model> all = new LinkedHashMap<>(OWN);
    private final boolean any;

    /// @param extra further chat models (embedding or image ones, where the name says so)
    /// @param any whether every other name is a model too
    public Models(Set<String> extra, boolean any) {
        this.any = any;
        extra.forEach(id -> all.putIfAbsent(id, named(id)));
    }

    private static void add(Model model) {
        OWN.put(model.id(), model);
    }

    private static Model named(String id) {
        if (id.contains("embed")) {
            return new Model(id, Kind.VECTORS, 8_192, 1_536, false);
        }
        if (id.contains("video")) {
            return new Model(id, Kind.VIDEOS, 32_000, 0, false);
        }
        if (id.contains("realtime")) {
            return new Model(id, Kind.TALKS, 32_000, 0, false);
        }
        if (id.contains("picture")) {
            return new Model(id, Kind.PICTURES, 32_000, 0, false);
        }
        if (id.contains("image")) {
            return new Model(id, Kind.IMAGES, 32_000, 0, false);
        }
        return new Model(id, Kind.TEXT, 128_000, 0, id.contains("reason"));
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
