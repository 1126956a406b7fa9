package dev.sluice.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line: the server's own commands here, the rest in `cli`.
final class Commands {

    private Commands() {}

    @Command(name = "sluice", description = "Sluice")
    private static final class Root {}

    static CommandLine create() {
        CommandLine line = new CommandLine(new Root());
        line.addSubcommand("run", new RunCommand());
        line.addSubcommand("train", new TrainCommand());
        return line;
    }
}
