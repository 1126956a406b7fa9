package dev.sluice.app.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// How a command writes what it found; the lower-case names are what `-o` takes.
enum Form {
    /// For the eye.
    TABLE,
    /// What the API answered, untouched.
    JSON,
    YAML,
    /// A line of names, then a line for each row.
    CSV;

    static List<String> names() {
        return Arrays.stream(values()).map(Form::wireName).toList();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Form of(String name) {
        for (Form form : values()) {
            if (form.wireName().equals(name)) {
                return form;
            }
        }
        throw CliException.usage(
                "--output must be one of " + String.join(", ", names()) + ": " + name);
    }
}
