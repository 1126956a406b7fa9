package dev.sluice.gateway.realtime;

import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.gateway.calls.CallShapes;
import org.jspecify.annotations.Nullable;

/// Why a session ends, and the code of its WebSocket's end (RFC 6455, section 7.4.1).
///
/// @param fault what the client is told before; null for nothing
record RealtimeEnd(@Nullable Fault fault, short code) {

    static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;
    private static final short NOT_TEXT = 1003;
    private static final short REFUSED = 1008;
    private static final short TOO_LARGE = 1009;
    private static final short BROKEN = 1011;

    /// The client left.
    static final RealtimeEnd LEFT = new RealtimeEnd(CallShapes.GONE, NORMAL);

    /// There is no money for it, or its key is no longer good.
    static RealtimeEnd refused(Fault fault) {
        return new RealtimeEnd(fault, REFUSED);
    }

    /// It has lasted as long as it may.
    static RealtimeEnd overdue(Fault fault) {
        return new RealtimeEnd(fault, GOING_AWAY);
    }

    /// The process is to end.
    static RealtimeEnd restarting() {
        return new RealtimeEnd(
                Fault.of(FaultCode.OVERLOADED, "This replica is being restarted. Connect again."),
                GOING_AWAY);
    }

    /// Sluice cannot go on with it.
    static RealtimeEnd broken(Fault fault) {
        return new RealtimeEnd(fault, BROKEN);
    }

    /// The upstream ended it.
    ///
    /// @param code that it gave; null for none
    /// @param quiet whether no response was being made
    static RealtimeEnd byUpstream(@Nullable Short code, boolean quiet) {
        if (quiet && code != null && (code == NORMAL || code == GOING_AWAY)) {
            return new RealtimeEnd(null, code);
        }
        return broken(Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream ended the session."));
    }

    /// What the client sends cannot be passed on.
    static RealtimeEnd byClient(RealtimeLane.Trouble trouble, RealtimeLimits limits) {
        return switch (trouble) {
            case TOO_LARGE ->
                    new RealtimeEnd(
                            Fault.of(
                                    FaultCode.REQUEST_TOO_LARGE,
                                    "An event is larger than limits.realtimeMessageBytes, "
                                            + limits.realtimeMessageBytes()
                                            + " bytes."),
                            TOO_LARGE);
            case NOT_TEXT ->
                    new RealtimeEnd(
                            Fault.invalid("Send events as text, not as binary frames.", null),
                            NOT_TEXT);
            case STALLED ->
                    broken(
                            Fault.of(
                                    FaultCode.UPSTREAM_TIMEOUT,
                                    "The upstream takes no more events of this session."));
        };
    }

    /// What the upstream sends cannot be passed on.
    static RealtimeEnd byUpstream(RealtimeLane.Trouble trouble) {
        // a client that reads nothing for so long has left without saying so
        return trouble == RealtimeLane.Trouble.STALLED
                ? LEFT
                : broken(Fault.of(FaultCode.UPSTREAM_ERROR, "The upstream sent what is no event."));
    }

    /// Whether the client is there to be told.
    boolean isTold() {
        return fault != null && fault.code() != FaultCode.CLIENT_CLOSED;
    }

    /// In a word.
    String reason() {
        return fault == null ? "" : fault.code().wireName();
    }
}
