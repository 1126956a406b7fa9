package dev.sluice.catalog;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a cassette line by line.
final class CassetteFile {

    private static final Pattern FIELD = Pattern.compile("([a-z][a-z0-9_.-]*): ?(.*)");
    private static final Pattern REQUEST = Pattern.compile("([A-Z]+) (/\\S*)");
    private static final Pattern POINTER = Pattern.compile("(!?)(/\\S+)(?: = (.+))?");
    private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");
    private static final Pattern TAKE = Pattern.compile("[a-z_]+(-[a-z0-9-]+)?");
    private static final Set<String> HEAD = Set.of("origin", "source", "date", "region");
    private static final String BODY = "<<<";
    private static final String END = ">>>";

    private final String provider;
    private final List<String> lines;
    private int at;

    CassetteFile(String provider, String text) {
        this.provider = provider;
        this.lines = text.lines().toList();
    }

    private ProviderFormatException wrong(String problem) {
        return new ProviderFormatException(
                provider + ".cassette", Math.min(at + 1, lines.size()), 1, problem);
    }

    private @Nullable String peek() {
        while (at < lines.size() && (lines.get(at).isBlank() || lines.get(at).startsWith("#"))) {
            at++;
        }
        return at < lines.size() ? lines.get(at) : null;
    }

    Cassette read() {
        Map<String, String> head = new HashMap<>();
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line = peek(); line != null && !line.startsWith("=="); line = peek()) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw wrong("is no 'name: value' line");
            }
            String name = field.group(1);
            if (name.startsWith("settings.")) {
                settings.put(name.substring("settings.".length()), field.group(2));
            } else if (HEAD.contains(name)) {
                head.put(name, field.group(2).strip());
            } else {
                throw wrong(
                        name
                                + " is not a known field; there are origin, source, date, region,"
                                + " settings.NAME");
            }
            at++;
        }
        List<Cassette.Take> takes = new ArrayList<>();
        while (peek() != null) {
            takes.add(take());
        }
        if (takes.isEmpty()) {
            throw wrong("has no take: a line such as '== text'");
        }
        return new Cassette(
                provider,
                origin(head.get("origin")),
                required(head, "source"),
                date(required(head, "date")),
                head.get("region"),
                settings,
                takes);
    }

    private String required(Map<String, String> head, String name) {
        String value = head.get(name);
        if (value == null || value.isBlank()) {
            throw wrong(name + " is missing in the head");
        }
        return value;
    }

    private Cassette.Origin origin(@Nullable String word) {
        for (Cassette.Origin origin : Cassette.Origin.values()) {
            if (origin.name().toLowerCase(Locale.ROOT).equals(word)) {
                return origin;
            }
        }
        throw wrong("origin must be documented or recorded");
    }

    private LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw wrong("date must look like 2026-11-29");
        }
    }

    private Cassette.Take take() {
        String name = lines.get(at).substring("==".length()).strip();
        boolean known =
                name.startsWith("error") || Capability.of(name.replaceFirst("-.*", "")).isPresent();
        if (!TAKE.matcher(name).matches() || !known) {
            throw wrong("a take is named by a capability or error, such as '== stream-usage'");
        }
        at++;
        String dialect = field("dialect");
        String model = field("model");
        Cassette.Asked asked = asked();
        String line = peek();
        if (line == null
                || !line.startsWith("< ")
                || !STATUS.matcher(line.substring(2)).matches()) {
            throw wrong("the answer begins with '< STATUS'");
        }
        final int status = Integer.parseInt(line.substring(2));
        at++;
        Map<String, String> headers = new LinkedHashMap<>();
        for (String next = peek(); next != null && next.startsWith("< "); next = peek()) {
            Matcher field = FIELD.matcher(next.substring(2));
            if (!field.matches()) {
                throw wrong("is no '< name: value' line");
            }
            headers.put(field.group(1), field.group(2));
            at++;
        }
        String framing = headers.remove("framing");
        return new Cassette.Take(
                name,
                dialect,
                model,
                asked,
                status,
                headers,
                framing == null ? "plain" : framing,
                body(),
                expected(name));
    }

    private String field(String name) {
        String line = peek();
        if (line == null || !line.startsWith(name + ": ")) {
            throw wrong("'" + name + ": …' has to stand here");
        }
        at++;
        return line.substring(name.length() + 2).strip();
    }

    private Cassette.Asked asked() {
        String first = peek();
        Matcher request =
                REQUEST.matcher(first == null || !first.startsWith("> ") ? "" : first.substring(2));
        if (!request.matches()) {
            throw wrong("the request begins with '> POST /path'");
        }
        at++;
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, @Nullable String> body = new LinkedHashMap<>();
        boolean stream = false;
        for (String line = peek(); line != null && line.startsWith("> "); line = peek()) {
            String rest = line.substring(2);
            Matcher pointer = POINTER.matcher(rest);
            Matcher header = FIELD.matcher(rest);
            if (rest.equals("streamed")) {
                stream = true;
            } else if (pointer.matches()) {
                boolean absent = pointer.group(1).equals("!");
                if (absent == (pointer.group(3) != null)) {
                    throw wrong("is neither '> /pointer = JSON' nor '> !/pointer'");
                }
                body.put(pointer.group(2), pointer.group(3));
            } else if (header.matches()) {
                headers.put(header.group(1), header.group(2));
            } else {
                throw wrong("is neither a header, nor a pointer into the body, nor 'streamed'");
            }
            at++;
        }
        return new Cassette.Asked(request.group(1), request.group(2), headers, body, stream);
    }

    private String body() {
        String line = peek();
        if (line == null || !line.equals(BODY)) {
            throw wrong("the body stands between " + BODY + " and " + END);
        }
        at++;
        StringBuilder body = new StringBuilder();
        while (at < lines.size() && !lines.get(at).equals(END)) {
            body.append(lines.get(at)).append('\n');
            at++;
        }
        if (at == lines.size()) {
            throw wrong("the body is not ended by " + END);
        }
        at++;
        return body.toString();
    }

    private Map<String, String> expected(String take) {
        Map<String, String> expected = new LinkedHashMap<>();
        for (String line = peek(); line != null && line.startsWith("= "); line = peek()) {
            Matcher field = FIELD.matcher(line.substring(2));
            if (!field.matches() || !Cassette.EXPECTATIONS.contains(field.group(1))) {
                throw wrong(
                        "is none of '= "
                                + String.join(": …', '= ", Cassette.EXPECTATIONS)
                                + ": …'");
            }
            expected.put(field.group(1), field.group(2));
            at++;
        }
        requireWhole(take, expected.keySet());
        return expected;
    }

    /// What is left out would be compared with nothing.
    private void requireWhole(String take, Set<String> expected) {
        if (expected.contains("fault")) {
            require(expected, "status");
            return;
        }
        if (expected.contains("job")) {
            // it is paid once it is done
            return;
        }
        boolean isDoneJob = take.startsWith(Capability.VIDEO.wireName());
        if (!expected.contains("vectors") && !isDoneJob) {
            if (!expected.contains("text") && !expected.contains("tool")) {
                throw wrong("a take has to expect something: a line such as '= text: hello'");
            }
            require(expected, "finish");
        }
        require(expected, "usage");
        require(expected, "charge");
    }

    private void require(Set<String> expected, String name) {
        if (!expected.contains(name)) {
            throw wrong("the take has to expect '= " + name + ": …', too");
        }
    }
}
