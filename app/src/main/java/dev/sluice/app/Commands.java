package dev.sluice.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
