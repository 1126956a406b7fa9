package dev.sluice.protocol.realtime;

import dev.sluice.domain.Usage;

/// What a call of a session comes to so far, by what of it passed.
public interface CallSize {

    /// Counts an event, if it is a piece of what is made.
    ///
    /// @return whether it was
    boolean add(RealtimeEvent event);

    /// Output tokens so far, about.
    long tokens();

    /// As it is charged when the provider never says what it was.
    Usage usage();
}
