package dev.sluice.simulator.script;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A set of directives with their values; immutable. Written `status=503 retry_after=2`; a flag
/// alone is true; a value with blanks stands in quotes, double or single.
public final class Directives {

    public static final Directives NONE = new Directives(new EnumMap<>(Directive.class));

    private static final Pattern IN_TEXT = Pattern.compile("(?s)\\[\\[sim\\s+(.*?)]]");
    private static final Pattern WORD =
            Pattern.compile(
                    "\\s*([A-Za-z_]+)" + "(?:=(?:\"([^\"]*)\"|'([^']*)'|(\\S*)))?(?:\\s+|$)");

    private final EnumMap<Directive, String> values;

    private Directives(EnumMap<Directive, String> values) {
        this.values = values;
    }

    /// Reads `name=value …`; throws [BadDirectiveException] naming the word that is wrong.
    public static Directives parse(String text) {
        EnumMap<Directive, String> values = new EnumMap<>(Directive.class);
        Matcher word = WORD.matcher(text.strip());
        int at = 0;
        String stripped = text.strip();
        while (at < stripped.length()) {
            if (!word.find(at) || word.start() != at) {
                throw new BadDirectiveException("cannot read '" + stripped.substring(at) + "'");
            }
            put(values, word.group(1), value(word));
            at = word.end();
        }
        return new Directives(values);
    }

    private static String value(Matcher word) {
        for (int group = 2; group <= 4; group++) {
            String value = word.group(group);
            if (value != null) {
                return value;
            }
        }
        return "true";
    }

    /// All `[[sim …]]` blocks of a text; later ones win.
    public static Directives inText(String text) {
        Directives all = NONE;
        Matcher block = IN_TEXT.matcher(text);
        while (block.find()) {
            all = all.plus(parse(block.group(1)));
        }
        return all;
    }

    /// The suffix of a model name: `sim-chat+status=503+retry_after=2`; none without a `+`.
    public static Directives ofModel(String model) {
        int plus = model.indexOf('+');
        return plus < 0 ? NONE : parse(model.substring(plus + 1).replace('+', ' '));
    }

    /// The model name without that suffix.
    public static String bareModel(String model) {
        int plus = model.indexOf('+');
        return plus < 0 ? model : model.substring(0, plus);
    }

    private static void put(Map<Directive, String> values, String name, String value) {
        Directive directive =
                Directive.named(name)
                        .orElseThrow(
                                () -> new BadDirectiveException("no directive '" + name + "'"));
        boolean good =
                switch (directive.kind()) {
                    case NUMBER -> value.matches("-?\\d{1,12}");
                    case FLAG -> value.equals("true") || value.equals("false");
                    case TEXT -> true;
                };
        if (!good) {
            throw new BadDirectiveException(
                    name + " takes a " + directive.kind() + ", not '" + value + "'");
        }
        values.put(directive, value);
    }

    public Directives with(Directive directive, String value) {
        EnumMap<Directive, String> both = new EnumMap<>(values);
        put(both, directive.wireName(), value);
        return new Directives(both);
    }

    /// Both sets; where both say something, the other one wins.
    public Directives plus(Directives other) {
        if (other.values.isEmpty()) {
            return this;
        }
        EnumMap<Directive, String> both = new EnumMap<>(values);
        both.putAll(other.values);
        return new Directives(both);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public boolean has(Directive directive) {
        return values.containsKey(directive);
    }

    /// True when the flag is set and not `false`.
    public boolean flag(Directive directive) {
        return "true".equals(values.get(directive));
    }

    public long number(Directive directive, long otherwise) {
        String value = values.get(directive);
        return value == null ? otherwise : Long.parseLong(value);
    }

    public String text(Directive directive, String otherwise) {
        return values.getOrDefault(directive, otherwise);
    }

    /// As it would be written; parses back to the same set.
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        values.forEach((directive, value) -> {
            out.append(out.isEmpty() ? "" : " ").append(directive.wireName()).append('=');
            char quote = value.indexOf('"') < 0 ? '"' : '\'';
            boolean plain = value.matches("[^\\s\"']+");
            out.append(plain ? value : quote + value + quote);
        });
        return out.toString();
    }
}
