package dev.sluice.catalog;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the keys of a TOML text stand. The parser knows where a text is no TOML; where a good text
/// says something wrong is looked up here.
final class TomlPlaces {

    /// From 1.
    record Place(int line, int column) {}

    private static final Place START = new Place(1, 1);
    private static final Pattern TABLE = Pattern.compile("\\s*\\[([^\\[\\]]+)]\\s*(#.*)?");
    private static final Pattern KEY =
            Pattern.compile("\\s*((?:[A-Za-z0-9_.-]|\"[^\"]*\"|'[^']*')+)\\s*=(.*)");

    private final Map<String, Place> places = new HashMap<>();

    private TomlPlaces() {}

    static TomlPlaces of(String toml) {
        TomlPlaces found = new TomlPlaces();
        String table = "";
        int open = 0;
        int number = 0;
        for (String line : (Iterable<String>) toml.lines()::iterator) {
            number++;
            if (open > 0) {
                open += brackets(line);
                continue;
            }
            Matcher header = TABLE.matcher(line);
            Matcher key = KEY.matcher(line);
            if (header.matches()) {
                table = plain(header.group(1)) + ".";
                found.put(plain(header.group(1)), number, header.start(1));
            } else if (key.matches()) {
                found.put(table + plain(key.group(1)), number, key.start(1));
                open = brackets(key.group(2));
            }
        }
        return found;
    }

    private void put(String path, int line, int at) {
        places.putIfAbsent(path, new Place(line, at + 1));
    }

    private static String plain(String key) {
        return key.replaceAll("[\"'\\s]", "");
    }

    /// How many more brackets a line opens than it closes.
    private static int brackets(String line) {
        int open = 0;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '#') {
                return open;
            } else if (c == '[') {
                open++;
            } else if (c == ']') {
                open--;
            }
        }
        return open;
    }

    /// Of a key, or of the nearest table or key around it.
    Place of(String... path) {
        for (int length = path.length; length > 0; length--) {
            String name = String.join(".", java.util.Arrays.copyOf(path, length));
            Place place = places.get(name);
            if (place != null) {
                return place;
            }
        }
        return START;
    }
}
