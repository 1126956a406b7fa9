package dev.sluice.simulator.journal;

/// How far the answer had come when the call ended.
public enum Stage {
    BEFORE_HEADERS("before_headers"),
    BEFORE_BODY("before_body"),
    IN_BODY("in_body"),
    DONE("done");

    private final String wireName;

    Stage(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
