package dev.sluice.simulator.answer;

import java.util.Random;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A string that matches a simple regular expression: literals, classes, groups, alternatives and
/// counts. Where that is not enough the answer is a word, as a model would get it wrong too.
final class PatternSample {

    private final String pattern;
    private final Random random;
    private int at;

    private PatternSample(String pattern, Random random) {
        this.pattern = pattern;
        this.random = random;
    }

    static String of(String pattern, Random random) {
        try {
            String made = new PatternSample(pattern, random).alternatives();
            return Pattern.compile(pattern).matcher(made).find() ? made : "value";
        } catch (PatternSyntaxException | StringIndexOutOfBoundsException e) {
            return "value";
        }
    }

    private String alternatives() {
        StringBuilder out = new StringBuilder();
        while (at < pattern.length() && pattern.charAt(at) != ')') {
            if (pattern.charAt(at) == '|') {
                skipOthers();
                break;
            }
            out.append(repeated());
        }
        return out.toString();
    }

    /// The first alternative is taken; the others are passed over.
    private void skipOthers() {
        int depth = 0;
        while (at < pattern.length() && (depth > 0 || pattern.charAt(at) != ')')) {
            char c = pattern.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            }
        }
    }

    private String repeated() {
        int start = at;
        String first = atom();
        int atomEnd = at;
        int times = count();
        int after = at;
        StringBuilder out = new StringBuilder(times > 0 ? first : "");
        for (int i = 1; i < times; i++) {
            at = start;
            out.append(atom());
        }
        at = Math.max(after, atomEnd);
        return out.toString();
    }

    private String atom() {
        char c = pattern.charAt(at++);
        return switch (c) {
            case '^', '$' -> "";
            case '(' -> group();
            case '[' -> String.valueOf(oneOf());
            case '.' -> "x";
            case '\\' -> escaped(pattern.charAt(at++));
            default -> String.valueOf(c);
        };
    }

    private String group() {
        if (pattern.startsWith("?:", at)) {
            at += 2;
        }
        String inner = alternatives();
        at++;
        return inner;
    }

    private String escaped(char c) {
        return switch (c) {
            case 'd' -> String.valueOf((char) ('0' + random.nextInt(10)));
            case 'w' -> String.valueOf((char) ('a' + random.nextInt(26)));
            case 's' -> " ";
            case 'b' -> "";
            default -> String.valueOf(c);
        };
    }

    private char oneOf() {
        int end = pattern.indexOf(']', at + 1);
        String set = pattern.substring(at, end);
        at = end + 1;
        if (set.startsWith("^")) {
            return 'x';
        }
        if (set.startsWith("\\")) {
            return escaped(set.charAt(1)).charAt(0);
        }
        if (set.length() >= 3 && set.charAt(1) == '-') {
            return (char) (set.charAt(0) + random.nextInt(set.charAt(2) - set.charAt(0) + 1));
        }
        return set.charAt(random.nextInt(set.length()));
    }

    private int count() {
        if (at >= pattern.length()) {
            return 1;
        }
        int times =
                switch (pattern.charAt(at)) {
                    case '*', '?' -> 0;
                    case '+' -> 1;
                    case '{' -> braces();
                    default -> -1;
                };
        if (times < 0) {
            return 1;
        }
        at++;
        if (at < pattern.length() && pattern.charAt(at) == '?') {
            at++;
        }
        return times;
    }

    private int braces() {
        int end = pattern.indexOf('}', at);
        String least = pattern.substring(at + 1, end).split(",", 2)[0];
        at = end;
        return least.isEmpty() ? 0 : Integer.parseInt(least);
    }
}
