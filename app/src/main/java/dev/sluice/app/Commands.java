package dev.sluice.app;

import picocli.CommandLine;

/// The command line: the server's own commands here, the rest in `cli`.
final class Commands {

    private Commands() {}

    static CommandLine create() {
        CommandLine line = dev.sluice.app.cli.Cli.create();
        line.addSubcommand("run", new RunCommand());
        line.addSubcommand("train", new TrainCommand());
        return line;
    }
}
