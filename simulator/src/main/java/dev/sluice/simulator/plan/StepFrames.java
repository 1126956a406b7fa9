package dev.sluice.simulator.plan;

import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.journal.TrueUsage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.ObjLongConsumer;
import tools.jackson.databind.node.ObjectNode;

/// The parts of a stream one after the other, with the usage up to every event. Events are made
/// when asked for, so that endless ones cost no memory.
public final class StepFrames implements Iterator<Frame> {

    private final TrueUsage whole;
    private final ObjLongConsumer<ObjectNode> numbering;
    private final Deque<Iterator<Step>> parts;
    private long number;
    private long completion;
    private long reasoning;

    /// Frames of these parts.
    ///
    /// @param numbering writes the number of an event, from 0, into it
    public StepFrames(
            TrueUsage whole, ObjLongConsumer<ObjectNode> numbering, List<Iterator<Step>> parts) {
        this.whole = whole;
        this.numbering = numbering;
        this.parts = new ArrayDeque<>(parts);
    }

    @Override
    public boolean hasNext() {
        while (!parts.isEmpty() && !parts.getFirst().hasNext()) {
            parts.removeFirst();
        }
        return !parts.isEmpty();
    }

    @Override
    public Frame next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the answer is over");
        }
        Step step = parts.getFirst().next();
        completion += step.tokens();
        reasoning += step.reasoning();
        numbering.accept(step.data(), number++);
        TrueUsage soFar = whole.withCompletion(completion, reasoning, 0);
        return new Frame(step.event(), step.data().toString(), soFar, step.reported());
    }
}
