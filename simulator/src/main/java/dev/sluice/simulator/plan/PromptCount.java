package dev.sluice.simulator.plan;

import static dev.sluice.simulator.script.Directive.CACHED;
import static dev.sluice.simulator.script.Directive.CACHE_WRITE;
import static dev.sluice.simulator.script.Directive.CACHE_WRITE_HOUR;

import dev.sluice.simulator.answer.Media;
import dev.sluice.simulator.answer.PrefixMemory.Prefix;
import dev.sluice.simulator.answer.Seed;
import dev.sluice.simulator.answer.Tokens;
import dev.sluice.simulator.journal.TrueUsage;
import dev.sluice.simulator.script.Directives;

/// Counts the tokens of a prompt, fed by a dialect part by part.
///
/// Text: the tokens of every string of the messages, 3 for each message and 3 for the whole; tool
/// and response schemas as compact JSON. Never more than the UTF-8 bytes of all that text and
/// [#FRAMING]. On top: images, files, audio (see [Media]) and what a server-side tool reads.
public final class PromptCount {

    /// What the text part of a prompt may cost beyond its bytes.
    static final long FRAMING = 64;

    /// Input tokens of pages a server-side search reads.
    public static final long SEARCH = 1_536;

    private static final long WHOLE = 3;
    private static final long MESSAGE = 3;

    private long textTokens = WHOLE;
    private long textBytes;
    private long imageTokens;
    private long fileTokens;
    private long audioTokens;
    private long searches;
    private Seed beginning = Seed.of("");

    /// A message begins.
    public void message() {
        textTokens += MESSAGE;
    }

    public void text(String text) {
        textTokens += Tokens.count(text);
        textBytes += Tokens.utf8Length(text);
    }

    /// An image.
    ///
    /// @param source a URL, a data URL or base64
    public void image(String source, String detail) {
        imageTokens += Media.imageTokens(source, detail);
    }

    /// A file.
    ///
    /// @param source a data URL or base64; empty for a file that is only named
    public void file(String source) {
        fileTokens +=
                source.isEmpty() ? Media.UNSEEN_PAGES * Media.PDF_PAGE : Media.fileTokens(source);
    }

    public void audio(String base64) {
        audioTokens += Media.audioTokens(base64);
    }

    /// Searches the provider makes for this call.
    public void searches(long count) {
        searches = count;
    }

    /// Marks how far the prompt has been fed: what follows `essence` can be cached up to here.
    public Prefix prefix(String essence) {
        beginning = beginning.part(essence);
        return new Prefix(beginning.hex(), total());
    }

    public long text() {
        return Math.min(textTokens, textBytes + FRAMING);
    }

    public long images() {
        return imageTokens;
    }

    public long files() {
        return fileTokens;
    }

    public long audio() {
        return audioTokens;
    }

    public long total() {
        return text() + imageTokens + fileTokens + audioTokens + searches * SEARCH;
    }

    /// What the prompt uses; directives may say something else about the cache.
    ///
    /// @param seen tokens the cache has
    /// @param written tokens that go into it, those for an hour included
    public TrueUsage usage(Directives directives, long seen, long written, long hour) {
        long cacheable = total() - audioTokens;
        long cached = Math.clamp(directives.number(CACHED, seen), 0, cacheable);
        long forHour = Math.clamp(directives.number(CACHE_WRITE_HOUR, hour), 0, cacheable - cached);
        long usual = directives.has(CACHE_WRITE_HOUR) ? forHour : written;
        long writes =
                Math.clamp(directives.number(CACHE_WRITE, usual), forHour, cacheable - cached);
        return TrueUsage.ofConversation(total(), cached, writes, forHour, audioTokens, searches);
    }
}
