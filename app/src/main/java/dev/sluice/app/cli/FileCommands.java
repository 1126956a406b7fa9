package dev.sluice.app.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Configuration as code: `plan`, `apply` and `export`.
final class FileCommands {

    static final String YAML = "application/yaml";
    private static final Map<String, String> DRY_RUN = Map.of("dry_run", "true");

    private FileCommands() {}

    static Verb plan() {
        return Verb.named("plan", "Show what applying a sluice.yaml would change.")
                .argument("FILE", "the file; '-' reads standard input")
                .example("sluice plan sluice.yaml")
                .runs(in -> {
                    String file = in.argument(0);
                    ApiAnswer answer = send(in, in.read(file), DRY_RUN);
                    return answer.ok() ? show(in, answer) : refuse(in, file, answer);
                });
    }

    static Verb apply() {
        return Verb.named("apply", "Apply a sluice.yaml, after showing what it changes.")
                .argument("FILE", "the file; '-' reads standard input and needs --yes")
                .options(Field.flag("--yes", "do not ask"))
                .note("The secrets of new keys are printed once.")
                .example("sluice apply sluice.yaml --yes")
                .runs(FileCommands::apply);
    }

    static Verb export() {
        return Verb.named("export", "Print the organization as a sluice.yaml, without secrets.")
                .example("sluice export > sluice.yaml")
                .runs(in -> {
                    ApiAnswer answer = in.get("export", Map.of());
                    if (!answer.ok()) {
                        return in.refuse(answer);
                    }
                    in.context().out().println(answer.body().stripTrailing());
                    return ExitCode.OK;
                });
    }

    private static int apply(Invocation in) {
        String file = in.argument(0);
        String text = in.read(file);
        if (!in.flag("--yes")) {
            ApiAnswer plan = send(in, text, DRY_RUN);
            if (!plan.ok()) {
                return refuse(in, file, plan);
            }
            JsonNode node = plan.json();
            print(in.context().err(), node);
            if (node != null && changes(node).isEmpty()) {
                return in.isForPrograms() ? show(in, plan) : ExitCode.OK;
            }
            if (!in.context().interactive() || file.equals("-")) {
                throw CliException.usage("Nothing was applied: add --yes to apply this.");
            }
            if (!confirmed(in)) {
                in.context().err().println("Nothing was applied.");
                return ExitCode.REFUSED;
            }
        }
        ApiAnswer answer = send(in, text, Map.of());
        if (!answer.ok()) {
            return refuse(in, file, answer);
        }
        int code = show(in, answer);
        if (!in.isForPrograms()) {
            secrets(in, answer.json());
        }
        return code;
    }

    /// What is wrong with the file, each at its place, as compilers write it.
    private static int refuse(Invocation in, String file, ApiAnswer answer) {
        JsonNode node = answer.json();
        JsonNode problems = node == null ? null : Json.at(node, "error.sluice.problems");
        if (in.isForPrograms() || problems == null || problems.isEmpty()) {
            return in.refuse(answer);
        }
        PrintWriter err = in.context().err();
        for (JsonNode problem : problems) {
            err.println(
                    "%s:%s:%s: %s"
                            .formatted(
                                    file,
                                    Words.of(problem.get("line")),
                                    Words.of(problem.get("column")),
                                    Words.of(problem.get("message"))));
        }
        err.println("sluice: the file was refused; nothing was changed.");
        return ExitCode.REFUSED;
    }

    private static ApiAnswer send(Invocation in, String text, Map<String, String> query) {
        return in.client().post("apply", query, text, YAML);
    }

    private static boolean confirmed(Invocation in) {
        in.context().err().print("Apply this? [y/N] ");
        in.context().err().flush();
        try {
            String line =
                    new BufferedReader(
                                    new InputStreamReader(
                                            in.context().in(), StandardCharsets.UTF_8))
                            .readLine();
            return line != null && line.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int show(Invocation in, ApiAnswer answer) {
        if (in.isForPrograms()) {
            return in.print(answer, List.of());
        }
        print(in.context().out(), answer.json());
        return ExitCode.OK;
    }

    private static List<JsonNode> changes(JsonNode node) {
        JsonNode list = node.get("changes");
        return list == null ? List.of() : list.valueStream().toList();
    }

    private static void print(PrintWriter out, @Nullable JsonNode node) {
        if (node == null) {
            return;
        }
        List<JsonNode> changes = changes(node);
        if (changes.isEmpty()) {
            out.println("Nothing changes.");
        }
        long taken = changes.stream().filter(FileCommands::isTakenOver).count();
        for (JsonNode change : changes) {
            if (isTakenOver(change)) {
                continue;
            }
            String action = String.valueOf(Json.text(change, "action"));
            String sign =
                    switch (action) {
                        case "create" -> "+";
                        case "delete" -> "-";
                        default -> "~";
                    };
            out.println(
                    "%s %s %s %s"
                            .formatted(
                                    sign,
                                    action,
                                    Words.of(change.get("kind")),
                                    Words.of(change.get("name"))));
            if (sign.equals("~")) {
                fields(out, change.path("changes"));
            }
        }
        if (taken > 0) {
            out.println(
                    "= %d more as they are, from now on changed by the file alone"
                            .formatted(taken));
        }
        JsonNode warnings = node.get("warnings");
        if (warnings != null) {
            warnings.forEach(warning -> out.println("warning: " + Words.of(warning)));
        }
    }

    /// Nothing of it changes but that the file owns it: the first file does that to everything.
    private static boolean isTakenOver(JsonNode change) {
        JsonNode changes = change.path("changes");
        return "update".equals(Json.text(change, "action"))
                && changes.size() == 1
                && changes.path("owned_by_file").path("to").asBoolean(false);
    }

    /// What an update changes, field by field; of an object only what differs inside.
    private static void fields(PrintWriter out, JsonNode changes) {
        for (var field : changes.properties()) {
            JsonNode from = field.getValue().path("from");
            JsonNode to = field.getValue().path("to");
            if (from.isString() && from.equals(to)) {
                // the same stars on both sides stand for two secrets
                out.println("    %s: replaced".formatted(field.getKey()));
            } else {
                difference(out, field.getKey(), from, to);
            }
        }
    }

    private static void difference(PrintWriter out, String name, JsonNode from, JsonNode to) {
        if (!from.isObject() || !to.isObject()) {
            out.println("    %s: %s -> %s".formatted(name, Words.of(from), Words.of(to)));
            return;
        }
        Set<String> inside = new TreeSet<>(from.propertyNames());
        inside.addAll(to.propertyNames());
        for (String one : inside) {
            JsonNode before = from.path(one);
            JsonNode after = to.path(one);
            if (!before.equals(after)) {
                difference(out, name + "." + one, before, after);
            }
        }
    }

    private static void secrets(Invocation in, @Nullable JsonNode node) {
        JsonNode keys = node == null ? null : node.get("keys");
        if (keys == null || keys.isEmpty()) {
            return;
        }
        in.context().out().println();
        in.context().out().println("New keys, shown this once:");
        for (JsonNode key : keys) {
            in.context()
                    .out()
                    .println("  " + Words.of(key.get("label")) + "  " + Words.of(key.get("key")));
        }
    }
}
