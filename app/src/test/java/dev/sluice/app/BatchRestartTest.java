package dev.sluice.app;

import static dev.sluice.app.BatchClient.chatLines;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.Database;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// Replicas that end in the middle of a batch: it is done all the same, each line once, and no line
/// is paid twice.
@Tag("slow")
@Timeout(400)
class BatchRestartTest {

    private static final int LINES = 60;
    private static final Pattern NUMBER = Pattern.compile("Number \\d+");
    private static final String SLOWLY = "[[sim delay=500 tokens=10]]";
    private static final String PRICE = "{\"input_per_mtok\":\"10\",\"output_per_mtok\":\"100\"}";

    private static String prepared(Fleet fleet) {
        Api api = fleet.api();
        api.addModels(fleet.simulator().baseUrl(), PRICE, "m");
        api.topUp("100");
        String key = api.key("k", "support", "staging");
        fleet.awaitKnown(key);
        return key;
    }

    private static BatchClient client(ServerProcess replica, String key) {
        return new BatchClient("http://127.0.0.1:" + replica.port(), replica.http(), key);
    }

    private static String begun(BatchClient client) {
        String id = client.create(chatLines(LINES, "m", SLOWLY)).path("id").asString();
        client.await(
                id,
                batch -> batch.at("/request_counts/completed").asInt() >= 10,
                Duration.ofSeconds(30));
        return id;
    }

    /// The number of the replica that works on the one batch there is.
    private static int worker(Fleet fleet) {
        try (Database database = fleet.openDatabase()) {
            String replica =
                    database.read(sql ->
                            sql.one("SELECT held_replica AS r FROM batch", row -> row.text("r")));
            return Integer.parseInt(replica.substring("replica-".length()));
        }
    }

    /// How often each line was paid, by what the provider was asked.
    private static Map<String, Integer> paidByLine(Api api, Fleet fleet, String batch) {
        Map<String, Integer> paid = new HashMap<>();
        for (JsonNode row : api.all("/admin/v1/requests?action_id=" + batch)) {
            if (new BigDecimal(row.path("cost_usd").asString("0")).signum() > 0) {
                String id = row.path("request_id").asString();
                JsonNode attempts =
                        api.admin("GET", "/admin/v1/requests/" + id, null).path("attempts");
                String provider = attempts.path(0).path("provider_request_id").asString("");
                paid.merge(line(fleet, provider), 1, Integer::sum);
            }
        }
        return paid;
    }

    private static String line(Fleet fleet, String providerRequestId) {
        Matcher number =
                fleet.simulator().journal().calls().stream()
                        .filter(call -> call.requestId().equals(providerRequestId))
                        .map(call -> NUMBER.matcher(requireNonNull(call.requestBody())))
                        .findFirst()
                        .orElseThrow();
        assertThat(number.find()).isTrue();
        return number.group();
    }

    @Test
    void aReplicaThatStopsLeavesItsBatchToAnotherOne() throws Exception {
        try (Fleet fleet = Fleet.start(2, Map.of())) {
            String key = prepared(fleet);
            String id = begun(client(fleet.get(0), key));
            int worker = worker(fleet);
            fleet.get(worker).stop();
            BatchClient other = client(fleet.get(1 - worker), key);
            JsonNode batch = other.awaitEnd(id, Duration.ofSeconds(60));
            // none was lost, and none asked twice: the two replicas did one batch
            assertThat(other.lines(batch, "output_file_id")).hasSize(LINES);
            assertThat(fleet.simulator().journal().calls()).hasSize(LINES);
            fleet.get(1 - worker).stop();
            fleet.assertBooksAreCleanAndNothingHeld();
            assertThat(fleet.errors()).isEmpty();
        }
    }

    @Test
    void aReplicaThatIsKilledGoesOnWhenItIsBack() throws Exception {
        try (Fleet fleet = Fleet.start(1, Map.of())) {
            String key = prepared(fleet);
            String id = begun(client(fleet.get(0), key));
            fleet.get(0).killDashNine();
            fleet.restart(0);
            assertEachLineOnce(fleet, client(fleet.get(0), key), id);
        }
    }

    @Test
    void whatAReplicaThatIsKilledLeftIsTakenUp() throws Exception {
        try (Fleet fleet = Fleet.start(2, Map.of())) {
            String key = prepared(fleet);
            String id = begun(client(fleet.get(0), key));
            int worker = worker(fleet);
            fleet.get(worker).killDashNine();
            BatchClient other = client(fleet.get(1 - worker), key);
            // all but the lines that were on their way: nobody knows whether those are paid
            other.await(
                    id,
                    batch -> batch.at("/request_counts/completed").asInt() >= LINES - 8,
                    Duration.ofMinutes(3));
            fleet.restart(worker);
            assertEachLineOnce(fleet, other, id);
        }
    }

    private static void assertEachLineOnce(Fleet fleet, BatchClient client, String id)
            throws Exception {
        JsonNode batch = client.awaitEnd(id, Duration.ofMinutes(2));
        assertThat(batch.path("status").asString()).isEqualTo("completed");
        List<JsonNode> answers = client.lines(batch, "output_file_id");
        List<JsonNode> lost = client.lines(batch, "error_file_id");
        assertThat(answers.size() + lost.size()).isEqualTo(LINES);
        assertThat(lost)
                .allSatisfy(line ->
                        assertThat(line.at("/error/code").asString()).isEqualTo("answer_lost"));
        Map<String, Integer> paid = paidByLine(fleet.api(), fleet, id);
        assertThat(paid.values()).allMatch(times -> times == 1);
        assertThat(paid).hasSize(LINES);
        for (ServerProcess replica : fleet.all()) {
            replica.stop();
        }
        fleet.assertBooksAreCleanAndNothingHeld();
    }
}
