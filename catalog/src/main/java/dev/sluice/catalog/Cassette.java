package dev.sluice.catalog;

import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a provider is asked and answers, take by take, and what Sluice has to make of it. Played by
/// the conformance suite; how a file is written: `docs/guides/add-a-provider.md`.
///
/// @param provider the entry it belongs to
/// @param source the page the format was taken from, or the account that was recorded
/// @param date when
/// @param region the upstream is in, or null
/// @param settings of the upstream
public record Cassette(
        String provider,
        Origin origin,
        String source,
        LocalDate date,
        @Nullable String region,
        Map<String, String> settings,
        List<Take> takes) {

    /// Where the answers come from.
    public enum Origin {
        /// Written from the format that the provider publishes.
        DOCUMENTED,
        /// Taken down from a call of a real account.
        RECORDED
    }

    /// One call.
    ///
    /// @param name of the take: a capability or `error`, and after a hyphen which of several
    /// @param dialect that is spoken with the provider
    /// @param model the provider's name of it
    /// @param asked what the request has to look like
    /// @param status of the answer
    /// @param headers of the answer, by lower-case name
    /// @param framing of the body: `plain`, or `aws-event-stream` around each line
    /// @param expected what Sluice has to make of it, by name; see [#EXPECTATIONS]
    public record Take(
            String name,
            String dialect,
            String model,
            Asked asked,
            int status,
            Map<String, String> headers,
            String framing,
            String body,
            Map<String, String> expected) {

        public Take {
            headers = ordered(headers);
            expected = ordered(expected);
        }

        /// The capability this take shows; empty for errors.
        public Optional<Capability> capability() {
            return Capability.of(name.replaceFirst("-.*", ""));
        }

        public boolean isStream() {
            return asked.stream();
        }
    }

    /// What a request has to look like.
    ///
    /// @param uri path and query
    /// @param headers and their values, by lower-case name
    /// @param body JSON pointers and the JSON that must stand there; null where nothing may
    public record Asked(
            String method,
            String uri,
            Map<String, String> headers,
            Map<String, @Nullable String> body,
            boolean stream) {

        public Asked {
            headers = ordered(headers);
            body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
        }
    }

    /// What a take may expect: the text and thoughts of an answer, the tool's name and arguments,
    /// why it ended, the meters and the charge at [#PRICE], the code of a fault and the status a
    /// client sees, the provider's id, the state of a job that was begun. Whoever is answered
    /// expects a text, a tool, vectors or a job, all but of vectors and jobs why it ended, usage
    /// and charge; whoever is not, a fault and a status.
    public static final List<String> EXPECTATIONS =
            List.of(
                    "text",
                    "thought",
                    "tool",
                    "finish",
                    "usage",
                    "charge",
                    "fault",
                    "status",
                    "request_id",
                    "vectors",
                    "job");

    /// What every model costs when cassettes are played, in US dollars per million tokens and per
    /// second of video, so that charges can be worked out by hand.
    public static final String PRICE =
            """
            {"input_per_mtok":"1","cached_input_per_mtok":"0.1","cache_write_5m_per_mtok":"1.25",\
            "output_per_mtok":"10","reasoning_per_mtok":"20","per_video_second":"0.4"}\
            """;

    public Cassette {
        settings = ordered(settings);
        takes = List.copyOf(takes);
    }

    /// Reads a file.
    ///
    /// @param provider the file's name without `.cassette`
    /// @throws ProviderFormatException naming file and line
    public static Cassette read(String provider, String text) {
        return new CassetteFile(provider, text).read();
    }

    private static Map<String, String> ordered(Map<String, String> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
