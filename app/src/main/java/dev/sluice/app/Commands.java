package dev.sluice.app;

import dev.sluice.app.cli.Cli;
import picocli.CommandLine;

/// The command line: the server's own commands here, the rest in `cli`.
final class Commands {

    private Commands() {}

    static CommandLine create() {
        return Cli.create(
                Config::problems, new RunCommand(), new TrainCommand(), new SeedCommand());
    }
}
