package dev.sluice.domain;

/// A string that must never be printed: `toString` shows stars. Ask for [#reveal] where it is used.
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
