package dev.sluice.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;

/// The help of every command: words, and examples that are understood.
class HelpTest {

    private static final Pattern EXAMPLE = Pattern.compile("(?m)^  (?:.*?[ (])?sluice (.*)$");

    private final Typed person = new Typed(Path.of("."));

    private CommandLine root() {
        return Cli.create(person.context(new StringWriter(), new StringWriter()));
    }

    @Test
    void everyCommandExplainsItself() {
        for (CommandLine command : all(root())) {
            String name = command.getCommandSpec().qualifiedName();
            assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
            assertThat(command.getUsageMessage(Ansi.OFF)).as(name).contains("--help");
        }
    }

    /// `sluice --help` promises them.
    @Test
    void everyCommandShowsAnExample() {
        for (CommandLine command : all(root())) {
            boolean ours = !(command.getCommandSpec().userObject() instanceof HelpCommand);
            if (ours
                    && command.getSubcommands().isEmpty()
                    && !command.getCommandSpec().usageMessage().hidden()) {
                assertThat(command.getUsageMessage(Ansi.OFF)).contains("Examples:\n  ");
            }
        }
    }

    @Test
    void everyExampleIsUnderstood() {
        int examples = 0;
        for (CommandLine command : all(root())) {
            String help = command.getUsageMessage(Ansi.OFF);
            int from = help.contains("Examples:") ? help.indexOf("Examples:") : help.length();
            Matcher example = EXAMPLE.matcher(help.substring(from).replaceAll(" *\\\\\\n *", " "));
            while (example.find()) {
                String line = example.group(1).replaceFirst("(>|\\)).*", "").strip();
                root().parseArgs(words(line));
                examples++;
            }
        }
        assertThat(examples).isGreaterThan(30);
    }

    /// As a shell would split it.
    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("(?:[^\\s']|'[^']*')+").matcher(line);
        while (word.find()) {
            words.add(word.group().replace("'", ""));
        }
        return words.toArray(String[]::new);
    }

    private static List<CommandLine> all(CommandLine parent) {
        List<CommandLine> found = new ArrayList<>();
        for (CommandLine child : parent.getSubcommands().values()) {
            found.add(child);
            found.addAll(all(child));
        }
        return found;
    }
}
