package dev.sluice.simulator.script;

/// A directive that cannot be read; the message says which and why.
public final class BadDirectiveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadDirectiveException(String message) {
        super(message);
    }
}
