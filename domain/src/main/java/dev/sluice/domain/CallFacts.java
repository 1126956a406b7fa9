package dev.sluice.domain;

import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the decoder found in a request, in no dialect's words: all that a decision may rest on.
///
/// @param model the public model name asked for
/// @param family the endpoint family: `chat`, `embeddings`, …
/// @param actions what the caller wants to do: `chat`, `streaming`, `tools`, `embeddings`, …
/// @param textBytes an upper bound of the prompt's UTF-8 bytes, tool schemas and framing included,
///     inline media excluded; a text token has at least one byte
/// @param images image parts, inline or by reference
/// @param otherMedia audio, video and file parts, inline or by reference
/// @param unseenInput true when the prompt has parts Sluice cannot see (file ids, stored
///     conversations), so that only the context window bounds it
/// @param serverToolRounds how often a tool the provider runs may be called; 0 when none is
///     declared
/// @param outputLimit the client's own limit of output tokens per choice, when it sent one
/// @param choices how many answers are asked for (`n`)
/// @param serviceTier the service tier asked for, or null
/// @param outputModalities what the answer may contain: `text`, `audio`, `image`
/// @param endUser the end customer the body names (`metadata.customer`, `safety_identifier`,
///     `user`, in this order), or null
/// @param hourCache true when the request has parts that a provider may be asked to keep for an
///     hour, which costs more than to keep them for minutes
/// @param media what there is to know of a call that is no conversation
public record CallFacts(
        String model,
        String family,
        Set<String> actions,
        boolean stream,
        long textBytes,
        int images,
        int otherMedia,
        boolean unseenInput,
        int serverToolRounds,
        OptionalLong outputLimit,
        int choices,
        @Nullable String serviceTier,
        Set<String> outputModalities,
        @Nullable String endUser,
        boolean hourCache,
        MediaFacts media) {

    /// The facts of a conversation.
    public CallFacts(
            String model,
            String family,
            Set<String> actions,
            boolean stream,
            long textBytes,
            int images,
            int otherMedia,
            boolean unseenInput,
            int serverToolRounds,
            OptionalLong outputLimit,
            int choices,
            @Nullable String serviceTier,
            Set<String> outputModalities,
            @Nullable String endUser,
            boolean hourCache) {
        this(
                model,
                family,
                actions,
                stream,
                textBytes,
                images,
                otherMedia,
                unseenInput,
                serverToolRounds,
                outputLimit,
                choices,
                serviceTier,
                outputModalities,
                endUser,
                hourCache,
                MediaFacts.NONE);
    }

    /// The same where no tool that a provider runs is asked for.
    public CallFacts withoutServerTools() {
        return new CallFacts(
                model,
                family,
                actions,
                stream,
                textBytes,
                images,
                otherMedia,
                unseenInput,
                0,
                outputLimit,
                choices,
                serviceTier,
                outputModalities,
                endUser,
                hourCache,
                media);
    }

    /// The facts of a call that makes or reads media: it says nothing, so that there is no length
    /// of an answer to limit.
    public static CallFacts ofMedia(
            String model,
            String family,
            String action,
            boolean stream,
            long textBytes,
            @Nullable String endUser,
            MediaFacts media) {
        return new CallFacts(
                model,
                family,
                stream ? Set.of(action, "streaming") : Set.of(action),
                stream,
                textBytes,
                media.imagesIn(),
                media.most().count(MeterKind.AUDIO_MILLISECONDS) > 0 ? 1 : 0,
                false,
                0,
                OptionalLong.empty(),
                1,
                null,
                Set.of(),
                endUser,
                false,
                media);
    }
}
