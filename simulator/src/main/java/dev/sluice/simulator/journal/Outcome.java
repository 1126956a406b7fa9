package dev.sluice.simulator.journal;

/// How a call ended, seen from the provider.
public enum Outcome {
    /// Not ended yet.
    OPEN("open"),
    /// Everything that was to be sent was taken by the peer's socket.
    FINISHED("finished"),
    /// The client went away first.
    CANCELLED("cancelled"),
    /// The simulator cut the connection because a directive said so.
    CUT("cut");

    private final String wireName;

    Outcome(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
