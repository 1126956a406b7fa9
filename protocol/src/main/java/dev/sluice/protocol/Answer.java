package dev.sluice.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A complete answer of a provider: the bytes for the client, and what settling needs.
public final class Answer {

    private static final String JSON = "application/json";

    private final byte[] body;
    private final String contentType;
    private final Facts facts;
    private final List<String> dropped;

    /// What settling needs.
    ///
    /// @param usage what the provider reported
    /// @param finishReasons one per choice that has one, in order
    /// @param contentBytes UTF-8 bytes of text, reasoning, refusal and tool arguments; for the
    ///     estimate when usage is missing
    /// @param model the model the provider says it served, or null
    /// @param serviceTier the tier the provider says it served, or null
    /// @param responseId the provider's id of the answer, or null
    /// @param searches web searches the answer shows
    /// @param served what prices may depend on, as the provider says it served it: `quality`,
    ///     `size`; empty where it says nothing
    public record Facts(
            UsageReport usage,
            List<String> finishReasons,
            long contentBytes,
            @Nullable String model,
            @Nullable String serviceTier,
            @Nullable String responseId,
            int searches,
            Map<String, String> served) {

        /// Of a conversation.
        public Facts(
                UsageReport usage,
                List<String> finishReasons,
                long contentBytes,
                @Nullable String model,
                @Nullable String serviceTier,
                @Nullable String responseId,
                int searches) {
            this(
                    usage,
                    finishReasons,
                    contentBytes,
                    model,
                    serviceTier,
                    responseId,
                    searches,
                    Map.of());
        }

        /// Of an answer that says nothing but what it used.
        public static Facts of(UsageReport usage, Map<String, String> served) {
            return new Facts(usage, List.of(), 0, null, null, null, 0, served);
        }
    }

    public Answer(byte[] body, Facts facts) {
        this(body, JSON, facts, List.of());
    }

    public Answer(byte[] body, String contentType, Facts facts) {
        this(body, contentType, facts, List.of());
    }

    /// @param dropped what of the provider's answer the body has not, as paths in its dialect
    public Answer(byte[] body, Facts facts, List<String> dropped) {
        this(body, JSON, facts, dropped);
    }

    private Answer(byte[] body, String contentType, Facts facts, List<String> dropped) {
        this.body = body;
        this.contentType = contentType;
        this.facts = facts;
        this.dropped = List.copyOf(dropped);
    }

    public String contentType() {
        return contentType;
    }

    /// What the client gets: the provider's own bytes unless the dialect needed a conversion.
    public byte[] body() {
        return body;
    }

    public Facts facts() {
        return facts;
    }

    /// What of the provider's answer the body has not; empty unless it was translated.
    public List<String> dropped() {
        return dropped;
    }
}
