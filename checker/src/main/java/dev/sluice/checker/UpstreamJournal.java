package dev.sluice.checker;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The simulated provider's journal: what truly happened upstream. It must cover the whole book.
public final class UpstreamJournal {

    /// More calls than this are not compared: the journal is the one thing kept in memory.
    public static final int CALLS_MAX = 1_000_000;

    /// What is no token and part of nothing.
    /// A response of a session is a call, although nothing was posted.
    private static final String SESSIONS = "/v1/realtime";

    /// What is told of files and of jobs is no call to a model.
    private static final String FILES = "/v1/files";

    private static final String JOBS = "/v1/fine_tuning/jobs/";

    /// A job that is cancelled has used less than it was begun for.
    /// How one provider is asked how far a job is.
    private static final String LOOK = ":fetchPredictOperation";

    private static final String CANCEL = "/cancel";

    /// What the simulator's ids of calls begin with.
    private static final String CALL_ID = "req_sim";

    private static final List<String> COUNTS =
            List.of(
                    "searches",
                    "images",
                    "audio_milliseconds",
                    "characters",
                    "video_milliseconds",
                    "video_jobs",
                    "training_tokens");

    private static final class Entry {
        final boolean answered;
        final boolean lying;
        Map<String, Long> usage;
        int met;

        Entry(boolean answered, boolean lying, Map<String, Long> usage) {
            this.answered = answered;
            this.lying = lying;
            this.usage = usage;
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Entry> jobs = new HashMap<>();
    private int withoutId;

    private UpstreamJournal() {}

    /// Reads JSON lines as `GET /sim/journal` gives them.
    ///
    /// @throws IOException also for what is not such a journal, and for more than [#CALLS_MAX]
    public static UpstreamJournal read(BufferedReader lines) throws IOException {
        UpstreamJournal journal = new UpstreamJournal();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                journal.add(line);
            }
        }
        return journal;
    }

    private void add(String line) throws IOException {
        JsonNode call;
        try {
            call = JsonMapper.shared().readTree(line);
        } catch (tools.jackson.core.JacksonException e) {
            throw new IOException("The journal has a line that is not JSON.", e);
        }
        if (!call.path("request_id").isString() || !call.path("produced").isObject()) {
            throw new IOException("The journal has a line that is not a call of the simulator.");
        }
        String path = call.path("path").asString("");
        boolean asked = call.path("method").asString("").equals("POST") && !path.endsWith(LOOK);
        int status = call.path("status").asInt(0);
        if (asked && path.startsWith(JOBS) && path.endsWith(CANCEL) && status == 200) {
            Entry begun = jobs.get(path.substring(JOBS.length(), path.length() - CANCEL.length()));
            if (begun != null) {
                begun.usage = disjoint(call.path("produced"));
            }
        }
        if ((!asked && !path.equals(SESSIONS)) || path.equals(FILES) || path.startsWith(JOBS)) {
            return;
        }
        if (entries.size() == CALLS_MAX) {
            throw new IOException("The journal has more than " + CALLS_MAX + " calls.");
        }
        boolean finished = call.path("outcome").asString("").equals("finished");
        Entry entry =
                new Entry(
                        finished && status >= 200 && status < 300,
                        call.path("directives").asString("").contains("usage"),
                        disjoint(call.path("produced")));
        entries.put(call.path("request_id").asString(), entry);
        String job = call.path("produced").path("served").path("job").asString("");
        if (!job.isEmpty()) {
            jobs.put(job, entry);
        }
    }

    int calls() {
        return entries.size();
    }

    /// Totals that include their parts, as meters that do not.
    private static Map<String, Long> disjoint(JsonNode produced) {
        long cached = count(produced, "cached_tokens");
        long written = count(produced, "cache_write_tokens");
        long hour = count(produced, "cache_write_1h_tokens");
        long heard = count(produced, "audio_input_tokens");
        long reasoned = count(produced, "reasoning_tokens");
        long spoken = count(produced, "audio_output_tokens");
        long drawn = count(produced, "image_output_tokens");
        long completion = count(produced, "completion_tokens");
        Map<String, Long> meters = new TreeMap<>();
        long seen = count(produced, "image_input_tokens");
        long prompt = count(produced, "prompt_tokens");
        put(meters, "input_tokens", prompt - cached - written - heard - seen);
        put(meters, "image_input_tokens", seen);
        put(meters, "cached_input_tokens", cached);
        put(meters, "cache_write_5m_tokens", written - hour);
        put(meters, "cache_write_1h_tokens", hour);
        put(meters, "audio_input_tokens", heard);
        put(meters, "output_tokens", completion - reasoned - spoken - drawn);
        put(meters, "reasoning_tokens", reasoned);
        put(meters, "audio_output_tokens", spoken);
        put(meters, "image_output_tokens", drawn);
        for (String counted : COUNTS) {
            put(meters, counted, count(produced, counted));
        }
        return meters;
    }

    private static long count(JsonNode usage, String name) {
        return usage.path(name).asLong(0);
    }

    private static void put(Map<String, Long> meters, String meter, long count) {
        if (count != 0) {
            meters.put(meter, count);
        }
    }

    /// Compares an attempt with what the provider knows of it.
    void meet(BookedCall call, JsonNode attempt, Findings findings) {
        String id = attempt.path("provider_request_id").asString("");
        String place = call.place() + " upstream " + id;
        if (!id.startsWith(CALL_ID)) {
            // where no header names the call, its answer's own id is kept, which is not the
            // journal's and need not be one of its kind
            withoutId++;
            return;
        }
        Entry entry = entries.get(id);
        if (entry == null) {
            findings.problem("attempt_was_made", place, "a call in the journal", "none");
            return;
        }
        if (++entry.met > 1) {
            findings.problem("upstream_call_is_booked_once", place, "1", "" + entry.met);
        }
        if (!attempt.path("accepted").asBoolean(false)
                || attempt.path("estimated").asBoolean(false)) {
            return;
        }
        Map<String, Long> found = new TreeMap<>();
        for (var meter : attempt.path("meters").properties()) {
            if (!meter.getKey().equals("requests")) {
                put(found, meter.getKey(), meter.getValue().asLong());
            }
        }
        if (!found.equals(entry.usage)) {
            String expected = entry.usage.toString();
            if (entry.lying) {
                findings.note("usage_is_the_true_one", place, expected, found.toString());
            } else {
                findings.problem("usage_is_the_true_one", place, expected, found.toString());
            }
        } else if (!call.estimated()) {
            charge(call, entry, place, findings);
        }
    }

    /// The true usage at the call's own prices.
    private static void charge(BookedCall call, Entry entry, String place, Findings findings) {
        BigDecimal expected = BigDecimal.ZERO;
        for (JsonNode line : call.costLines()) {
            String meter = line.path("meter").asString();
            long quantity =
                    meter.equals("requests")
                            ? line.path("quantity").asLong()
                            : entry.usage.getOrDefault(meter, 0L);
            expected = expected.add(CostLines.amount(line, quantity));
        }
        findings.same(
                "charge_is_the_true_usage_priced",
                place,
                expected,
                call.costUsd().add(call.absorbedUsd()));
    }

    /// What was answered in full must have been met. Attempts that know no id (a crash, a client
    /// that left early) may be those calls.
    void finish(Findings findings) {
        int unmet = 0;
        for (Entry entry : entries.values()) {
            unmet += entry.answered && entry.met == 0 ? 1 : 0;
        }
        int known = withoutId;
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            if (entry.getValue().answered && entry.getValue().met == 0) {
                if (unmet > known) {
                    findings.problem(
                            "upstream_call_is_booked", entry.getKey(), "an attempt", "none");
                } else {
                    findings.note(
                            "upstream_call_is_booked",
                            entry.getKey(),
                            "an attempt",
                            "one of %d without an id".formatted(known));
                }
            }
        }
    }
}
