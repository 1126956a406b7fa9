package dev.sluice.protocol.translate;

import dev.sluice.domain.CallFacts;
import dev.sluice.domain.Usage;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.UsageEstimate;
import dev.sluice.protocol.UsageReport;
import dev.sluice.protocol.canonical.Asked;
import dev.sluice.protocol.canonical.Block;
import dev.sluice.protocol.canonical.Conversation;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.Reply;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.json.Trees;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// A request that speaks one dialect to its client and another to its upstream.
///
/// What is sent is a request of the upstream's dialect in its own right: it is decoded like a
/// client's, so that model and limits are edited into it, and its answers are metered, as without
/// translation.
public final class Translation implements Decoded {

    private final Decoded asked;
    private final Decoded written;
    private final Wire from;
    private final Wire to;
    private final OptionalLong clientLimit;
    private final ToolNames names;
    private final List<String> dropped;
    private final Asked question;

    private Translation(
            Decoded asked,
            Decoded written,
            Wire from,
            Wire to,
            OptionalLong clientLimit,
            ToolNames names,
            List<String> dropped,
            Asked question) {
        this.asked = asked;
        this.written = written;
        this.from = from;
        this.to = to;
        this.clientLimit = clientLimit;
        this.names = names;
        this.dropped = dropped;
        this.question = question;
    }

    /// The request for an upstream that speaks `to`: itself when that is the client's dialect.
    ///
    /// @param asked what `from` decoded of `body`
    /// @param atSeconds when the call came in, in seconds since the epoch
    /// @throws dev.sluice.domain.FaultException `invalid_request` for what cannot be asked in `to`
    public static Decoded between(Decoded asked, byte[] body, Wire from, Wire to, long atSeconds) {
        return from == to ? asked : translate(asked, body, from, to, atSeconds);
    }

    static Translation translate(Decoded asked, byte[] body, Wire from, Wire to, long atSeconds) {
        Losses losses = new Losses();
        JsonNode request = Trees.request(body);
        Conversation conversation = from.client().readRequest(request, losses);
        ToolNames names = to.provider().toolNames();
        Decoded written = to.decode(to.provider().writeRequest(conversation, names, losses));
        CallFacts facts = asked.facts();
        return new Translation(
                asked,
                written,
                from,
                to,
                conversation.outputLimit(),
                names,
                losses.paths(),
                new Asked(
                        facts.model(),
                        asked.usageRequested(),
                        atSeconds,
                        UsageEstimate.inputTokens(facts),
                        from.client().repeated(request)));
    }

    @Override
    public CallFacts facts() {
        return asked.facts();
    }

    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        return written.upstreamBody(
                model, outputLimit.isPresent() ? outputLimit : clientLimit, limitField);
    }

    @Override
    public boolean usageRequested() {
        return asked.usageRequested();
    }

    @Override
    public boolean limitRequired() {
        return clientLimit.isEmpty() && to.provider().requiresLimit();
    }

    @Override
    public List<String> dropped() {
        return dropped;
    }

    @Override
    public StreamReader streamReader() {
        return new TranslatingReader(
                written.streamReader(),
                to.provider().eventReader(),
                from.client().eventWriter(question),
                names,
                asked.facts());
    }

    @Override
    public Answer readAnswer(byte[] body) {
        Answer metered = written.readAnswer(body);
        Losses losses = new Losses();
        Reply reply = to.provider().readReply(Trees.answer(body), losses);
        Answer.Facts said = metered.facts();
        Usage usage = shown(said.usage(), facts(), said.contentBytes(), 0, said.searches());
        return new Answer(
                from.client().writeReply(withOriginalNames(reply), usage, question),
                said,
                losses.paths());
    }

    private Reply withOriginalNames(Reply reply) {
        List<Block> blocks =
                reply.blocks().stream()
                        .map(block ->
                                block instanceof Block.ToolCall(var id, var name, var arguments)
                                        ? new Block.ToolCall(id, names.original(name), arguments)
                                        : block)
                        .toList();
        return new Reply(reply.id(), reply.model(), blocks, reply.stop(), reply.stopSequence());
    }

    /// What the client is told it used: what it is charged for, estimated where nothing was said.
    static Usage shown(
            UsageReport report, CallFacts facts, long contentBytes, long deltas, int searches) {
        return switch (report) {
            case UsageReport.Reported(Usage usage) -> usage;
            case UsageReport.Counted(Usage counted, Usage guessed) -> counted.plus(guessed);
            case UsageReport.Missing _ -> UsageEstimate.of(facts, contentBytes, deltas, searches);
        };
    }
}
