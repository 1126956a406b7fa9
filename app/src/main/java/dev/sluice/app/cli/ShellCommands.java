package dev.sluice.app.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;

/// What concerns the command line itself: `completion`, `version` and the hidden `reference`.
final class ShellCommands {

    private ShellCommands() {}

    static void addTo(CommandLine root, CliContext context) {
        root.addSubcommand(new CommandLine.HelpCommand());
        add(
                root,
                context,
                Verb.named("completion", "Print the completion script of a shell.")
                        .local()
                        .argument("SHELL", "bash, zsh or fish")
                        .example("source <(sluice completion bash)")
                        .example("source <(sluice completion zsh)")
                        .example("sluice completion fish > ~/.config/fish/completions/sluice.fish")
                        .runs(in -> completion(in, root)));
        add(
                root,
                context,
                Verb.named("version", "Show the version of this Sluice.")
                        .disconnected()
                        .example("sluice version")
                        .runs(ShellCommands::version));
        add(
                root,
                context,
                Verb.named("reference", "Print the reference of all commands as Markdown.")
                        .local()
                        .hidden()
                        .runs(in -> {
                            in.context().out().print(Reference.of(root));
                            in.context().out().flush();
                            return ExitCode.OK;
                        }));
    }

    private static void add(CommandLine root, CliContext context, Verb verb) {
        CommandLine command = verb.build(context);
        root.addSubcommand(command.getCommandName(), command);
    }

    private static int completion(Invocation in, CommandLine root) {
        String shell = in.argument(0);
        String script =
                switch (shell) {
                    // zsh reads it by its own bashcompinit, which the script switches on
                    case "bash", "zsh" -> AutoComplete.bash("sluice", root);
                    case "fish" -> FishCompletion.of(root);
                    default ->
                            throw CliException.usage(
                                    "There is completion for bash, zsh and fish, not for "
                                            + shell
                                            + ".");
                };
        in.context().out().print(script);
        in.context().out().flush();
        return ExitCode.OK;
    }

    private static String number() {
        String found = Cli.class.getPackage().getImplementationVersion();
        return found == null ? "development" : found;
    }

    /// For a person.
    static String version() {
        return "sluice " + number() + " (Java " + Runtime.version() + ")";
    }

    private static int version(Invocation in) {
        if (in.isForPrograms()) {
            String java = Runtime.version().toString();
            in.show(Json.object().put("version", number()).put("java", java), List.of());
        } else {
            in.context().out().println(version());
        }
        return ExitCode.OK;
    }
}
