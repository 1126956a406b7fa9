package dev.sluice.simulator.plan;

import dev.sluice.simulator.exchange.Frame;
import dev.sluice.simulator.journal.TrueUsage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The parts of a stream one after the other, with the usage up to every event. Events are made
/// when asked for, so that endless ones cost no memory.
public final class StepFrames implements Iterator<Frame> {

    /// What a dialect writes into every event.
    public interface Stamp {

        /// Stamps one event.
        ///
        /// @param number counts from 0
        /// @param soFar what the call has used when this event is out
        /// @return the usage it states now, as JSON; null for none
        @Nullable String on(ObjectNode data, long number, TrueUsage soFar);
    }

    private final TrueUsage whole;
    private final Stamp stamp;
    private final Deque<Iterator<Step>> parts;
    private long number;
    private long completion;
    private long reasoning;

    public StepFrames(TrueUsage whole, Stamp stamp, List<Iterator<Step>> parts) {
        this.whole = whole;
        this.stamp = stamp;
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
        TrueUsage soFar = whole.withCompletion(completion, reasoning, 0);
        String stated = stamp.on(step.data(), number++, soFar);
        String reported = stated == null ? step.reported() : stated;
        return new Frame(step.event(), step.data().toString(), soFar, reported);
    }
}
