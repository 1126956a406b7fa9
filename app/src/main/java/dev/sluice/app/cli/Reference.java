package dev.sluice.app.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// `docs/reference/cli.md`, written from the commands' own help.
final class Reference {

    private Reference() {}

    static String of(CommandLine root) {
        StringBuilder page = new StringBuilder();
        page.append("# Command line\n\n");
        page.append("Written by `./sluice reference > docs/reference/cli.md`; do not edit.\n\n");
        block(page, root);
        commands(page, root, 2);
        return page.toString();
    }

    private static void commands(StringBuilder page, CommandLine parent, int level) {
        for (Map.Entry<String, CommandLine> entry : parent.getSubcommands().entrySet()) {
            CommandLine command = entry.getValue();
            if (command.getCommandSpec().usageMessage().hidden()) {
                continue;
            }
            page.append("\n").append("#".repeat(level)).append(' ');
            page.append(command.getCommandSpec().qualifiedName()).append("\n\n");
            block(page, command);
            commands(page, command, level + 1);
        }
    }

    private static void block(StringBuilder page, CommandLine command) {
        page.append("```text\n");
        for (String line : command.getUsageMessage(Ansi.OFF).split("\n", -1)) {
            page.append(line.stripTrailing()).append('\n');
        }
        while (page.charAt(page.length() - 2) == '\n') {
            page.setLength(page.length() - 1);
        }
        page.append("```\n");
    }
}
