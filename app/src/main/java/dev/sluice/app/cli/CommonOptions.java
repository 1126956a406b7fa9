package dev.sluice.app.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The options that every command has.
final class CommonOptions {

    private CommonOptions() {}

    /// For commands that print.
    static void addFormat(CommandSpec spec) {
        spec.addOption(
                option(
                        "FORMAT",
                        "table, csv, yaml, or json: what the API answered, untouched",
                        "-o",
                        "--output"));
    }

    /// For commands that ask a server.
    static void addServer(CommandSpec spec) {
        spec.addOption(
                option("URL", "where Sluice runs; default SLUICE_URL, the profile's", "--url"));
        spec.addOption(
                option(
                        "NAME",
                        "whose URL and credential to use; 'sluice profiles list' shows them",
                        "--profile"));
        spec.addOption(
                option(
                        "NAME",
                        "which organization, for the installation's key, or which sandbox, for"
                                + " an owner; default SLUICE_ORGANIZATION",
                        "--organization"));
    }

    static void addHelp(CommandSpec spec) {
        spec.addOption(
                OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .arity("0")
                        .type(boolean.class)
                        .description("show this help")
                        .build());
    }

    /// What `sluice version` says, where programs are usually asked for it.
    static void addVersion(CommandSpec spec) {
        spec.version(ShellCommands.version());
        spec.addOption(
                OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .arity("0")
                        .type(boolean.class)
                        .description("show the version, as 'sluice version' does")
                        .build());
    }

    private static OptionSpec option(String label, String words, String... names) {
        OptionSpec.Builder option =
                OptionSpec.builder(names)
                        .type(String.class)
                        .arity("1")
                        .paramLabel(label)
                        .description(words);
        if (names[0].equals("-o")) {
            option.completionCandidates(Form.names());
        }
        return option.build();
    }
}
