package dev.sluice.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A command as data: its words, its parameters, and what it does. Most are one call of the
/// management API; [#runs] makes it anything else.
final class Verb {

    /// What a command does.
    @FunctionalInterface
    interface Action {

        /// Does it and returns the exit code.
        int run(Invocation in);
    }

    private record Argument(String label, String words, @Nullable Field body) {}

    private static final int HELP_WIDTH = 100;
    private static final int EXAMPLE_WIDTH = 90;

    private final String summary;
    private String name;
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private final List<Argument> arguments = new ArrayList<>();
    private final List<Field> query = new ArrayList<>();
    private final List<Field> body = new ArrayList<>();
    private final List<Field> options = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Action action;
    private boolean remote = true;
    private boolean printing = true;
    private boolean hidden;
    private boolean fromFile;

    private Verb(String name, String summary) {
        this.name = name;
        this.summary = summary;
        this.action =
                in -> {
                    throw new IllegalStateException(name + " does nothing");
                };
    }

    /// A command that does what [#runs] says.
    static Verb named(String name, String summary) {
        return new Verb(name, summary);
    }

    /// A command that is one call.
    ///
    /// @param path below `/admin/v1/`; `{}` stands for the arguments in their order
    static Verb call(String name, String method, String path, String summary) {
        Verb verb = new Verb(name, summary);
        verb.action = in -> in.print(verb.send(in, method, path), verb.columns);
        return verb;
    }

    /// A list with `--limit`, `--cursor` and `--all`.
    static Verb list(String path, String summary, String... columns) {
        Verb verb = new Verb("list", summary).columns(columns).query(Paging.fields());
        verb.action = in -> Paging.list(in, verb.filled(in, path), verb.queryOf(in), verb.columns);
        return verb;
    }

    Verb runs(Action does) {
        this.action = does;
        return this;
    }

    Verb renamed(String other) {
        name = other;
        return this;
    }

    /// A short name of an option.
    Verb alias(String option, String shorter) {
        aliases.put(option, shorter);
        return this;
    }

    /// The answer holds a secret that is shown this once.
    Verb showingOnce() {
        Action shown = action;
        action =
                in -> {
                    int code = shown.run(in);
                    if (code == ExitCode.OK && !in.isForPrograms()) {
                        in.context().err().println("The secret is shown this once: keep it safe.");
                    }
                    return code;
                };
        return this;
    }

    /// It asks no server: it has no `--url`.
    Verb disconnected() {
        remote = false;
        return this;
    }

    /// It asks no server and prints no table: it has no `-o` either.
    Verb local() {
        printing = false;
        return disconnected();
    }

    Verb hidden() {
        hidden = true;
        return this;
    }

    /// A required parameter; of a call, the next `{}` of the path.
    Verb argument(String label, String words) {
        arguments.add(new Argument(label, words, null));
        return this;
    }

    /// A required parameter that goes into the body.
    Verb argument(Field field) {
        arguments.add(new Argument(field.label(), field.words(), field));
        return this;
    }

    Verb query(Field... fields) {
        query.addAll(List.of(fields));
        return this;
    }

    Verb body(Field... fields) {
        body.addAll(List.of(fields));
        return this;
    }

    /// Options that the action reads itself.
    Verb options(Field... fields) {
        options.addAll(List.of(fields));
        return this;
    }

    /// The body may come from a file, for fields without an option of their own.
    Verb orFromFile() {
        fromFile = true;
        options.add(
                Field.text(
                        "--from-file",
                        "FILE",
                        "the fields as JSON or YAML; '-' reads standard input, options win"));
        return this;
    }

    Verb columns(String... paths) {
        columns.addAll(List.of(paths));
        return this;
    }

    Verb example(String line) {
        examples.add(line);
        return this;
    }

    Verb note(String line) {
        notes.add(line);
        return this;
    }

    /// The same fields for a change: none of them must be given.
    static List<Field> changeable(Field... fields) {
        return java.util.Arrays.stream(fields).map(Field::optional).toList();
    }

    /// Sends the call with the arguments, query and body that were typed.
    ApiAnswer send(Invocation in, String method, String path) {
        String filled = filled(in, path);
        boolean carries = method.equals("POST") || method.equals("PATCH");
        String sent = carries ? Json.write(bodyOf(in)) : null;
        return in.client().send(method, filled, queryOf(in), sent, ApiClient.JSON);
    }

    /// The path with its arguments in their places.
    private String filled(Invocation in, String path) {
        String filled = path;
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).body == null) {
                filled = filled.replaceFirst("\\{}", ApiClient.escape(in.argument(i)));
            }
        }
        return filled;
    }

    Map<String, String> queryOf(Invocation in) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Field field : query) {
            in.given(field).ifPresent(given -> values.put(field.target(), field.queryText(given)));
        }
        return values;
    }

    ObjectNode bodyOf(Invocation in) {
        ObjectNode node = Json.object();
        String file = fromFile ? in.one("--from-file") : null;
        if (file != null) {
            JsonNode read = Json.parseFile(in.read(file), file);
            if (!(read instanceof ObjectNode object)) {
                throw CliException.usage(file + ": must hold one object.");
            }
            node = object;
        }
        for (int i = 0; i < arguments.size(); i++) {
            Field field = arguments.get(i).body;
            if (field != null) {
                Json.set(node, field.target(), field.json(List.of(in.argument(i))));
            }
        }
        for (Field field : body) {
            List<String> given = in.all(field.option());
            if (!given.isEmpty()) {
                Json.set(node, field.target(), field.json(given));
            } else if (field.required() && Json.at(node, field.target()) == null) {
                throw CliException.usage("Missing required option: " + field.option());
            }
        }
        return node;
    }

    /// The command for picocli.
    CommandLine build(CliContext context) {
        CommandLine[] self = new CommandLine[1];
        Callable<Integer> run = () -> action.run(new Invocation(context, self[0]));
        CommandSpec spec = CommandSpec.wrapWithoutInspection(run).name(name);
        for (int i = 0; i < arguments.size(); i++) {
            Argument argument = arguments.get(i);
            spec.addPositional(
                    PositionalParamSpec.builder()
                            .index(Integer.toString(i))
                            .arity("1")
                            .required(true)
                            .paramLabel(argument.label)
                            .description(escaped(argument.words))
                            .type(String.class)
                            .build());
        }
        List<Field> all = new ArrayList<>(body);
        all.addAll(query);
        all.addAll(options);
        all.forEach(field -> spec.addOption(option(field, aliases.get(field.option()))));
        if (printing) {
            CommonOptions.addFormat(spec);
        }
        if (remote) {
            CommonOptions.addServer(spec);
        }
        CommonOptions.addHelp(spec);
        spec.usageMessage()
                .hidden(hidden)
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .width(HELP_WIDTH);
        List<String> text = new ArrayList<>(List.of(escaped(summary)));
        notes.forEach(note -> text.add(escaped(note)));
        spec.usageMessage().description(text.toArray(String[]::new));
        if (!examples.isEmpty()) {
            spec.usageMessage().footerHeading("%nExamples:%n");
            spec.usageMessage().footer(examples.stream().map(Verb::broken).toArray(String[]::new));
        }
        self[0] = new CommandLine(spec);
        return self[0];
    }

    private static OptionSpec option(Field field, @Nullable String alias) {
        String words = escaped(field.words()) + (field.required() ? " (required)" : "");
        String[] names =
                alias == null
                        ? new String[] {field.option()}
                        : new String[] {alias, field.option()};
        OptionSpec.Builder option = OptionSpec.builder(names).type(String.class).description(words);
        if (field.kind() == Field.Kind.FLAG) {
            option.arity("0..1").fallbackValue("true").paramLabel("BOOL");
        } else {
            option.arity("1").paramLabel(field.label());
        }
        if (field.several()) {
            option.type(List.class).auxiliaryTypes(String.class);
        }
        if (field.kind() == Field.Kind.WORDS) {
            option.splitRegex(",").hideParamSyntax(true).paramLabel(field.label() + ",…");
        }
        return option.build();
    }

    /// A long example goes on in further lines, as a shell reads it.
    private static String broken(String example) {
        StringBuilder lines = new StringBuilder("  ");
        int used = 2;
        for (String part : example.split("(?= --)", -1)) {
            if (used + part.length() > EXAMPLE_WIDTH) {
                lines.append(" \\%n     ");
                used = 5;
            }
            lines.append(escaped(part));
            used += part.length();
        }
        return lines.toString();
    }

    static String escaped(String text) {
        return text.replace("%", "%%");
    }
}
