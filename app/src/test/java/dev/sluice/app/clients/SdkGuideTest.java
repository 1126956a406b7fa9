package dev.sluice.app.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Code in the guide to the SDKs is a file that the suites run, to the letter.
final class SdkGuideTest {

    private static final Pattern QUOTE =
            Pattern.compile("(?s)<!-- file: (\\S+) -->\\n```\\w+\\n(.*?)```\\n");
    private static final Pattern FENCE = Pattern.compile("(?m)^```\\w+$");

    private static final List<String> SNIPPETS =
            List.of("clients/python/snippets", "clients/node/snippets", "clients/curl");

    private final Path root = ClientSuite.checkout();

    private String guide() throws IOException {
        return Files.readString(root.resolve("docs/guides/sdks.md"));
    }

    private Map<String, String> quotes() throws IOException {
        Map<String, String> quotes = new TreeMap<>();
        Matcher quote = QUOTE.matcher(guide());
        while (quote.find()) {
            quotes.put(quote.group(1), quote.group(2));
        }
        return quotes;
    }

    @Test
    void everyQuoteIsItsFile() throws IOException {
        Map<String, String> quotes = quotes();
        for (Map.Entry<String, String> quote : quotes.entrySet()) {
            assertThat(quote.getValue())
                    .as(quote.getKey())
                    .isEqualTo(Files.readString(root.resolve(quote.getKey())));
        }
    }

    @Test
    void everyFileIsQuoted() throws IOException {
        List<String> files = new ArrayList<>();
        for (String folder : SNIPPETS) {
            try (Stream<Path> all = Files.list(root.resolve(folder))) {
                all.filter(Files::isRegularFile)
                        .map(file -> folder + '/' + file.getFileName())
                        .forEach(files::add);
            }
        }
        assertThat(quotes().keySet()).containsExactlyInAnyOrderElementsOf(files);
    }

    /// The versions in the table of clients are those that the suites install.
    @Test
    void theTableOfClientsIsTrue() throws IOException {
        Matcher row =
                Pattern.compile("(?m)^\\| `([^`]+)`[^|]*\\| ([\\d.]+) \\| `(clients/[\\w-]+)` \\|")
                        .matcher(guide());
        int rows = 0;
        while (row.find()) {
            StringBuilder installed = new StringBuilder();
            for (String file : List.of("requirements.txt", "package.json", "pom.xml")) {
                Path manifest = root.resolve(row.group(3)).resolve(file);
                if (Files.exists(manifest)) {
                    installed.append(Files.readString(manifest));
                }
            }
            String client = Pattern.quote(row.group(1)) + "[^\\d]{1,60}" + row.group(2);
            assertThat(installed.toString()).containsPattern(client + "(?!\\d)");
            rows++;
        }
        assertThat(rows).isGreaterThan(25);
    }

    @Test
    void noCodeStandsInTheGuideAlone() throws IOException {
        long fences = FENCE.matcher(guide()).results().count();
        assertThat((long) quotes().size()).isEqualTo(fences);
    }
}
