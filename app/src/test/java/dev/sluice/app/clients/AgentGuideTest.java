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

/// Settings in the guide to agents are files that the agents' suites run with, to the letter.
final class AgentGuideTest {

    private static final Pattern QUOTE =
            Pattern.compile("(?s)<!-- file: (\\S+) -->\\n```\\w+\\n(.*?)```\\n");
    private static final Pattern FENCE = Pattern.compile("(?m)^```\\w+$");

    private final Path root = ClientSuite.checkout();

    private String guide() throws IOException {
        return Files.readString(root.resolve("docs/guides/agents.md"));
    }

    @Test
    void everyBoxIsAFileAndEveryFileHasABox() throws IOException {
        Map<String, String> quotes = new TreeMap<>();
        Matcher quote = QUOTE.matcher(guide());
        while (quote.find()) {
            quotes.put(quote.group(1), quote.group(2));
        }
        for (Map.Entry<String, String> box : quotes.entrySet()) {
            assertThat(box.getValue())
                    .as(box.getKey())
                    .isEqualTo(Files.readString(root.resolve(box.getKey())));
        }
        List<String> files = new ArrayList<>(List.of("clients/aider/aider.env"));
        try (Stream<Path> all = Files.list(root.resolve("clients/agents/config"))) {
            all.forEach(file -> files.add("clients/agents/config/" + file.getFileName()));
        }
        assertThat(quotes.keySet()).containsExactlyInAnyOrderElementsOf(files);
        assertThat((long) quotes.size()).isEqualTo(FENCE.matcher(guide()).results().count());
    }

    /// The table names suites that are there.
    @Test
    void everySuiteExists() throws IOException {
        Matcher suite = Pattern.compile("`(clients/[\\w/.-]+)`").matcher(guide());
        int found = 0;
        while (suite.find()) {
            assertThat(root.resolve(suite.group(1))).exists();
            found++;
        }
        assertThat(found).isGreaterThan(10);
    }
}
