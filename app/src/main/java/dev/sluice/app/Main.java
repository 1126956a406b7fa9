package dev.sluice.app;

/// Where the process begins.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Logging.configure();
        System.exit(Commands.create().execute(arguments));
    }
}
