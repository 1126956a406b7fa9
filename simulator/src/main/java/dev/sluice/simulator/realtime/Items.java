package dev.sluice.simulator.realtime;

import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.exchange.Json;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation: its items in order, and what reading them takes.
final class Items {

    private static final long FRAMING_TOKENS = 4;
    private static final int AUDIO_TOKENS_PER_SECOND = 10;

    /// @param text tokens of text
    /// @param audio tokens of sound
    private record Item(ObjectNode shown, String said, long text, long audio) {}

    private final List<Item> items = new ArrayList<>();

    /// What the newest response has read, and a cache still has.
    private long seenText;

    private long seenAudio;

    /// Adds an item as a client writes it.
    ///
    /// @param bytesPerSecond of the sound in it
    void add(ObjectNode item, int bytesPerSecond) {
        StringBuilder said = new StringBuilder();
        long audio = 0;
        for (JsonNode part : item.path("content")) {
            said.append(Json.text(part, "text")).append(Json.text(part, "transcript"));
            audio += audioTokens(bytesOfBase64(Json.text(part, "audio")), bytesPerSecond);
            ((ObjectNode) part).remove("audio");
        }
        said.append(Json.text(item, "name"))
                .append(Json.text(item, "arguments"))
                .append(Json.text(item, "output"));
        String text = said.toString();
        items.add(new Item(item, text, Tokens.count(text) + FRAMING_TOKENS, audio));
    }

    /// Adds what was said into the buffer.
    void addSpoken(ObjectNode item, long bytes, int bytesPerSecond) {
        items.add(new Item(item, "", FRAMING_TOKENS, audioTokens(bytes, bytesPerSecond)));
    }

    /// Adds what a response made.
    void addMade(ObjectNode item, String said, long text, long audio) {
        items.add(new Item(item, said, text + FRAMING_TOKENS, audio));
    }

    static long audioTokens(long bytes, int bytesPerSecond) {
        return Math.ceilDiv(bytes * AUDIO_TOKENS_PER_SECOND, bytesPerSecond);
    }

    static long bytesOfBase64(String text) {
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return text.length() / 4L * 3 - padding;
    }

    boolean remove(String id) {
        boolean removed = items.removeIf(item -> Json.text(item.shown, "id").equals(id));
        if (removed) {
            seenText = 0;
            seenAudio = 0;
        }
        return removed;
    }

    @Nullable ObjectNode find(String id) {
        return items.stream()
                .map(Item::shown)
                .filter(item -> Json.text(item, "id").equals(id))
                .findFirst()
                .orElse(null);
    }

    @Nullable String lastId() {
        return items.isEmpty() ? null : Json.text(items.getLast().shown, "id");
    }

    /// What the user says last tells the simulator what to do.
    Directives directives() {
        for (Item item : items.reversed()) {
            if (Json.text(item.shown, "role").equals("user")) {
                return Directives.inText(item.said);
            }
        }
        return Directives.NONE;
    }

    /// All that was said, for a seed and for the journal.
    String text() {
        StringBuilder all = new StringBuilder();
        items.forEach(item ->
                all.append(Json.text(item.shown, "role"))
                        .append(": ")
                        .append(item.said)
                        .append(" (")
                        .append(item.audio)
                        .append(")\n"));
        return all.toString();
    }

    /// What a response reads; all that the one before has read comes from a cache.
    ///
    /// @param settings tokens of instructions and tools
    Read read(long settings) {
        long text = settings + items.stream().mapToLong(Item::text).sum();
        long audio = items.stream().mapToLong(Item::audio).sum();
        long cachedText = Math.min(seenText, text);
        long cachedAudio = Math.min(seenAudio, audio);
        seenText = text;
        seenAudio = audio;
        return new Read(text, audio, cachedText, cachedAudio);
    }

    /// The input of one response, cached tokens included.
    record Read(long text, long audio, long cachedText, long cachedAudio) {

        TrueUsage usage() {
            return TrueUsage.ofConversation(
                    text + audio, cachedText + cachedAudio, 0, 0, audio - cachedAudio, 0);
        }

        ObjectNode shown() {
            ObjectNode details = Json.object();
            details.put("text_tokens", text);
            details.put("audio_tokens", audio);
            details.put("image_tokens", 0);
            details.put("cached_tokens", cachedText + cachedAudio);
            details.putObject("cached_tokens_details")
                    .put("text_tokens", cachedText)
                    .put("audio_tokens", cachedAudio)
                    .put("image_tokens", 0);
            return details;
        }
    }
}
