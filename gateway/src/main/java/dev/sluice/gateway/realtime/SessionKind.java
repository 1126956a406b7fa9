package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.realtime.RealtimeEvent;
import org.jspecify.annotations.Nullable;

/// What a session is for: which of its events are calls, and what each of them costs.
interface SessionKind {

    /// What a kind can do with the two sides of its session.
    interface Sides {
        /// Whether the client's events still count.
        boolean isOpen();

        /// Why the session ends; null while it does not.
        @Nullable Fault ending();

        /// Time as deadlines count it.
        long nanoTime();

        /// Passes an event to the provider while the session is open.
        void pass(byte[] event);

        /// Says something to the provider, also while the session ends.
        void send(String event);

        /// Shows an event to the client while the session is open.
        void show(byte[] event);

        /// The last event of a call: it is shown although the session ends, so that the client
        /// knows what it pays.
        void showLast(byte[] event);

        /// Tells the client that its event was refused.
        ///
        /// @param eventId of that event, or null
        void tell(Fault fault, @Nullable String eventId);

        /// Ends the session.
        void end(RealtimeEnd why);
    }

    /// How the session is set was said before the client says anything.
    void begin();

    /// Deals with an event of the client; throws the fault of one that is refused.
    ///
    /// @param done runs once, now or later, when the next one may come
    void said(RealtimeEvent event, Runnable done);

    /// Deals with an event of the provider.
    ///
    /// @param done runs once, now or later, when the next one may come
    void heard(RealtimeEvent event, Runnable done);

    /// Whether the client waits for nothing.
    boolean isQuiet();

    /// Whether the provider still owes the end of a call.
    boolean isOwed();

    /// Stops what can be stopped.
    void stop();

    /// Gives back what is held and not used, and cuts what its provider does not begin.
    ///
    /// @param patienceNanos how long that may take
    void giveBack(long nowNanos, long patienceNanos);

    /// The session is over: what was made, or may have been, is settled by what is known of it.
    void cutAll(Fault why);
}
