package dev.sluice.app;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/// How the process logs: one line per event on standard error; libraries only from warnings up.
final class Logging {

    // Held, because the JDK forgets the level of a logger nobody refers to.
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger OWN = Logger.getLogger("dev.sluice");

    private Logging() {}

    static void configure() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        System.setProperty(
                "java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n");
        LogManager.getLogManager().reset();
        java.util.logging.ConsoleHandler console = new java.util.logging.ConsoleHandler();
        console.setLevel(Level.ALL);
        ROOT.addHandler(console);
        ROOT.setLevel(Level.WARNING);
        OWN.setLevel(Level.INFO);
    }
}
