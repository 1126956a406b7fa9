package dev.sluice.app.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// The completion script of fish: what may follow each command, with the words its help has.
///
/// fish asks a condition of its own for each suggestion: `__sluice_at keys list` is true where
/// these are the first words that are no options.
final class FishCompletion {

    private static final String CONDITIONS =
            """
            function __sluice_words
                string match -v -- '-*' (commandline -opc)[2..]
            end
            function __sluice_at
                set -l typed (__sluice_words)
                test (count $typed) -ge (count $argv); or return 1
                test (count $argv) -eq 0; and return 0
                set -l last (count $argv)
                test "$typed[1..$last]" = "$argv"
            end
            function __sluice_next
                __sluice_at $argv; and test (count (__sluice_words)) -eq (count $argv)
            end
            complete -c sluice -f
            """;

    private FishCompletion() {}

    static String of(CommandLine root) {
        StringBuilder script = new StringBuilder(CONDITIONS);
        commands(script, root, "");
        return script.toString();
    }

    private static void commands(StringBuilder script, CommandLine parent, String path) {
        for (Map.Entry<String, CommandLine> entry : parent.getSubcommands().entrySet()) {
            CommandLine command = entry.getValue();
            var spec = command.getCommandSpec();
            if (spec.usageMessage().hidden()) {
                continue;
            }
            script.append("complete -c sluice -n ").append(quoted("__sluice_next" + path));
            script.append(" -a ").append(quoted(entry.getKey()));
            about(script, spec.usageMessage().description());
            String inside = path + " " + entry.getKey();
            for (OptionSpec option : spec.options()) {
                option(script, option, inside);
            }
            commands(script, command, inside);
        }
    }

    private static void option(StringBuilder script, OptionSpec option, String path) {
        if (option.hidden()) {
            return;
        }
        script.append("complete -c sluice -n ").append(quoted("__sluice_at" + path));
        for (String name : option.names()) {
            boolean isLong = name.startsWith("--");
            script.append(isLong ? " -l " : " -s ").append(name.substring(isLong ? 2 : 1));
        }
        if (option.arity().min() > 0) {
            // a value follows, and it may be a file
            script.append(" -r -F");
        }
        about(script, option.description());
    }

    private static void about(StringBuilder script, String[] words) {
        if (words.length > 0) {
            script.append(" -d ").append(quoted(words[0]));
        }
        script.append('\n');
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
