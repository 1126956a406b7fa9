package dev.sluice.protocol.anthropic;

import dev.sluice.domain.Usage;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.ClientHalf;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ProviderHalf;
import dev.sluice.protocol.canonical.Reply;
import dev.sluice.protocol.canonical.ToolNames;
import tools.jackson.databind.JsonNode;

/// Both halves of Anthropic messages.
public final class MessagesTranslation implements ClientHalf, ProviderHalf {

    /// Newer models take 128, but not all.
    private static final int LONGEST_TOOL_NAME = 64;

    @Override
    public Conversation readRequest(JsonNode request, Losses losses) {
        return new MessagesRequestReader(losses).read(request);
    }

    @Override
    public byte[] writeReply(Reply reply, Usage usage, Asked asked) {
        return MessagesReplies.write(reply, usage, asked);
    }

    @Override
    public EventWriter eventWriter(Asked asked) {
        return new MessagesEventWriter(asked);
    }

    @Override
    public byte[] writeRequest(Conversation conversation, ToolNames names, Losses losses) {
        return new MessagesRequestWriter(names, losses).write(conversation);
    }

    @Override
    public boolean requiresLimit() {
        return true;
    }

    @Override
    public ToolNames toolNames() {
        return new ToolNames(LONGEST_TOOL_NAME, false);
    }

    @Override
    public Reply readReply(JsonNode answer, Losses losses) {
        return MessagesReplies.read(answer, losses);
    }

    @Override
    public EventReader eventReader() {
        return new MessagesEventReader();
    }
}
