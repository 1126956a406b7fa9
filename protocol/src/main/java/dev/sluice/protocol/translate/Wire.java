package dev.sluice.protocol.translate;

import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.anthropic.AnthropicMessages;
import dev.sluice.protocol.anthropic.MessagesTranslation;
import dev.sluice.protocol.canonical.ClientHalf;
import dev.sluice.protocol.canonical.ProviderHalf;
import dev.sluice.protocol.gemini.GeminiContent;
import dev.sluice.protocol.gemini.GeminiTranslation;
import dev.sluice.protocol.openai.ChatTranslation;
import dev.sluice.protocol.openai.OpenAiChat;
import dev.sluice.protocol.openai.OpenAiEmbeddings;
import dev.sluice.protocol.responses.OpenAiResponses;
import dev.sluice.protocol.responses.ResponsesTranslation;
import dev.sluice.protocol.video.VideoWires;
import dev.sluice.protocol.video.Videos;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The dialects in which a conversation can be held, one line each.
public final class Wire {

    public static final Wire OPENAI_CHAT =
            new Wire(
                    "openai-chat",
                    OpenAiChat.FAMILY,
                    (_, _) -> "/chat/completions",
                    OpenAiChat::decode,
                    _ -> Map.of(),
                    new ChatTranslation());

    public static final Wire ANTHROPIC_MESSAGES =
            new Wire(
                    "anthropic-messages",
                    AnthropicMessages.FAMILY,
                    (_, _) -> "/v1/messages",
                    AnthropicMessages::decode,
                    AnthropicMessages::headers,
                    new MessagesTranslation());

    public static final Wire OPENAI_RESPONSES =
            new Wire(
                    "openai-responses",
                    OpenAiResponses.FAMILY,
                    (_, _) -> "/responses",
                    OpenAiResponses::decode,
                    _ -> Map.of(),
                    new ResponsesTranslation());

    public static final Wire GEMINI =
            new Wire(
                    "gemini",
                    GeminiContent.FAMILY,
                    GeminiContent::upstreamPath,
                    GeminiContent::decode,
                    _ -> Map.of(),
                    new GeminiTranslation());

    private static final List<Wire> ALL =
            List.of(OPENAI_CHAT, ANTHROPIC_MESSAGES, OPENAI_RESPONSES, GEMINI);

    private final String id;
    private final String family;
    private final BiFunction<String, Boolean, String> path;
    private final Function<byte[], Decoded> decoder;
    private final Function<Function<String, List<String>>, Map<String, String>> headers;
    private final ClientHalf client;
    private final ProviderHalf provider;

    private <H extends ClientHalf & ProviderHalf> Wire(
            String id,
            String family,
            BiFunction<String, Boolean, String> path,
            Function<byte[], Decoded> decoder,
            Function<Function<String, List<String>>, Map<String, String>> headers,
            H halves) {
        this.id = id;
        this.family = family;
        this.path = path;
        this.decoder = decoder;
        this.headers = headers;
        this.client = halves;
        this.provider = halves;
    }

    /// The name in `dialects` of an upstream.
    public String id() {
        return id;
    }

    /// The path below an upstream's base URL, as the dialect's own clients take that.
    ///
    /// @param model the name the upstream knows the model by
    public String path(String model, boolean stream) {
        return path.apply(model, stream);
    }

    /// Headers that are part of a request.
    ///
    /// @param client the values of a header of the client that speaks this dialect too; none when
    ///     it speaks another
    public Map<String, String> headers(Function<String, List<String>> client) {
        return headers.apply(client);
    }

    /// Reads a request of a client that speaks it.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request` with the path of the field
    public Decoded decode(byte[] body) {
        return decoder.apply(body);
    }

    ClientHalf client() {
        return client;
    }

    ProviderHalf provider() {
        return provider;
    }

    /// The dialect to speak with an upstream: the client's own when the upstream knows it, else the
    /// first one it knows.
    ///
    /// @param spoken dialects of the upstream, preferred first
    public Optional<Wire> toward(Collection<String> spoken) {
        if (spoken.contains(id)) {
            return Optional.of(this);
        }
        return spoken.stream().flatMap(name -> ofId(name).stream()).findFirst();
    }

    /// Whether a call of this endpoint family can be asked in one of these dialects. What is no
    /// conversation is asked as it came, by those that speak OpenAI's dialects; vectors may be
    /// asked in Gemini's, too, which [EmbeddingTranslation] decides by the request, and videos in
    /// those of [VideoWires].
    public static boolean reaches(String family, Collection<String> spoken) {
        return ALL.stream()
                .filter(wire -> wire.family.equals(family))
                .findFirst()
                .map(wire -> wire.toward(spoken).isPresent())
                .orElse(
                        spoken.contains(OPENAI_CHAT.id)
                                || (family.equals(OpenAiEmbeddings.FAMILY)
                                        && spoken.contains(GEMINI.id))
                                || (family.equals(Videos.FAMILY) && VideoWires.reaches(spoken)));
    }

    /// Whether a call of this endpoint family is asked in another dialect than its own by those who
    /// speak these.
    public static boolean translates(String family, Collection<String> spoken) {
        return ALL.stream()
                .anyMatch(wire -> wire.family.equals(family) && !spoken.contains(wire.id));
    }

    /// What clients speak.
    public static List<Wire> all() {
        return ALL;
    }

    public static Optional<Wire> ofId(String id) {
        return ALL.stream().filter(wire -> wire.id.equals(id)).findFirst();
    }

    @Override
    public String toString() {
        return id;
    }
}
