package dev.sluice.app.cli;

/// How a command ends.
final class ExitCode {

    static final int OK = 0;

    /// The server, or what was found, said no.
    static final int REFUSED = 1;

    /// The command line, a file or a variable is wrong.
    static final int USAGE = 2;

    /// Nobody answers at the URL.
    static final int UNREACHABLE = 3;

    private ExitCode() {}
}
