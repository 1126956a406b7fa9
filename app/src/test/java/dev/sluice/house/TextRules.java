package dev.sluice.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules that need no more than the text of a file. Each returns complaints of the form
/// `path:line: what is wrong, and what to do instead`.
final class TextRules {

    private static final int COLUMNS_MAX = 100;
    private static final int LINES_MAX = 500;

    /// Written in halves, so that this file does not break its own rule.
    private static final Pattern LEFT_OVER =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w./-])/(wor" + "k|roo" + "t|hom" + "e/\\w+|User" + "s/\\w+)/");

    private static final Pattern REGISTRY =
            Pattern.compile(
                    "repo1?\\.mav"
                            + "en|registry\\.npm"
                            + "js|pyp"
                            + "i\\.org|pythonhost"
                            + "ed"
                            + "|crates\\.i"
                            + "o|proxy\\.gol"
                            + "ang|rubyg"
                            + "ems\\.org"
                            + "|registry-1\\.dock"
                            + "er");

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");

    private static final Set<String> COUNTED = Set.of("java", "ts", "tsx", "py", "sh");

    private TextRules() {}

    static List<String> check(String path, String text) {
        List<String> complaints = new ArrayList<>();
        List<String> lines = text.lines().toList();
        if (COUNTED.contains(extension(path)) && lines.size() > LINES_MAX) {
            complaints.add(
                    "%s:1: %d lines; split by subject, %d are the limit"
                            .formatted(path, lines.size(), LINES_MAX));
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String at = path + ":" + (i + 1) + ": ";
            int columns = line.codePointCount(0, line.length());
            if (path.endsWith(".java") && columns > COLUMNS_MAX && !isTestData(path, lines, i)) {
                complaints.add(at + columns + " columns; break the line at " + COLUMNS_MAX);
            }
            find(LEFT_OVER, line, at, "do it now or file an issue instead of ", complaints);
            find(MACHINE_PATH, line, at, "a path of one machine; make it relative: ", complaints);
            find(REGISTRY, line, at, "name the package, not the registry: ", complaints);
        }
        if (isLockFile(path) && text.contains("\"resolved\"")) {
            complaints.add(
                    path + ":1: has `resolved`; set omit-lockfile-registry-resolved in .npmrc");
        }
        return complaints;
    }

    /// Relative links of a Markdown file that lead nowhere.
    static List<String> deadLinks(String path, String text, Path root) {
        List<String> complaints = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher link = LINK.matcher(lines.get(i));
            while (link.find()) {
                String target = link.group(1);
                boolean external = target.contains(":") || target.startsWith("/");
                if (!external && !Files.exists(root.resolve(path).resolveSibling(target))) {
                    complaints.add(
                            "%s:%d: dead link to %s; correct or remove it"
                                    .formatted(path, i + 1, target));
                }
            }
        }
        return complaints;
    }

    /// A string or a text block in a test: the formatter does not break them, and a table of cases
    /// reads better whole.
    private static boolean isTestData(String path, List<String> lines, int index) {
        String quotes = "\"".repeat(3);
        long marks = lines.subList(0, index).stream().filter(line -> line.contains(quotes)).count();
        return path.contains("/src/test/") && (lines.get(index).contains("\"") || marks % 2 == 1);
    }

    private static boolean isLockFile(String path) {
        return path.endsWith("package-lock.json");
    }

    private static String extension(String path) {
        if (path.equals("sluice")) {
            return "sh";
        }
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static void find(
            Pattern pattern, String line, String at, String advice, List<String> complaints) {
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
            complaints.add(at + advice + matcher.group().strip());
        }
    }
}
