package dev.sluice.protocol.openai;

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

/// Both halves of OpenAI chat.
public final class ChatTranslation implements ClientHalf, ProviderHalf {

    private static final int LONGEST_TOOL_NAME = 64;

    @Override
    public Conversation readRequest(JsonNode request, Losses losses) {
        return new ChatRequestReader(losses).read(request);
    }

    @Override
    public byte[] writeReply(Reply reply, Usage usage, Asked asked) {
        return ChatReplies.write(reply, usage, asked);
    }

    @Override
    public EventWriter eventWriter(Asked asked) {
        return new ChatEventWriter(asked);
    }

    @Override
    public byte[] writeRequest(Conversation conversation, ToolNames names, Losses losses) {
        return new ChatRequestWriter(names, losses).write(conversation);
    }

    @Override
    public ToolNames toolNames() {
        return new ToolNames(LONGEST_TOOL_NAME, false);
    }

    @Override
    public Reply readReply(JsonNode answer, Losses losses) {
        return ChatReplies.read(answer, losses);
    }

    @Override
    public EventReader eventReader() {
        return new ChatEventReader();
    }
}
