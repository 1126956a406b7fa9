package dev.sluice.protocol.translate;

import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.anthropic.AnthropicMessages;
import dev.sluice.protocol.anthropic.MessagesTranslation;
import dev.sluice.protocol.canonical.ClientHalf;
import dev.sluice.protocol.canonical.ProviderHalf;
import dev.sluice.protocol.openai.ChatTranslation;
import dev.sluice.protocol.openai.OpenAiChat;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The dialects in which a conversation can be held, one line each.
public final class Wire {

    public static final Wire OPENAI_CHAT =
            new Wire("openai-chat", OpenAiChat::decode, new ChatTranslation());

    public static final Wire ANTHROPIC_MESSAGES =
            new Wire("anthropic-messages", AnthropicMessages::decode, new MessagesTranslation());

    private static final List<Wire> ALL = List.of(OPENAI_CHAT, ANTHROPIC_MESSAGES);

    private final String id;
    private final Function<byte[], Decoded> decoder;
    private final ClientHalf client;
    private final ProviderHalf provider;

    private <H extends ClientHalf & ProviderHalf> Wire(
            String id, Function<byte[], Decoded> decoder, H halves) {
        this.id = id;
        this.decoder = decoder;
        this.client = halves;
        this.provider = halves;
    }

    /// The name in `dialects` of an upstream.
    public String id() {
        return id;
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
