package dev.sluice.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;

/// One command as it was typed.
final class Invocation {

    private final CliContext context;
    private final ParseResult parsed;
    private final CommandLine command;
    private final Form form;
    private @Nullable ApiClient client;
    private @Nullable Names names;

    Invocation(CliContext context, CommandLine command) {
        this.context = context;
        this.command = command;
        this.parsed = command.getParseResult();
        String format = one("--output");
        this.form = format == null ? Form.TABLE : Form.of(format);
    }

    CliContext context() {
        return context;
    }

    CommandLine command() {
        return command;
    }

    /// The client for `--url` and `--organization`.
    ApiClient client() {
        ApiClient made = client;
        if (made == null) {
            made = new ApiClient(context, one("--url"), one("--organization"), one("--profile"));
            client = made;
        }
        return made;
    }

    /// Names for the ids in what this command shows.
    Names names() {
        Names made = names;
        if (made == null) {
            made = new Names(client());
            names = made;
        }
        return made;
    }

    Form form() {
        return form;
    }

    /// Whether a program reads what is printed.
    boolean isForPrograms() {
        return form != Form.TABLE;
    }

    /// The value of a required parameter.
    String argument(int index) {
        String value = argumentOrNull(index);
        if (value == null) {
            throw CliException.usage("a parameter is missing");
        }
        return value;
    }

    @Nullable String argumentOrNull(int index) {
        return parsed.matchedPositionalValue(index, null);
    }

    /// The value of an option of one value, or null.
    @Nullable String one(String option) {
        List<String> values = all(option);
        return values.isEmpty() ? null : values.getFirst();
    }

    boolean flag(String option) {
        return "true".equals(one(option));
    }

    /// Every value of an option, or none.
    List<String> all(String option) {
        if (!parsed.commandSpec().optionsMap().containsKey(option)) {
            return List.of();
        }
        Object value = parsed.matchedOptionValue(option, null);
        if (value instanceof List<?> values) {
            return values.stream().map(String::valueOf).toList();
        }
        return value == null ? List.of() : List.of(value.toString());
    }

    Optional<List<String>> given(Field field) {
        List<String> values = all(field.option());
        return values.isEmpty() ? Optional.empty() : Optional.of(values);
    }

    /// The text of a file, or of standard input for `-`.
    String read(String file) {
        if (!file.equals("-")) {
            return PrivateFile.read(context.directory().resolve(file), file);
        }
        try {
            return new String(context.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ApiAnswer get(String path, Map<String, String> query) {
        return client().get(path, query);
    }

    ApiAnswer post(String path, JsonNode body) {
        return client().post(path, Map.of(), Json.write(body), ApiClient.JSON);
    }

    /// Prints an answer.
    ///
    /// @param columns of the table when the answer is a list, or empty for all of them
    /// @return the exit code
    int print(ApiAnswer answer, List<String> columns) {
        if (!answer.ok()) {
            return refuse(answer);
        }
        if (form == Form.JSON) {
            json(answer.body());
            return ExitCode.OK;
        }
        var node = answer.json();
        if (node != null) {
            show(form == Form.TABLE ? names().in(node) : node, columns);
        } else if (!answer.body().isBlank()) {
            context.out().println(answer.body().stripTrailing());
        }
        return ExitCode.OK;
    }

    /// Prints what a command found, in the form that was asked for.
    ///
    /// @param columns of the table when it is a list, or empty for all of them
    void show(JsonNode node, List<String> columns) {
        switch (form) {
            case TABLE -> new Table(context.out()).print(node, columns);
            case JSON -> context.out().println(Json.write(node));
            case YAML -> context.out().print(Json.yaml(node));
            case CSV -> context.out().print(CsvRows.of(node, columns));
        }
        context.out().flush();
    }

    /// Says why the server refused; with `-o json` its own words too.
    int refuse(ApiAnswer answer) {
        context.err().println("sluice: refused: " + answer.refusal());
        if (form == Form.JSON) {
            json(answer.body());
        }
        return ExitCode.REFUSED;
    }

    private void json(String body) {
        if (!body.isBlank()) {
            context.out().println(body.stripTrailing());
        }
    }
}
