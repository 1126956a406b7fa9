package dev.sluice.simulator.exchange;

import dev.sluice.simulator.journal.TrueUsage;
import org.jspecify.annotations.Nullable;

/// One event of a stream before framing.
///
/// @param event the event's name, null where the dialect names none
/// @param data its data, one line
/// @param soFar what the call has used when this event is out; null for no change
/// @param reported the usage this event states, as JSON; null for none
public record Frame(
        @Nullable String event, String data, @Nullable TrueUsage soFar, @Nullable String reported) {

    public static Frame of(String data) {
        return new Frame(null, data, null, null);
    }

    Frame withData(String other) {
        return new Frame(event, other, soFar, reported);
    }
}
