package dev.sluice.protocol.translate;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.StreamReader;
import dev.sluice.protocol.StreamReport;
import dev.sluice.protocol.canonical.EventReader;
import dev.sluice.protocol.canonical.EventWriter;
import dev.sluice.protocol.canonical.Losses;
import dev.sluice.protocol.canonical.ReplyEvent;
import dev.sluice.protocol.canonical.ToolNames;
import dev.sluice.protocol.framing.SseFrame;
import dev.sluice.protocol.json.Trees;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Follows a stream with the meter of the upstream's dialect and shows it in the client's.
final class TranslatingReader implements StreamReader {

    /// The one mark of an end that is no document, which some servers send in any dialect.
    private static final String MARK = "[DONE]";

    private static final byte[] NOTHING = {};
    private static final ReplyEvent NAMELESS = new ReplyEvent.Started(null, null);

    private final StreamReader meter;
    private final EventReader events;
    private final EventWriter writer;
    private final ToolNames names;
    private final CallFacts facts;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Losses losses = new Losses();
    private boolean begun;

    /// An event was no document; the meter reads no more of most than their length.
    private boolean broken;

    TranslatingReader(
            StreamReader meter,
            EventReader events,
            EventWriter writer,
            ToolNames names,
            CallFacts facts) {
        this.meter = meter;
        this.events = events;
        this.writer = writer;
        this.names = names;
        this.facts = facts;
    }

    @Override
    public Step read(SseFrame frame) {
        shown.reset();
        if (meter.read(frame) == Step.FAIL) {
            return Step.FAIL;
        }
        if (!frame.hasData() || frame.dataLength() == 0) {
            show(new ReplyEvent.Pulse());
        } else if (!frame.dataStartsWith(MARK)) {
            try {
                events.read(event(frame), this::show, losses);
            } catch (JacksonException e) {
                broken = true;
                return Step.FAIL;
            }
        }
        if (meter.done()) {
            shown.writeBytes(ending());
        }
        return shown.size() == 0 ? Step.DROP : Step.FORWARD;
    }

    /// Some providers say what kind an event is in its name alone.
    private static JsonNode event(SseFrame frame) {
        JsonNode event = Trees.read(frame.dataArray(), frame.dataOffset(), frame.dataLength());
        String name = frame.event();
        if (name != null && event instanceof ObjectNode named && !named.path("type").isString()) {
            named.put("type", name);
        }
        return event;
    }

    private void show(ReplyEvent event) {
        ReplyEvent named =
                event instanceof ReplyEvent.ToolCall(int call, String id, String name)
                        ? new ReplyEvent.ToolCall(call, id, names.original(name))
                        : event;
        if (event instanceof ReplyEvent.Started) {
            begin(named);
        } else if (event instanceof ReplyEvent.Pulse) {
            // No dialect lets anything come before the beginning but what is no event.
            shown.writeBytes(begun ? writer.write(named) : NOTHING);
        } else {
            // A provider that leaves its beginning out has an answer all the same.
            begin(NAMELESS);
            shown.writeBytes(writer.write(named));
        }
    }

    private void begin(ReplyEvent started) {
        if (!begun) {
            begun = true;
            shown.writeBytes(writer.write(started));
        }
    }

    @Override
    public byte[] shown(SseFrame frame) {
        return shown.toByteArray();
    }

    @Override
    public byte[] ending() {
        StreamReport report = meter.report();
        ByteArrayOutputStream last = new ByteArrayOutputStream();
        if (!begun) {
            begun = true;
            last.writeBytes(writer.write(NAMELESS));
        }
        last.writeBytes(
                writer.end(
                        Translation.shown(
                                report.usage(),
                                facts,
                                report.contentBytes(),
                                report.deltas(),
                                report.searches())));
        return last.toByteArray();
    }

    @Override
    public boolean semantic() {
        return meter.semantic();
    }

    @Override
    public boolean done() {
        return meter.done();
    }

    @Override
    public long contentBytes() {
        return meter.contentBytes();
    }

    @Override
    public long deltas() {
        return meter.deltas();
    }

    @Override
    public List<String> dropped() {
        return losses.paths();
    }

    @Override
    public StreamReport report() {
        return broken ? meter.report().asMalformed() : meter.report();
    }
}
