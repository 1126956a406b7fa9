package dev.sluice.app.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Commands under one word, such as `keys list` and `keys create`.
///
record Group(String name, String summary, List<Verb> verbs) {

    static Group of(String name, String summary, Verb... verbs) {
        return new Group(name, summary, List.of(verbs));
    }

    CommandLine build(CliContext context) {
        CommandSpec spec = CommandSpec.create().name(name);
        CommonOptions.addHelp(spec);
        spec.usageMessage()
                .description(Verb.escaped(summary))
                .synopsisSubcommandLabel("COMMAND")
                .commandListHeading("%nCommands:%n");
        CommandLine group = new CommandLine(spec);
        verbs.forEach(verb -> {
            CommandLine command = verb.build(context);
            group.addSubcommand(command.getCommandName(), command);
        });
        return group;
    }
}
