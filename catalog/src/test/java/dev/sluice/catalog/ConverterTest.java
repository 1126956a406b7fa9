package dev.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The converter, run as people run it, on a small made-up source of every shape it knows.
class ConverterTest {

    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path FIXTURE = MODULE.resolve("src/test/resources/convert");

    @TempDir static Path folder;
    private static Path first = Path.of("");

    @BeforeAll
    static void convert() throws Exception {
        assumeTrue(
                run(List.of("python3", "-c", "import tomllib")) == 0,
                "the converter needs Python 3.11; the server does not");
        first = converted("first");
    }

    private static Path converted(String name) throws Exception {
        Path out = folder.resolve(name);
        int exit =
                run(
                        List.of(
                                "python3",
                                MODULE.resolve("convert/convert.py").toString(),
                                "--source-json",
                                FIXTURE.resolve("source.json").toString(),
                                "--overlay",
                                FIXTURE.resolve("overlay.toml").toString(),
                                "--out",
                                out.toString()));
        assertThat(exit).isZero();
        return out;
    }

    private static int run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT);
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.toList()) {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return files;
    }

    private static PriceBook book() throws IOException {
        List<String> texts = new ArrayList<>();
        files(first).forEach((name, text) -> texts.add(name.endsWith(".jsonl") ? text : ""));
        return PriceBook.parse(String.join("", texts));
    }

    @Test
    void twoRunsWriteTheSameBytes() throws Exception {
        assertThat(files(converted("second"))).isEqualTo(files(first)).hasSize(3);
    }

    @Test
    void theIndexHasTheVersionTheServerComputes() throws Exception {
        assertThat(Files.readString(first.resolve("index.json"))).contains(book().version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat-1 | {\"input_per_mtok\":\"1.25\",\"cached_input_per_mtok\":\"0.125\","
                        + "\"cache_write_5m_per_mtok\":\"1.5\",\"cache_write_1h_per_mtok\":\"2.5\","
                        + "\"output_per_mtok\":\"10\",\"image_input_per_mtok\":\"1.25\","
                        + "\"per_search\":\"0.01\",\"tiers\":[{\"above_input_tokens\":200000,"
                        + "\"input_per_mtok\":\"2.5\",\"output_per_mtok\":\"15\","
                        + "\"image_input_per_mtok\":\"2.5\"}],\"by\":["
                        + "{\"search_context_size\":\"high\",\"per_search\":\"0.014\"},"
                        + "{\"search_context_size\":\"low\",\"per_search\":\"0.005\"},"
                        + "{\"service_tier\":\"flex\",\"input_per_mtok\":\"0.625\","
                        + "\"output_per_mtok\":\"5\",\"image_input_per_mtok\":\"0.625\","
                        + "\"tiers\":[{\"above_input_tokens\":200000,\"input_per_mtok\":\"2.5\","
                        + "\"output_per_mtok\":\"15\",\"image_input_per_mtok\":\"2.5\"}]},"
                        + "{\"service_tier\":\"priority\",\"input_per_mtok\":\"2.5\","
                        + "\"output_per_mtok\":\"20\",\"image_input_per_mtok\":\"2.5\","
                        + "\"tiers\":[{\"above_input_tokens\":200000,\"input_per_mtok\":\"5\","
                        + "\"output_per_mtok\":\"20\",\"image_input_per_mtok\":\"5\"}]}]}",
                "ranges | {\"input_per_mtok\":\"0.05\",\"output_per_mtok\":\"0.4\","
                        + "\"tiers\":[{\"above_input_tokens\":32000,\"input_per_mtok\":\"0.25\","
                        + "\"output_per_mtok\":\"2\"}]}",
                "picture | {\"per_image\":\"0.04\"}",
                "acme-draw | {\"by\":[{\"quality\":\"high\",\"size\":\"1024x1536\","
                        + "\"per_image\":\"0.25\"},{\"quality\":\"low\",\"size\":\"1024x1024\","
                        + "\"per_image\":\"0.011\"}]}",
                // 1.0490417e-8 × 1,048,576 = 0.01099999…
                "acme-pixels | {\"by\":[{\"quality\":\"high\",\"size\":\"1024x1024\","
                        + "\"per_image\":\"0.011\"}]}",
                "tokens-draw | {\"input_per_mtok\":\"5\",\"image_input_per_mtok\":\"10\","
                        + "\"image_output_per_mtok\":\"40\"}",
                "video | {\"per_video_second\":\"0.4\",\"by\":[{\"resolution\":\"4k\","
                        + "\"per_video_second\":\"0.7\"}]}",
                "listen | {\"per_audio_minute\":\"0.006\"}",
                "speak | {\"per_mchar\":\"15\"}",
                "rank | {\"per_search\":\"0.002\"}",
                "embed | {\"input_per_mtok\":\"0.02\"}",
                "fresh | {\"per_image\":\"0.02\"}",
            })
    void everyShapeOfTheSource(String model, String price) throws Exception {
        PriceRow row = book().find("acme", model).orElseThrow();
        assertThat(row.unpricedReason()).isEmpty();
        assertThat(PriceJson.write(row.price())).hasToString(price);
    }

    @Test
    void multipliersBecomeRows() throws Exception {
        Price price = book().find("acme", "think").orElseThrow().price();
        assertThat(PriceJson.write(price).toString())
                .contains("\"per_request\":\"0.005\"", "\"audio_output_per_mtok\":\"80\"")
                .contains("{\"region\":\"us\",\"input_per_mtok\":\"1.1\"")
                .contains("{\"speed\":\"fast\",\"input_per_mtok\":\"2\"")
                .contains("{\"region\":\"us\",\"speed\":\"fast\",\"input_per_mtok\":\"2.2\"");
    }

    @ParameterizedTest
    @CsvSource({"no-window, no bound on input", "free, free or unknown", "scan, per page"})
    void rowsThatLackSomethingAreKeptUnpriced(String model, String reason) throws Exception {
        PriceRow row = book().find("acme", model).orElseThrow();
        assertThat(row.unpricedReason().orElseThrow()).contains(reason);
    }

    @Test
    void factsOfARow() throws Exception {
        PriceRow row = book().find("acme", "chat-1").orElseThrow();
        assertThat(row.bounds().contextWindow()).hasValue(300_000);
        assertThat(row.bounds().maxOutputTokens()).hasValue(1_000);
        assertThat(row.capabilities()).containsExactly("tools", "vision");
        assertThat(row.retiresOn()).contains(LocalDate.of(2027, 5, 6));
        assertThat(row.source()).isEqualTo("litellm");
        assertThat(book().find("acme", "video").orElseThrow().source()).isEqualTo("another-list");
        // ceil(0.255 dollars at 40 per million): the listed 0.25 may have been rounded down
        assertThat(book().find("acme", "tokens-draw").orElseThrow().bounds().maxTokensPerImage())
                .hasValue(6_375);
        // this provider's threshold is the first long prompt, not the last short one
        assertThat(book().find("xai", "threshold").orElseThrow().price().tiers())
                .extracting(Price.Tier::aboveInputTokens)
                .containsExactly(199_999L);
    }

    /// Downloads the pinned package.
    @Test
    @Tag("long")
    void theShippedBookIsWhatThePinnedSourceGives() throws Exception {
        Path shipped = MODULE.resolve("src/main/resources/catalog/prices");
        Path out = folder.resolve("real");
        Files.createDirectories(out);
        Files.copy(shipped.resolve("simulator.jsonl"), out.resolve("simulator.jsonl"));
        int exit =
                run(
                        List.of(
                                "python3",
                                MODULE.resolve("convert/convert.py").toString(),
                                "--out",
                                out.toString()));
        assertThat(exit).isZero();
        Map<String, String> expected = files(shipped);
        expected.remove("NOTICE");
        expected.remove("overlay.toml");
        assertThat(files(out)).isEqualTo(expected);
    }
}
