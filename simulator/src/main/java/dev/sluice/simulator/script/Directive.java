package dev.sluice.simulator.script;

import java.util.Optional;

/// Everything that can be asked of the simulator beside an ordinary answer.
///
/// Events are counted from 0: the role event of a stream is event 0. Times are milliseconds.
public enum Directive {
    // The answer as a whole
    STATUS("status", Kind.NUMBER, "HTTP status; from 400 with the provider's error body"),
    CODE("code", Kind.TEXT, "`error.code`, e.g. `insufficient_quota`"),
    TYPE("type", Kind.TEXT, "`error.type`"),
    MESSAGE("message", Kind.TEXT, "`error.message`"),
    RETRY_AFTER("retry_after", Kind.TEXT, "`retry-after` header, seconds or a date"),
    RETRY_AFTER_MS("retry_after_ms", Kind.NUMBER, "`retry-after-ms` header"),
    SHOULD_RETRY("should_retry", Kind.FLAG, "`x-should-retry` header, `true` or `false`"),
    LOCATION("location", Kind.TEXT, "`location` header, for redirects"),
    // Time
    DELAY("delay", Kind.NUMBER, "wait before the headers"),
    TTFB("ttfb", Kind.NUMBER, "wait after the headers, before the first byte of the body"),
    GAP("gap", Kind.NUMBER, "wait before every further event"),
    STALL_AT("stall_at", Kind.NUMBER, "wait before event k"),
    STALL("stall", Kind.TEXT, "how long to stall, or `forever` (default)"),
    // The connection
    DROP("drop", Kind.TEXT, "close before answering: `fin` or `rst`"),
    CUT_AT("cut_at", Kind.NUMBER, "close after k events without an end; a plain answer at half"),
    CUT_BYTE("cut_byte", Kind.NUMBER, "close after k bytes of the body"),
    CUT("cut", Kind.TEXT, "how to close: `fin` (default) or `rst`"),
    CLOSE("close", Kind.FLAG, "`connection: close` after the answer"),
    // Bytes
    SPLIT("split", Kind.NUMBER, "split writes at arbitrary bytes, by this seed"),
    TRICKLE("trickle", Kind.NUMBER, "write at most k bytes at a time"),
    TRICKLE_GAP("trickle_gap", Kind.NUMBER, "wait between trickled writes (default 1)"),
    GZIP("gzip", Kind.FLAG, "compress, whatever the client accepts"),
    LENGTH("length", Kind.NUMBER, "add k to a plain answer's `content-length`"),
    CONTENT_TYPE("content_type", Kind.TEXT, "another `content-type`"),
    BODY(
            "body",
            Kind.TEXT,
            "another 200 body: `empty`, `html`, `truncated`, `null`, `array`, `object`"),
    CRLF("crlf", Kind.FLAG, "lines of the stream end in CR LF"),
    BOM("bom", Kind.FLAG, "a byte order mark before the first event"),
    COMMENTS("comments", Kind.NUMBER, "a comment line before every k-th event"),
    SSE_IDS("sse_ids", Kind.FLAG, "`id:` and `retry:` lines in every event"),
    // Events
    MALFORMED_AT("malformed_at", Kind.NUMBER, "event k is broken JSON; a plain answer too"),
    ERROR_AT("error_at", Kind.NUMBER, "after k events an error event, then a clean end"),
    HUGE_AT("huge_at", Kind.NUMBER, "event k carries a padding field (default 1)"),
    HUGE("huge", Kind.NUMBER, "bytes of that padding"),
    ENDLESS("endless", Kind.FLAG, "a stream that never ends and ignores the output limit"),
    EMPTY_FIRST("empty_first", Kind.FLAG, "a first event with `choices: []`"),
    NO_ROLE("no_role", Kind.FLAG, "no role in the first event"),
    NO_FINISH("no_finish", Kind.FLAG, "no event with a finish reason"),
    NO_DONE("no_done", Kind.FLAG, "no `[DONE]`"),
    // Usage
    USAGE("usage", Kind.TEXT, "`missing`, `null`, `empty`, `negative`, `float`, `string`, `huge`"),
    USAGE_TIMES("usage_times", Kind.NUMBER, "every count multiplied"),
    USAGE_ALWAYS("usage_always", Kind.FLAG, "usage in the stream although not asked for"),
    USAGE_EVERY("usage_every", Kind.FLAG, "usage so far on every event"),
    USAGE_WITH_FINISH("usage_with_finish", Kind.FLAG, "usage in the event that finishes"),
    CACHED("cached", Kind.NUMBER, "`cached_tokens`, at most the prompt without its audio"),
    CACHE_WRITE("cache_write", Kind.NUMBER, "`cache_write_tokens`, at most what is left"),
    CACHE_WRITE_HOUR("cache_write_hour", Kind.NUMBER, "of those, the ones kept for an hour"),
    // Content
    TOKENS("tokens", Kind.NUMBER, "length of the text in tokens (default about 40)"),
    REASONING("reasoning", Kind.NUMBER, "reasoning tokens"),
    TEXT("text", Kind.TEXT, "the text itself, in quotes"),
    CHUNK("chunk", Kind.NUMBER, "tokens per content event (default 1)"),
    IGNORE_MAX("ignore_max", Kind.FLAG, "ignore the output limit"),
    REASONING_CONTENT("reasoning_content", Kind.FLAG, "show reasoning as `reasoning_content`"),
    REDACTED("redacted", Kind.FLAG, "reasoning comes as `redacted_thinking` (Anthropic)"),
    REFUSAL("refusal", Kind.FLAG, "a refusal instead of text"),
    FINISH("finish", Kind.TEXT, "another finish reason, e.g. `content_filter`"),
    CALL("call", Kind.TEXT, "the tool to call, whatever was said; several with commas"),
    ARGS("args", Kind.TEXT, "its arguments as JSON, or its text; an array: one call for each"),
    ROUNDS("rounds", Kind.NUMBER, "so many calls in a row before the text (default 1)"),
    SEARCHES("searches", Kind.NUMBER, "web searches made (default 1 where asked for)"),
    // Jobs
    TAKES("takes", Kind.NUMBER, "how long a job takes (default 1,500)"),
    FAILS("fails", Kind.TEXT, "the job fails in the end, with this code");

    /// What values a directive takes.
    public enum Kind {
        NUMBER,
        FLAG,
        TEXT
    }

    private final String wireName;
    private final Kind kind;
    private final String meaning;

    Directive(String wireName, Kind kind, String meaning) {
        this.wireName = wireName;
        this.kind = kind;
        this.meaning = meaning;
    }

    public String wireName() {
        return wireName;
    }

    public Kind kind() {
        return kind;
    }

    /// One line for the guide.
    public String meaning() {
        return meaning;
    }

    public static Optional<Directive> named(String name) {
        for (Directive directive : values()) {
            if (directive.wireName.equals(name)) {
                return Optional.of(directive);
            }
        }
        return Optional.empty();
    }
}
