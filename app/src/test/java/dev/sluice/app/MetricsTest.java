package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Await;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `GET /metrics` says of a replica, and that the reference names all of it.
class MetricsTest {

    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(sluice_\\w+)` \\|");
    private static final Pattern SHOWN = Pattern.compile("(?m)^# TYPE (sluice_\\w+) ");
    private static final double SEGMENT_BYTES = 16 << 20;

    private static Installation sluice;
    private static String key;

    @BeforeAll
    static void callAFewTimes() throws Exception {
        sluice =
                Installation.start()
                        .withModels("{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}", "m");
        sluice.topUp("100");
        key = sluice.key("k", "support", "staging");
        sluice.admin(
                "POST",
                "/admin/v1/quotas",
                "{\"name\":\"q\",\"unit\":\"usd\",\"limit\":\"10\",\"window\":{\"calendar\":\"month\"},\"at_limit\":\"block\"}");
        for (int i = 0; i < 3; i++) {
            assertThat(sluice.chat(key, Installation.chatBody("m", "on", 20)).statusCode())
                    .isEqualTo(200);
        }
        await("sluice_journal_unshipped_calls", n -> n == 0);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @Test
    void theReferenceNamesEveryMetric() throws Exception {
        Path reference = Path.of("..", "docs", "reference", "metrics.md");
        assertThat(names(SHOWN, page())).isEqualTo(names(DOCUMENTED, Files.readString(reference)));
    }

    @Test
    void theJournalAndTheSlicesAreThere() throws Exception {
        // calls that ended a moment ago are booked together
        await("sluice_journal_unshipped_usd", n -> n == 0);
        assertThat(figure("sluice_journal_segments")).isBetween(1.0, 8.0);
        assertThat(figure("sluice_journal_kept_segments")).isZero();
        assertThat(figure("sluice_journal_bytes"))
                .isEqualTo(figure("sluice_journal_segments") * SEGMENT_BYTES);
        assertThat(figure("sluice_journal_flush_seconds_count")).isGreaterThanOrEqualTo(3);
        assertThat(figure("sluice_journal_flush_seconds_sum")).isBetween(1e-6, 60.0);
        assertThat(figure("sluice_journal_lag_seconds")).isZero();
        assertThat(figure("sluice_epoch")).isEqualTo(1);
        assertThat(figure("sluice_lease_seconds")).isBetween(60.0, 115.0);
        assertThat(figure("sluice_hold_waiters")).isZero();
        assertThat(figure("sluice_operator_absorbed_usd")).isZero();
        assertThat(figure("sluice_escrow_slices")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aCallThatRunsHoldsWhatItMayCost() throws Exception {
        String slow = Installation.chatBody("m", "[[sim delay=1500]] wait", 20);
        CompletableFuture<HttpResponse<String>> call =
                sluice.http()
                        .sendAsync(
                                sluice.chatRequest(key, slow).build(),
                                HttpResponse.BodyHandlers.ofString());
        await("sluice_open_calls", n -> n == 1);
        for (String of : Set.of("accounts", "windows")) {
            double held = figure("sluice_escrow_held_usd{of=\"" + of + "\"}");
            // 20 tokens of output and some of input
            assertThat(held).isBetween(0.002, 0.02);
            assertThat(figure("sluice_escrow_usd{of=\"" + of + "\"}")).isGreaterThanOrEqualTo(held);
        }
        String id = call.join().headers().firstValue("x-request-id").orElseThrow();
        assertThat(page()).doesNotContain(id).doesNotContain(key);
        await("sluice_open_calls", n -> n == 0);
        assertThat(figure("sluice_escrow_held_usd{of=\"accounts\"}")).isZero();
    }

    private static void await(String name, Predicate<Double> wanted) throws Exception {
        Await.until(() -> figure(name), wanted, Duration.ofSeconds(10));
    }

    private static double figure(String series) throws Exception {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(page());
        assertThat(line.find()).as(series).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private static String page() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(sluice.baseUrl() + "/metrics")).build();
        return sluice.http().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static Set<String> names(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
