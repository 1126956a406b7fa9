package dev.sluice.app.cli;

import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line. The server's own commands are handed in; everything else is here.
public final class Cli {

    private Cli() {}

    /// For this process.
    ///
    /// @param settings what `sluice doctor` asks about the environment
    /// @param serverCommands annotated with picocli's `@Command`, listed first
    public static CommandLine create(SettingsCheck settings, Object... serverCommands) {
        return create(CliContext.ofProcess(InstantSource.system()), settings, serverCommands);
    }

    /// For the given surroundings, without a server that would check its settings.
    public static CommandLine create(CliContext context) {
        return create(context, _ -> List.of());
    }

    /// For the given surroundings.
    public static CommandLine create(
            CliContext context, SettingsCheck settings, Object... serverCommands) {
        CommandSpec spec = CommandSpec.create().name("sluice");
        CommonOptions.addHelp(spec);
        CommonOptions.addVersion(spec);
        spec.usageMessage()
                .description("One key, one base URL, one place for every AI model.")
                .synopsisSubcommandLabel("COMMAND")
                .commandListHeading("%nCommands:%n")
                .footerHeading("%n")
                .footer(
                        "'sluice COMMAND --help' explains one and shows examples. Commands talk to",
                        "SLUICE_URL (default "
                                + ApiClient.DEFAULT_URL
                                + ") with SLUICE_ADMIN_KEY or",
                        "a profile. They end with 0 when done, 1 when refused, 2 when typed",
                        "wrong, 3 when nobody answers.");
        CommandLine root = new CommandLine(spec);
        for (Object command : serverCommands) {
            root.addSubcommand(command);
        }
        groups().forEach(group -> root.addSubcommand(group.name(), group.build(context)));
        verbs(settings)
                .forEach(verb -> {
                    CommandLine command = verb.build(context);
                    root.addSubcommand(command.getCommandName(), command);
                });
        ShellCommands.addTo(root, context);
        root.setOut(context.out());
        root.setErr(context.err());
        root.setExecutionStrategy(new CommandLine.RunLast());
        root.setParameterExceptionHandler((e, _) -> mistyped(e));
        root.setExecutionExceptionHandler((e, command, _) -> failed(e, command));
        return root;
    }

    /// All commands as one page of Markdown: `docs/reference/cli.md`.
    public static String reference(CommandLine root) {
        return Reference.of(root);
    }

    private static List<Group> groups() {
        List<Group> groups = new java.util.ArrayList<>();
        groups.add(KeyCommands.group());
        groups.addAll(PeopleCommands.groups());
        groups.addAll(AccountCommands.groups());
        groups.add(ProviderCommands.group());
        groups.add(RoutingCommands.upstreams());
        groups.add(RoutingCommands.models());
        groups.add(PriceCommands.group());
        groups.add(QuotaCommands.group());
        groups.addAll(MoneyCommands.groups());
        groups.add(CallCommands.requests());
        groups.add(AuditCommands.group());
        groups.add(ProfileCommands.group());
        return groups;
    }

    private static List<Verb> verbs(SettingsCheck settings) {
        return List.of(
                MoneyCommands.balance(),
                CallCommands.logs(),
                CallCommands.usage(),
                CallCommands.drift(),
                QuestionCommands.estimate(),
                QuestionCommands.explain(),
                SmokeCommand.command(),
                FileCommands.plan(),
                FileCommands.apply(),
                FileCommands.export(),
                BackupCommands.backup(),
                BackupCommands.restore(),
                Doctor.command(settings));
    }

    /// What was typed makes no sense: says why, what may have been meant, and where the help is.
    private static int mistyped(ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (String.valueOf(e.getMessage()).startsWith("Missing required subcommand")) {
            command.usage(command.getErr());
            return ExitCode.USAGE;
        }
        command.getErr().println("sluice: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, command.getErr());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        command.getErr().flush();
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        if (e instanceof CliException known) {
            command.getErr().println("sluice: " + known.words());
            if (known.exitCode() == ExitCode.USAGE) {
                command.getErr().println("'" + name + " --help' shows how it is used.");
            }
            return known.exitCode();
        }
        command.getErr().println("sluice: " + name + " failed: " + e);
        return ExitCode.REFUSED;
    }
}
