package dev.sluice.app.cli;

import java.util.ArrayList;
import java.util.List;

/// The usual five verbs of a kind of object that has a name.
final class Resource {

    private static final Field NAME = Field.text("--name", "NAME", "unique in the organization");

    private final String path;
    private final String kind;
    private final String summary;
    private final List<String> examples = new ArrayList<>();
    private String sample = "NAME";
    private String change = "";
    private String[] columns = {};
    private Field[] fields = {};

    private Resource(String path, String kind, String summary) {
        this.path = path;
        this.kind = kind;
        this.summary = summary;
    }

    static Resource named(String path, String kind, String summary) {
        return new Resource(path, kind, summary);
    }

    Resource columns(String... names) {
        columns = names;
        return this;
    }

    Resource fields(Field... all) {
        fields = all;
        return this;
    }

    /// Of `create`.
    Resource example(String line) {
        examples.add(line);
        return this;
    }

    /// Of the other verbs: a name, and what `update` may change.
    Resource sample(String name, String options) {
        sample = name;
        change = options;
        return this;
    }

    /// With verbs beside the five.
    Group group(Verb... more) {
        Verb create =
                Verb.call("create", "POST", path, "Create " + article() + kind + ".")
                        .argument(NAME)
                        .body(fields)
                        .orFromFile();
        examples.forEach(create::example);
        return groupWith(create, more);
    }

    private String article() {
        return "aeio".indexOf(kind.charAt(0)) >= 0 ? "an " : "a ";
    }

    /// With another `create`.
    Group groupWith(Verb create, Verb... more) {
        List<Verb> verbs = new ArrayList<>();
        String typed = "sluice " + path;
        verbs.add(
                Verb.list(path, "List " + path + ", newest first.", columns)
                        .example(typed + " list --all -o csv"));
        verbs.add(create);
        verbs.add(
                Verb.call("show", "GET", path + "/{}", "Show one " + kind + ".")
                        .argument("REF", "id or name")
                        .example(typed + " show " + sample));
        verbs.add(
                Verb.call("update", "PATCH", path + "/{}", "Change one " + kind + "; '' clears.")
                        .argument("REF", "id or name")
                        .body(Field.text("--name", "NAME", "a new name"))
                        .body(Verb.changeable(fields).toArray(Field[]::new))
                        .orFromFile()
                        .example(typed + " update " + sample + " " + change));
        verbs.addAll(List.of(more));
        verbs.add(
                Verb.call("delete", "DELETE", path + "/{}", "Delete one that nothing refers to.")
                        .argument("REF", "id or name")
                        .example(typed + " delete " + sample));
        return new Group(path, summary, List.copyOf(verbs));
    }
}
