package dev.sluice.app.cli;

/// Ends a command with a message for the person who typed it.
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CliException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    static CliException refused(String message) {
        return new CliException(ExitCode.REFUSED, message);
    }

    int exitCode() {
        return exitCode;
    }

    /// Never null, unlike [#getMessage].
    String words() {
        return String.valueOf(getMessage());
    }
}
